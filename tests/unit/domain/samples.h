/*
 * Questions for the tests: one that is right of each type, and variants made by patching members.
 * JSON is written with single quotes; in a patch null removes a member.
 */
#ifndef TESTS_UNIT_DOMAIN_SAMPLES_H
#define TESTS_UNIT_DOMAIN_SAMPLES_H

#include <string.h>

#include "domain/question.h"
#include "domain/question_shape.h"
#include "json/body.h"
#include "json/codec.h"

#define SAMPLE_COMMON                                                                              \
    "'slug':'q','stem':'Which?','explanation':'Because.','section':'s','difficulty':2,'source':{'" \
    "line':3}"

static const char *const SAMPLES[QUESTION_TYPE_COUNT] = {
    [QUESTION_SINGLE_CHOICE] =
        "{'type':'single_choice','options':[{'id':'a','text':'A','correct':false},"
        "{'id':'b','text':'B','correct':true},{'id':'c','text':'C','correct':false}]," SAMPLE_COMMON
        "}",
    [QUESTION_MULTIPLE_CHOICE] =
        "{'type':'multiple_choice','options':[{'id':'a','text':'A','correct':true},"
        "{'id':'b','text':'B','correct':true},{'id':'c','text':'C','correct':true},"
        "{'id':'d','text':'D','correct':false},{'id':'e','text':'E','correct':false}]"
        "," SAMPLE_COMMON "}",
    [QUESTION_TRUE_FALSE] =
        "{'type':'true_false','options':[{'id':'true','text':'Yes','correct':true},"
        "{'id':'false','text':'No','correct':false}]," SAMPLE_COMMON "}",
    [QUESTION_NUMERIC] = "{'type':'numeric','number':{'value':21,'tolerance':0}," SAMPLE_COMMON "}",
    [QUESTION_SHORT_TEXT] =
        "{'type':'short_text','accepted':[{'text':'NoEcho'},{'text':'no echo'}]," SAMPLE_COMMON "}",
    [QUESTION_ORDERING] = "{'type':'ordering','items':[{'id':'a','text':'A'},{'id':'b','text':'B'},"
                          "{'id':'c','text':'C'}],"
                          "'order':['c','a','b']," SAMPLE_COMMON "}",
    [QUESTION_MATCHING] = "{'type':'matching','premises':[{'id':'a','text':'A'},{'id':'b','text':'"
                          "B'},{'id':'c','text':'C'}],"
                          "'choices':[{'id':'1','text':'1'},{'id':'2','text':'2'},{'id':'3','text':"
                          "'3'},{'id':'4','text':'4'}],"
                          "'pairs':{'a':'2','b':'1','c':'2'}," SAMPLE_COMMON "}",
    [QUESTION_CLOZE] =
        "{'type':'cloze','gaps':[{'id':'a','accepted':[{'text':'one'}]},"
        "{'id':'b','accepted':[{'text':'two'},{'text':'2'}],'case_sensitive':true}],"
        "'slug':'q','stem':'[[a]] and [[b]], if [[ -f x ]]','explanation':'Because.',"
        "'section':'s','difficulty':2,'source':{'line':3}}",
};

/* JSON with ' for ", parsed; the test fails where it is none. */
static inline json_t *sample_json(struct arena *arena, const char *single_quoted)
{
    const size_t length = strlen(single_quoted);
    char *json = arena_alloc_bytes(arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        json[i] = single_quoted[i];
        if (json[i] == '\'') {
            json[i] = '"';
        }
    }
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    if (!body_parse(arena, (struct text){.data = json, .len = length}, length, &root, &err)) {
        fail_msg("%s: %s", single_quoted, err.detail);
    }
    return root;
}

/* The sample of the type with the patch's members; the shape must accept it. */
static inline struct question *sample_question(struct arena *arena, enum question_type type,
                                               const char *patch)
{
    json_t *root = sample_json(arena, SAMPLES[type]);
    json_t *changes = sample_json(arena, patch);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach (changes, name, value) {
        if (json_is_null(value)) {
            (void)json_object_del(root, name); /* may be absent already */
        } else {
            assert_int_equal(json_object_set(root, name, value), 0);
        }
    }
    struct question *question = arena_new(arena, struct question);
    struct error err = {.code = ERROR_NONE};
    if (!codec_decode(arena, root, &QUESTION_SHAPE, question, &err)) {
        fail_msg("%s: %.*s", err.detail, TEXT_ARG(err.faults->place));
    }
    return question;
}

static inline struct question_response *sample_response(struct arena *arena, const char *json)
{
    struct question_response *response = arena_new(arena, struct question_response);
    struct error err = {.code = ERROR_NONE};
    if (!codec_decode(arena, sample_json(arena, json), &QUESTION_RESPONSE_SHAPE, response, &err)) {
        fail_msg("%s: %.*s", err.detail, TEXT_ARG(err.faults->place));
    }
    return response;
}

/* Exactly one fault, this one. */
static inline void assert_one_fault(const struct error *err, const char *pointer,
                                    enum fault_code code)
{
    assert_int_equal(err->code, ERROR_INVALID_INPUT);
    assert_string_equal(err->faults->place.data, pointer);
    assert_string_equal(fault_name(err->faults->code), fault_name(code));
    assert_int_equal(err->fault_count, 1);
}

#endif
