/* The OpenAPI document: paths from the route table, schemas from the shapes. */
#include "api/openapi.h"

#include "api/call.h"
#include "api/openapi_schema.h"
#include "base/limits.h"

static const char PROBLEM_SCHEMA[] =
    "\"Problem\":{\"type\":\"object\",\"description\":\"RFC 9457. `code` is stable; `errors` names "
    "each faulty place.\","
    "\"additionalProperties\":false,\"required\":[\"type\",\"title\",\"status\",\"detail\","
    "\"code\",\"request_id\"],\"properties\":{"
    "\"type\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"request_id\":{\"type\":"
    "\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"code\",\"detail\"],"
    "\"properties\":{\"pointer\":{\"type\":\"string\"},\"parameter\":{\"type\":\"string\"},"
    "\"code\":{\"type\":\"string\"},"
    "\"detail\":{\"type\":\"string\"}}}},"
    "\"current\":{\"type\":\"object\",\"description\":\"stale_revision, already_answered: the "
    "answer that stands.\"},"
    "\"outcomes\":{\"type\":\"object\",\"description\":\"bulk_refused: what would have become "
    "of each; nothing was done, also to those that say done.\"},"
    "\"shortfall\":{\"type\":\"array\",\"items\":{\"type\":\"object\"},\"description\":"
    "\"not_enough_questions: what the bank lacks for the exam.\"}}}";

static const char PROBLEM_CONTENT[] =
    "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
    "Problem\"}}}";

static const struct {
    const char *name;
    const char *about;
} TAGS[] = {
    {"service", "The service itself."},
    {"auth", "Accounts and tokens."},
    {"me", "The caller: account and weak areas."},
    {"banks", "Question banks and the notes they belong to."},
    {"attempts", "Answering questions."},
    {"authoring", "Questions in the hands of instructors."},
    {"instructors", "What answers say about questions and exams."},
    {"transfers", "Questions in and out, as files."},
    {"admin", "Accounts, and what was done to them."},
};

static const char *method_key(enum http_method method)
{
    static const char *const KEYS[HTTP_METHOD_COUNT] = {"get",   "head",   "post",   "put",
                                                        "patch", "delete", "options"};
    return KEYS[method];
}

static void write_parameters(struct buffer *out, const struct shape *shape, const char *where,
                             bool *is_first)
{
    for (size_t i = 0; shape != NULL && i < shape->count; i++) {
        const bool is_required = (shape->members[i].flags & SHAPE_OPTIONAL) == 0;
        buffer_append(out, *is_first ? TEXT("\"parameters\":[") : TEXT(","));
        buffer_printf(out, "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":",
                      shape->members[i].name, where, is_required ? "true" : "false");
        schema_write_member(out, &shape->members[i]);
        buffer_append_char(out, '}');
        *is_first = false;
    }
}

static void write_header_parameter(struct buffer *out, const char *name, const char *about,
                                   bool *is_first)
{
    buffer_append(out, *is_first ? TEXT("\"parameters\":[") : TEXT(","));
    buffer_printf(out,
                  "{\"name\":\"%s\",\"in\":\"header\",\"required\":false,"
                  "\"schema\":{\"type\":\"string\"},\"description\":\"%s\"}",
                  name, about);
    *is_first = false;
}

static void write_header_parameters(struct buffer *out, const struct route *route, bool *is_first)
{
    if (route->has_etag) {
        write_header_parameter(out, "If-None-Match", "The ETag of the reply that the client has.",
                               is_first);
    }
    if (route->needs_match) {
        write_header_parameter(out, "If-Match",
                               "Required: the ETag of what the change is made to; * for whatever "
                               "is there.",
                               is_first);
    }
    if (route->takes_key) {
        write_header_parameter(out, "Idempotency-Key",
                               "1 to 255 visible characters, such as a UUID. The same request with "
                               "the same key within 24 hours is done once and gets the same reply.",
                               is_first);
    }
}

/* Who may call it, by role; ["anyone"]: without a token. */
static void write_roles(struct buffer *out, unsigned roles)
{
    bool is_first = true;

    if ((roles & ACCESS_ANYONE) != 0) {
        buffer_append(out, TEXT(",\"security\":[],\"x-roles\":[\"anyone\"],"));
        return;
    }
    buffer_append(out, TEXT(",\"security\":[{\"bearer\":[]}],\"x-roles\":["));
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if ((roles & (1U << role)) != 0) {
            buffer_append(out, is_first ? TEXT("") : TEXT(","));
            buffer_append_json_string(out, text_of(enumeration_name(&ROLES, role)));
            is_first = false;
        }
    }
    buffer_append(out, TEXT("],"));
}

static void write_reply_header(struct buffer *out, bool is_told, struct text header, bool *is_first)
{
    if (is_told) {
        buffer_append(out, *is_first ? TEXT(",\"headers\":{") : TEXT(","));
        buffer_append(out, header);
        *is_first = false;
    }
}

static void write_reply_headers(struct buffer *out, const struct route *route)
{
    const bool tells_etag = route->has_etag || (route->needs_match && route->status != 204);
    bool is_first = true;

    write_reply_header(out, tells_etag,
                       TEXT("\"ETag\":{\"required\":true,\"schema\":{\"type\":\"string\"}}"),
                       &is_first);
    write_reply_header(out, route->status == 308,
                       TEXT("\"Location\":{\"required\":true,\"schema\":{\"type\":\"string\"}}"),
                       &is_first);
    write_reply_header(out, route->takes_key,
                       TEXT("\"Idempotency-Replayed\":{\"required\":false,"
                            "\"schema\":{\"const\":\"true\"}}"),
                       &is_first);
    buffer_append(out, is_first ? TEXT("") : TEXT("}"));
}

static void write_success(struct buffer *out, const struct route *route)
{
    buffer_printf(out, "\"responses\":{\"%d\":{\"description\":", route->status);
    buffer_append_json_string(out, text_of(route->summary));
    write_reply_headers(out, route);
    if (route->reply_shape != NULL) {
        buffer_append(out, TEXT(",\"content\":{\"application/json\":{\"schema\":"));
        schema_write_ref(out, route->reply_shape);
        buffer_append(out, TEXT("}}"));
    } else if (route->reply_type != NULL) {
        buffer_printf(out, ",\"content\":{\"%s\":{}}", route->reply_type);
    }
    buffer_append_char(out, '}');
    if (route->has_etag) {
        buffer_append(out, TEXT(",\"304\":{\"description\":\"Not modified since If-None-Match\"}"));
    }
}

/* One response a status, with the codes it may carry. */
static void write_status(struct buffer *out, int status, const struct route_error_list *list)
{
    bool is_first = true;

    buffer_printf(out, ",\"%d\":{\"description\":", status);
    for (size_t i = 0; i < list->count; i++) {
        if (error_status(list->codes[i]) != status) {
            continue;
        }
        buffer_append(out, is_first ? TEXT("\"") : TEXT("; "));
        buffer_append(out, text_of(error_title(list->codes[i])));
        is_first = false;
    }
    buffer_append(out, TEXT("\",\"x-codes\":["));
    is_first = true;
    for (size_t i = 0; i < list->count; i++) {
        if (error_status(list->codes[i]) == status) {
            buffer_append(out, is_first ? TEXT("") : TEXT(","));
            buffer_append_json_string(out, text_of(error_name(list->codes[i])));
            is_first = false;
        }
    }
    buffer_printf(out, "],%s}", PROBLEM_CONTENT);
}

static void write_errors(struct buffer *out, const struct route *route)
{
    const struct route_error_list found = route_errors(route);
    const struct route_error_list *list = &found;

    for (int status = 400; status < 600; status++) {
        bool is_used = false;
        for (size_t i = 0; i < list->count; i++) {
            is_used = is_used || error_status(list->codes[i]) == status;
        }
        if (is_used) {
            write_status(out, status, list);
        }
    }
    buffer_printf(
        out,
        ",\"4XX\":{\"description\":\"The request was refused before it reached the "
        "operation; 429 with Retry-After where there were too many (RateLimit says how many are "
        "left)\",%s}}",
        PROBLEM_CONTENT);
}

static void write_operation(struct buffer *out, const struct route *route)
{
    bool is_first = true;

    buffer_printf(out, "\"%s\":{\"operationId\":\"%s\",\"tags\":[\"%s\"],\"summary\":",
                  method_key(route->method), route->operation, route->tag);
    buffer_append_json_string(out, text_of(route->summary));
    write_roles(out, route->roles);
    write_parameters(out, route->path_shape, "path", &is_first);
    write_parameters(out, route->query_shape, "query", &is_first);
    write_header_parameters(out, route, &is_first);
    buffer_append(out, is_first ? TEXT("") : TEXT("],"));
    if (route->body_type != NULL) {
        buffer_printf(out, "\"requestBody\":{\"required\":true,\"content\":{\"%s\":{}}},",
                      route->body_type);
    }
    if (route->body_shape != NULL) {
        buffer_append(out, TEXT("\"requestBody\":{\"required\":true,\"content\":{\"application/"
                                "json\":{\"schema\":"));
        schema_write_ref(out, route->body_shape);
        buffer_append(out, TEXT("}}},"));
    }
    write_success(out, route);
    write_errors(out, route);
    buffer_append_char(out, '}');
}

/* Routes of one path stand together in the document, wherever they stand in the table. */
static bool is_first_of_path(const struct route *routes, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_equal(text_of(routes[i].path), text_of(routes[index].path))) {
            return false;
        }
    }
    return true;
}

static void write_path(struct buffer *out, const struct route *routes, size_t count, size_t index)
{
    buffer_append(out, index > 0 ? TEXT(",") : TEXT(""));
    buffer_append_json_string(out, text_of(routes[index].path));
    buffer_append(out, TEXT(":{"));
    for (size_t i = index; i < count; i++) {
        if (text_equal(text_of(routes[i].path), text_of(routes[index].path))) {
            buffer_append(out, i > index ? TEXT(",") : TEXT(""));
            write_operation(out, &routes[i]);
        }
    }
    buffer_append_char(out, '}');
}

static void write_components(struct buffer *out, const struct route *routes, size_t count,
                             struct schema_set *set)
{
    for (size_t i = 0; i < count; i++) {
        schema_collect(set, routes[i].body_shape);
        schema_collect(set, routes[i].reply_shape);
    }
    buffer_append(out, TEXT("\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\","
                            "\"scheme\":\"bearer\",\"bearerFormat\":"
                            "\"JWT\"}},\"schemas\":{"));
    buffer_append(out, text_of(PROBLEM_SCHEMA));
    for (size_t i = 0; i < set->count; i++) {
        buffer_append_char(out, ',');
        buffer_append_json_string(out, text_of(set->shapes[i]->name));
        buffer_append_char(out, ':');
        schema_write_shape(out, set->shapes[i]);
    }
    buffer_append(out, TEXT("}}"));
}

static void write_info(struct buffer *out, const char *version)
{
    buffer_printf(out,
                  "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"quizd\",\"version\":\"%s\","
                  "\"description\":\"A quiz backend with a question "
                  "bank: topic-tagged questions, scored attempts, and the weak areas of each "
                  "learner.\",\"license\":{\"name\":\"MIT\","
                  "\"identifier\":\"MIT\"}},\"servers\":[{\"url\":\"/\",\"description\":\"This "
                  "server\"}],\"tags\":[",
                  version);
    for (size_t i = 0; i < COUNT_OF(TAGS); i++) {
        buffer_printf(out, "%s{\"name\":\"%s\",\"description\":\"%s\"}", i > 0 ? "," : "",
                      TAGS[i].name, TAGS[i].about);
    }
    buffer_append(out, TEXT("],"));
}

bool openapi_render(const struct route *routes, size_t count, const char *version,
                    struct arena *arena, struct text *document, struct error *err)
{
    struct schema_set *set = arena_new(arena, struct schema_set);
    struct buffer out;

    buffer_init(&out, arena, LIMIT_REPLY_BYTES);
    write_info(&out, version);
    buffer_append(&out, TEXT("\"paths\":{"));
    for (size_t i = 0; i < count; i++) {
        if (is_first_of_path(routes, i)) {
            write_path(&out, routes, count, i);
        }
    }
    buffer_append(&out, TEXT("},"));
    write_components(&out, routes, count, set);
    buffer_append_char(&out, '}');
    return buffer_text(&out, document, err);
}
