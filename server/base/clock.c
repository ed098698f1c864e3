/*
 * Clocks and RFC 3339, without the C library's calendar (its locale, its time zone, its static
 * buffers). Days and dates are converted with the algorithms of Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", for the proleptic Gregorian calendar.
 */
#include "base/clock.h"

#include <string.h>
#include <time.h>

enum { SECONDS_PER_DAY = 86400 };

static int64_t read_clock(clockid_t id)
{
    struct timespec now = {0};
    (void)clock_gettime(id, &now); /* cannot fail for the two clocks below */
    return (int64_t)now.tv_sec * CLOCK_US_PER_S + (int64_t)now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

struct date {
    int64_t year;
    int64_t month;
    int64_t day;
};

/* Hinnant's civil_from_days, for days since 1970-01-01 that are not before the year 0. */
static struct date date_of_day(int64_t days)
{
    const int64_t shifted = days + 719468; /* since 0000-03-01 */
    const int64_t era = shifted / 146097;
    const int64_t day_of_era = shifted % 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct date){
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

/* Hinnant's days_from_civil, for the years from 1 on. */
static int64_t day_of_date(struct date date)
{
    const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const int64_t era = year / 400;
    const int64_t year_of_era = year % 400;
    const int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
    const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static const struct date FIRST_DATE = {.year = 1, .month = 1, .day = 1};
static const struct date END_DATE = {.year = 10000, .month = 1, .day = 1};

static void put_digits(char *out, int64_t value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + (char)(value % 10));
        value /= 10;
    }
}

struct text clock_format_rfc3339(int64_t time_us, char out[CLOCK_RFC3339_BYTES])
{
    const int64_t first_us = day_of_date(FIRST_DATE) * CLOCK_US_PER_DAY;
    const int64_t last_us = day_of_date(END_DATE) * CLOCK_US_PER_DAY - 1;
    const int64_t held_us = time_us < first_us ? first_us : (time_us > last_us ? last_us : time_us);
    /* From 0001-01-01, so that nothing below is negative. */
    const int64_t since_first_us = held_us - first_us;
    const struct date date =
        date_of_day(since_first_us / CLOCK_US_PER_DAY + day_of_date(FIRST_DATE));
    const int64_t second = since_first_us % CLOCK_US_PER_DAY / CLOCK_US_PER_S;
    const int64_t fraction_us = since_first_us % CLOCK_US_PER_S;
    memcpy(out, "0000-00-00T00:00:00.000000Z", sizeof "0000-00-00T00:00:00.000000Z");
    put_digits(out, date.year, 4);
    put_digits(out + 5, date.month, 2);
    put_digits(out + 8, date.day, 2);
    put_digits(out + 11, second / 3600, 2);
    put_digits(out + 14, second / 60 % 60, 2);
    put_digits(out + 17, second % 60, 2);
    if (fraction_us == 0) {
        memcpy(out + 19, "Z", sizeof "Z");
        return (struct text){.data = out, .len = 20};
    }
    put_digits(out + 20, fraction_us, 6);
    return (struct text){.data = out, .len = 27};
}

struct text clock_format_date(int64_t day, char out[CLOCK_RFC3339_BYTES])
{
    (void)clock_format_rfc3339(day * CLOCK_US_PER_DAY, out);
    out[CLOCK_DATE_LENGTH] = '\0';
    return (struct text){.data = out, .len = CLOCK_DATE_LENGTH};
}

struct text clock_format_http_date(int64_t time_us, char out[CLOCK_HTTP_DATE_BYTES])
{
    static const char WEEKDAYS[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const int64_t last_us = day_of_date(END_DATE) * CLOCK_US_PER_DAY - 1;
    const int64_t held_us = time_us < 0 ? 0 : (time_us > last_us ? last_us : time_us);
    const int64_t days = held_us / CLOCK_US_PER_DAY;
    const int64_t second = held_us % CLOCK_US_PER_DAY / CLOCK_US_PER_S;
    const struct date date = date_of_day(days);
    memcpy(out, "Www, 00 Mmm 0000 00:00:00 GMT", CLOCK_HTTP_DATE_BYTES);
    memcpy(out, WEEKDAYS + 3 * (days % 7), 3);
    put_digits(out + 5, date.day, 2);
    memcpy(out + 8, MONTHS + 3 * (date.month - 1), 3);
    put_digits(out + 12, date.year, 4);
    put_digits(out + 17, second / 3600, 2);
    put_digits(out + 20, second / 60 % 60, 2);
    put_digits(out + 23, second % 60, 2);
    return (struct text){.data = out, .len = CLOCK_HTTP_DATE_BYTES - 1};
}

/* Takes exactly `count` digits off the front of *rest. */
static bool take_digits(struct text *rest, size_t count, int64_t *value)
{
    if (rest->len < count) {
        return false;
    }
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const char c = rest->data[i];
        if (c < '0' || c > '9') {
            return false;
        }
        sum = sum * 10 + (c - '0');
    }
    *value = sum;
    *rest = text_slice(*rest, count, rest->len);
    return true;
}

static bool take_char(struct text *rest, char c)
{
    if (rest->len == 0 || rest->data[0] != c) {
        return false;
    }
    *rest = text_slice(*rest, 1, rest->len);
    return true;
}

/* RFC 3339 section 5.6: "T" and "Z" may be lower case. */
static bool take_letter(struct text *rest, char upper, char lower)
{
    return take_char(rest, upper) || take_char(rest, lower);
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int64_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && is_leap ? 29 : DAYS[month - 1];
}

static bool take_date(struct text *rest, int64_t *day)
{
    struct date date = {0};
    if (!take_digits(rest, 4, &date.year) || !take_char(rest, '-') ||
        !take_digits(rest, 2, &date.month) || !take_char(rest, '-') ||
        !take_digits(rest, 2, &date.day)) {
        return false;
    }
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in_month(date.year, date.month)) {
        return false;
    }
    *day = day_of_date(date);
    return true;
}

static bool take_hour_minute(struct text *rest, int64_t *seconds)
{
    int64_t hour = 0;
    int64_t minute = 0;
    if (!take_digits(rest, 2, &hour) || !take_char(rest, ':') || !take_digits(rest, 2, &minute) ||
        hour > 23 || minute > 59) {
        return false;
    }
    *seconds = hour * 3600 + minute * 60;
    return true;
}

/* The digits behind a full stop, 1 to 9 of them; further than microseconds they are cut. */
static bool take_fraction(struct text *rest, int64_t *fraction_us)
{
    int64_t sum_us = 0;
    int64_t scale = CLOCK_US_PER_S;
    size_t count = 0;
    int64_t digit = 0;
    while (count < 9 && take_digits(rest, 1, &digit)) {
        scale /= 10;
        sum_us += digit * scale;
        count++;
    }
    *fraction_us = sum_us;
    return count > 0;
}

static bool take_offset(struct text *rest, int64_t *offset_s)
{
    if (take_letter(rest, 'Z', 'z')) {
        *offset_s = 0;
        return true;
    }
    const bool is_west = take_char(rest, '-');
    if (!is_west && !take_char(rest, '+')) {
        return false;
    }
    int64_t seconds = 0;
    if (!take_hour_minute(rest, &seconds)) {
        return false;
    }
    *offset_s = is_west ? -seconds : seconds;
    return true;
}

bool clock_parse_rfc3339(struct text t, int64_t *time_us)
{
    struct text rest = t;
    int64_t day = 0;
    int64_t minute_s = 0;
    int64_t second = 0;
    int64_t fraction_us = 0;
    int64_t offset_s = 0;
    if (!take_date(&rest, &day) || !take_letter(&rest, 'T', 't') ||
        !take_hour_minute(&rest, &minute_s) || !take_char(&rest, ':') ||
        !take_digits(&rest, 2, &second) ||
        second > 59) { /* leap seconds do not exist in POSIX time */
        return false;
    }
    if (take_char(&rest, '.') && !take_fraction(&rest, &fraction_us)) {
        return false;
    }
    if (!take_offset(&rest, &offset_s) || rest.len != 0) {
        return false;
    }
    const int64_t seconds = day * SECONDS_PER_DAY + minute_s + second - offset_s;
    if (seconds < day_of_date(FIRST_DATE) * SECONDS_PER_DAY ||
        seconds >= day_of_date(END_DATE) * SECONDS_PER_DAY) {
        return false; /* the offset leads out of the years 0001 to 9999 */
    }
    *time_us = seconds * CLOCK_US_PER_S + fraction_us;
    return true;
}
