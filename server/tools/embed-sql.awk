# The work of embed-sql; plain POSIX awk (mawk).

function fail(line, what) {
    print file ":" line ": " what | "cat >&2"
    failed = 1
}

# What stands after "-- key:", whole.
function rest_of(line) {
    sub(/^-- *[a-z]+: */, "", line)
    sub(/[ \t]+$/, "", line)
    return line
}

# The word after "-- key:".
function value_of(line) {
    sub(/^-- *[a-z]+: */, "", line)
    sub(/[ \t].*/, "", line)
    return line
}

function begin_block(name) {
    end_block()
    in_block = 1
    block_name = name
    block_line = FNR
    lane = retry = calls = text = state = ""
    is_ended = highest = 0
    split("", is_param)
    if (name !~ /^[a-z][a-z0-9_]*$/) fail(FNR, "a name is made of a-z, 0-9 and _")
    if (name in line_of) fail(FNR, "'" name "' is already the name of the block at " line_of[name])
    line_of[name] = file ":" FNR
}

function set_lane(value) {
    if (lane != "") fail(FNR, "a second lane")
    if (value !~ /^(read|write|session)$/) fail(FNR, "lane is read, write or session")
    lane = value
}

function set_retry(value) {
    if (retry != "") fail(FNR, "a second retry")
    if (value !~ /^(safe|never)$/) fail(FNR, "retry is safe or never")
    retry = value
}

function set_calls(value) {
    if (calls != "") fail(FNR, "a second line 'calls'")
    if (value !~ /^[a-z_][a-z0-9_]* [a-z0-9]+(, [a-z_][a-z0-9_]* [a-z0-9]+)*$/) fail(FNR, "calls is 'name type, name type'; no arrays")
    calls = value
}

# The text with the table `calls` before it, of one call or of all that are gathered.
function with_calls(is_gathered,   columns, parts, count, i, names, values, table) {
    count = split(calls, columns, ", ")
    for (i = 1; i <= count; i++) {
        split(columns[i], parts, " ")
        names = names parts[1] ", "
        values = values (i == 1 ? "" : ", ") "$" i "::" parts[2] (is_gathered ? "[]" : "")
    }
    table = is_gathered ? "(SELECT * FROM unnest(" values ") WITH ORDINALITY)" : "NOT MATERIALIZED (SELECT " values ", 1::bigint)"
    return "WITH calls (" names "call) AS " table (text ~ /^WITH / ? ", " substr(text, 6) : " " text)
}

# Appends one line of SQL to the text. `state` is what is open at the end of the line: "", ', " or /* (a comment).
function add_line(line,   c, n) {
    line = line "\n"
    while (line != "") {
        c = substr(line, 1, 1)
        n = 1
        if (state == "/*") {
            if (substr(line, 1, 2) == "*/") {
                state = ""
                n = 2
            }
        } else if (state != "") {
            if (c == state) state = ""
            text = text c
        } else if (substr(line, 1, 2) == "--") {
            n = length(line) - 1
        } else if (substr(line, 1, 2) == "/*") {
            state = "/*"
            n = 2
        } else if (c ~ /[ \t\r\n]/) {
            if (text != "" && text !~ / $/) text = text " "
        } else if (c == ";") {
            if (is_ended || text == "") fail(FNR, "an empty statement")
            is_ended = 1
        } else {
            if (is_ended) {
                fail(FNR, "a second statement in block '" block_name "'")
                is_ended = 0
            }
            if (c == "'" || c == "\"") state = c
            if (match(line, /^\$[0-9]+/)) {
                n = RLENGTH
                add_param(substr(line, 2, n - 1) + 0)
            } else if (match(line, /^\$[a-z_]*\$/)) {
                fail(FNR, "dollar quotes have no place in a statement")
            }
            text = text substr(line, 1, n)
        }
        line = substr(line, n + 1)
    }
}

function add_param(number) {
    is_param[number] = 1
    if (number > highest) highest = number
}

function c_string(s,   i, c, r) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        r = r (c in octal ? octal[c] : c)
    }
    return "\"" r "\""
}

function end_block(   i) {
    if (!in_block) return
    in_block = 0
    sub(/ +$/, "", text)
    if (text == "") fail(block_line, "block '" block_name "' has no statement")
    if (state != "") fail(block_line, "block '" block_name "' ends inside " state)
    if (lane == "") fail(block_line, "block '" block_name "' has no lane")
    if (lane == "write" && retry == "") fail(block_line, "block '" block_name "' writes and has no retry line")
    if (lane == "read" && retry == "never") fail(block_line, "block '" block_name "' reads: it may always run again")
    if (calls != "" && highest > 0) fail(block_line, "block '" block_name "' has calls and $" highest)
    for (i = 1; i <= highest; i++)
        if (!(i in is_param)) fail(block_line, "block '" block_name "' has $" highest " but no $" i)
    names[count] = block_name
    if (calls != "") highest = split(calls, is_param, ", ")
    bodies[count] = "    .name = " c_string(block_name) ",\n    .text = " c_string(calls == "" ? text : with_calls(0)) \
        (calls == "" ? "" : ",\n    .gathered_text = " c_string(with_calls(1))) ",\n    .lane = LANE_" toupper(lane) ",\n    .is_safe_to_retry = " \
        (lane == "read" || retry == "safe" ? "true" : "false") ",\n    .param_count = " highest ",\n    .index = " count ",\n"
    count++
}

BEGIN {
    count = 0
    octal["\""] = "\\\""
    octal["\\"] = "\\\\"
    octal["?"] = "\\?"
    for (i = 1; i < 256; i++)
        if (i < 32 || i > 126) octal[sprintf("%c", i)] = sprintf("\\%03o", i)
}

FNR == 1 {
    end_block()
    file = FILENAME
}
/^-- *name:/ {
    begin_block(value_of($0))
    next
}
in_block && /^-- *lane:/ {
    set_lane(value_of($0))
    next
}
in_block && /^-- *calls:/ {
    set_calls(rest_of($0))
    next
}
in_block && /^-- *retry:/ {
    set_retry(value_of($0))
    next
}
in_block {
    add_line($0)
    next
}
!/^[ \t]*(--.*)?$/ {
    fail(FNR, "SQL outside of a named block")
}

END {
    end_block()
    close("cat >&2")
    if (failed) exit 1
    print "/* Made by embed-sql from server/store/. */\n#ifndef STORE_SQL_H\n#define STORE_SQL_H\n" > header
    print "#include <stddef.h>\n\n#include \"db/statement.h\"\n" > header
    print "/* Made by embed-sql from server/store/. */\n#include \"store/sql.h\"\n" > source
    for (i = 0; i < count; i++) {
        print "extern const struct statement SQL_" names[i] ";" > header
        print "const struct statement SQL_" names[i] " = {\n" bodies[i] "};" > source
    }
    print "\nextern const struct statement *const SQL_ALL[];\nextern const size_t SQL_ALL_COUNT;\n\n#endif" > header
    print "\nconst struct statement *const SQL_ALL[] = {" > source
    for (i = 0; i < count; i++) print "    &SQL_" names[i] "," > source
    # C has no empty arrays: the last entry only ends the table.
    print "    NULL,\n};\nconst size_t SQL_ALL_COUNT = sizeof SQL_ALL / sizeof SQL_ALL[0] - 1;" > source
}
