/* What is printed from the table of options: --help and README's table. */
#include "base/config.h"

static const char *argument_of(const struct config_option *option)
{
    switch (option->type) {
    case CONFIG_TYPE_STRING:
        return "=FILE";
    case CONFIG_TYPE_ADDRESS:
        return "=ADDRESS:PORT";
    case CONFIG_TYPE_URL:
        return "=URL";
    case CONFIG_TYPE_LEVEL:
        return "=LEVEL";
    case CONFIG_TYPE_TEXT:
        return "=TEXT";
    case CONFIG_TYPE_NETWORKS:
        return "=NETWORK,…";
    case CONFIG_TYPE_CHOICE:
        return "=NAME";
    case CONFIG_TYPE_INTEGER:
        return "=N";
    case CONFIG_TYPE_BOOL:
        return "";
    }
    return "";
}

/* "beta-1 or beta-2", "1 to 16"; nothing for other types. */
static void append_range(struct buffer *buffer, const struct config_option *option)
{
    if (option->type == CONFIG_TYPE_INTEGER) {
        buffer_printf(buffer, "%lld to %lld", (long long)option->min, (long long)option->max);
    }
    struct text rest = option->choices == NULL ? TEXT_ABSENT : text_of(option->choices);
    struct text choice = TEXT_ABSENT;
    while (text_split(rest, ' ', &choice, &rest)) {
        buffer_append(buffer, choice);
        buffer_append(buffer, TEXT(" or "));
    }
    buffer_append(buffer, choice);
}

static bool has_range(const struct config_option *option)
{
    return option->type == CONFIG_TYPE_INTEGER || option->type == CONFIG_TYPE_CHOICE;
}

void config_append_help(struct buffer *buffer)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        buffer_printf(buffer, "  --%s%s\n      %s\n      %s", option->flag, argument_of(option),
                      option->about, option->variable);
        if (option->also != NULL) {
            buffer_printf(buffer, " or %s", option->also);
        }
        if (option->is_secret) {
            buffer_append(buffer, TEXT(" (or with _FILE behind it: a file that holds it)"));
        }
        if (option->default_value != NULL) {
            buffer_printf(buffer, "; default %s", option->default_value);
        }
        if (has_range(option)) {
            buffer_append(buffer, TEXT("; "));
            append_range(buffer, option);
        }
        buffer_append_char(buffer, '\n');
    }
}

void config_append_markdown(struct buffer *buffer)
{
    buffer_append(buffer,
                  TEXT("| flag | variable | default | what it is |\n| --- | --- | --- | --- |\n"));
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &CONFIG_OPTIONS[i];
        buffer_printf(buffer, "| `--%s` | `%s`", option->flag, option->variable);
        if (option->also != NULL) {
            buffer_printf(buffer, ", `%s`", option->also);
        }
        if (option->is_secret) {
            buffer_append(buffer, TEXT(", or `…_FILE`"));
        }
        if (option->default_value == NULL) {
            buffer_append(buffer, TEXT(" | "));
        } else {
            buffer_printf(buffer, " | `%s`", option->default_value);
        }
        buffer_printf(buffer, " | %s", option->about);
        if (has_range(option)) {
            buffer_append(buffer, TEXT(" ("));
            append_range(buffer, option);
            buffer_append_char(buffer, ')');
        }
        buffer_append(buffer, TEXT(" |\n"));
    }
}
