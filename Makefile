# Builds, tests and runs quizd. `make help` lists the targets.
#
# Sources are found by their place: server/<layer>/*.c and server/main.c make the program, tests/unit/<layer>/test_*.c and
# tests/store/test_*.c one test binary each. Everything that is made goes to build/.
#
#   make VARIANT=asan …              another way to compile: release (default), clang, asan, tsan, fuzz, analyzer
#   make LAYERS="base json" unit     only these layers and their unit tests (for work on a part of a broken tree)
#   make BUILD=/tmp/b …              another build directory

VERSION := 0.1.0
VARIANT ?= release
BUILD   ?= build
LAYERS  ?= *

OUT     := $(BUILD)/$(VARIANT)
GEN     := $(BUILD)/gen
PROGRAM := $(if $(filter release,$(VARIANT)),$(BUILD),$(OUT))/quizd
LIBRARY := $(OUT)/libquizd.a

# --- Flags ------------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align -Wformat=2 \
    -Wundef -Wvla -Walloca -Wnull-dereference -Wdouble-promotion -Wstrict-prototypes -Wmissing-prototypes \
    -Wold-style-definition -Wswitch-enum -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough
WARNINGS_gcc := -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init -Warith-conversion \
    -Wformat-overflow=2 -Wformat-truncation=1 -Wtrampolines -Wuse-after-free=3 -Wbidi-chars=any,ucn
WARNINGS_clang := -Wcomma -Wunreachable-code-aggressive -Wconditional-uninitialized -Wassign-enum
FRAME := -Wframe-larger-than=4096

CONTROL_FLOW := $(if $(filter aarch64,$(shell uname -m)),-mbranch-protection=standard,-fcf-protection)
HARDENING := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
    $(CONTROL_FLOW) -fPIE
HARDENING_gcc := -ftrivial-auto-var-init=zero
HARDENING_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code -Wl,--as-needed

# The sanitized builds judge behaviour; warnings are judged by release (gcc), clang and analyzer (gcc -fanalyzer).
COMPILER_release := gcc
COMPILER_clang   := clang
COMPILER_asan    := gcc
COMPILER_tsan    := clang
COMPILER_fuzz    := clang
COMPILER_analyzer := gcc
OPTIONS_release  := $(HARDENING) $(HARDENING_gcc) $(WARNINGS) $(WARNINGS_gcc) -fno-common
OPTIONS_clang    := $(HARDENING) $(WARNINGS) $(WARNINGS_clang) -fno-common
OPTIONS_analyzer := $(OPTIONS_release) -fanalyzer
OPTIONS_asan     := -O1 -g -w -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPTIONS_tsan     := -O1 -g -w -fsanitize=thread -fno-omit-frame-pointer
OPTIONS_fuzz     := -O1 -g -w -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer
LINK_release     := $(HARDENING_LINK)
LINK_clang       := $(HARDENING_LINK)

COMPILER := $(COMPILER_$(VARIANT))
ifeq ($(COMPILER),)
$(error VARIANT is one of: release clang asan tsan fuzz analyzer)
endif
COMMAND_gcc   := gcc
COMMAND_clang := clang-14
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(COMMAND_$(COMPILER))
endif

# CPPFLAGS, CFLAGS and LDFLAGS are the caller's, and come last.
COMPILE := $(CC) -std=c17 -D_POSIX_C_SOURCE=200809L -DQUIZD_VERSION='"$(VERSION)"' -Iinclude -I$(GEN) \
    -isystem /usr/include/postgresql $(OPTIONS_$(VARIANT))
OWN_FLAGS := $(CPPFLAGS) $(CFLAGS)
LINK := $(CC) $(OPTIONS_$(VARIANT)) $(LINK_$(VARIANT)) $(CFLAGS) $(LDFLAGS)
LIBS := -lcivetweb -lpq -ljansson -ljwt -lsodium -lcmark -lutf8proc -lcurl -lexpat -lcsv -lm -lpthread

# --- What is there to build -------------------------------------------------------------------------------------------

SOURCES    := $(foreach layer,$(LAYERS),$(wildcard server/$(layer)/*.c))
HEADERS    := $(wildcard include/*/*.h)
SQL        := $(wildcard server/store/*.sql)
MIGRATIONS := $(wildcard migrations/*.sql)
GENERATED  := $(if $(filter * store,$(LAYERS)),$(GEN)/store/sql.c) $(if $(filter * db,$(LAYERS)),$(GEN)/db/migrations.c) \
    $(if $(filter * auth,$(LAYERS)),$(GEN)/auth/common_passwords.c)
SUPPORT    := $(wildcard tests/support/*.c)
UNIT       := $(foreach layer,$(LAYERS),$(wildcard tests/unit/$(layer)/test_*.c))
STORE      := $(wildcard tests/store/test_*.c)
FUZZ       := $(wildcard tests/fuzz/fuzz_*.c)
SIMULATE   := $(wildcard tests/simulate/*.c)

object = $(patsubst $(GEN)/%.c,$(OUT)/gen/%.o,$(filter $(GEN)/%,$1)) $(patsubst %.c,$(OUT)/%.o,$(filter-out $(GEN)/%,$1))
binary = $(patsubst %.c,$(OUT)/%,$1)
OBJECTS         := $(call object,$(SOURCES) $(GENERATED))
MAIN_OBJECT     := $(call object,$(wildcard server/main.c))
SUPPORT_OBJECTS := $(call object,$(SUPPORT))
TEST_OBJECTS    := $(SUPPORT_OBJECTS) $(call object,$(UNIT) $(STORE) $(FUZZ) $(SIMULATE))

# remember FILE,TEXT: rewrites FILE when TEXT is not what it holds, so that a change of flags or of a list of files is a
# change of a file. While the Makefile is read, so that a second `make` has nothing to do.
define remember
ifneq ($$(strip $$(file <$1)),$$(strip = $2))
$$(shell mkdir -p $$(dir $1))
$$(file >$1,$$(strip = $2))
endif
endef
ifneq ($(filter-out help clean distclean deps dev-url,$(or $(MAKECMDGOALS),all)),)
$(eval $(call remember,$(OUT)/flags,$(COMPILE) $(OWN_FLAGS) $(LINK) $(LIBS)))
$(eval $(call remember,$(OUT)/objects,$(OBJECTS)))
$(eval $(call remember,$(GEN)/store/sql.list,$(SQL)))
$(eval $(call remember,$(GEN)/db/migrations.list,$(MIGRATIONS)))
endif

# One short line a step; `make V=1` shows the commands.
Q   := $(if $(V),,@)
say  = $(if $(V),,@echo "  $1")

# --- Building ---------------------------------------------------------------------------------------------------------

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := all

# Nothing is compiled before the compiler and the libraries are there, libjwt new enough.
TOOLCHAIN := $(BUILD)/toolchain
$(TOOLCHAIN): server/tools/deps
	@mkdir -p $(@D)
	$(Q)server/tools/deps --check build
	@touch $@

.PHONY: all objects ready ready-tests
all: $(PROGRAM) ## build the program, build/quizd

objects: $(OBJECTS) $(MAIN_OBJECT)
ready: $(PROGRAM)
	@:
ready-tests: $(PROGRAM) tests
	@:

$(PROGRAM): $(MAIN_OBJECT) $(LIBRARY) $(OUT)/flags
	$(call say,link $@)
	$(Q)$(LINK) -o $@ $(MAIN_OBJECT) $(LIBRARY) $(LIBS)

# q, not r: two layers may have files of the same name.
$(LIBRARY): $(OBJECTS) $(OUT)/objects
	@rm -f $@
	$(call say,ar   $@)
	$(Q)ar qcsD $@ $(OBJECTS)

$(OUT)/server/%.o: server/%.c $(OUT)/flags | $(TOOLCHAIN) $(GEN)/store/sql.h
	@mkdir -p $(@D)
	$(call say,cc   $@)
	$(Q)$(COMPILE) $(FRAME) $(OWN_FLAGS) -MMD -MP -c -o $@ $<

# Statements and migrations are longer than the 4095 bytes that C17 promises for a string.
$(OUT)/gen/%.o: $(GEN)/%.c $(OUT)/flags | $(TOOLCHAIN) $(GEN)/store/sql.h
	@mkdir -p $(@D)
	$(call say,cc   $@)
	$(Q)$(COMPILE) -Wno-overlength-strings $(OWN_FLAGS) -MMD -MP -c -o $@ $<

# cmocka hands every test a state, needed or not, and the compiler cannot know that a failed assertion does not return.
$(OUT)/tests/%.o: tests/%.c $(OUT)/flags | $(TOOLCHAIN) $(GEN)/store/sql.h
	@mkdir -p $(@D)
	$(call say,cc   $@)
	$(Q)$(COMPILE) -Itests -Wno-unused-parameter -Wno-null-dereference $(OWN_FLAGS) -MMD -MP -c -o $@ $<

$(call binary,$(UNIT) $(STORE) $(SIMULATE)): $(OUT)/%: $(OUT)/%.o $(SUPPORT_OBJECTS) $(LIBRARY)
	$(call say,link $@)
	$(Q)$(LINK) -o $@ $< $(SUPPORT_OBJECTS) $(LIBRARY) -lcmocka $(LIBS)

$(GEN)/store/sql.h $(GEN)/store/sql.c &: $(SQL) $(GEN)/store/sql.list server/tools/embed-sql server/tools/embed-sql.awk
	$(call say,gen  $@)
	$(Q)server/tools/embed-sql $(@D) $(SQL)

$(GEN)/db/migrations.c: $(MIGRATIONS) $(GEN)/db/migrations.list server/tools/embed-migrations
	$(call say,gen  $@)
	$(Q)server/tools/embed-migrations $@ $(MIGRATIONS)

$(GEN)/auth/common_passwords.c: server/auth/common_passwords.txt server/tools/embed-passwords
	$(call say,gen  $@)
	$(Q)server/tools/embed-passwords $@ $<

-include $(patsubst %.o,%.d,$(OBJECTS) $(MAIN_OBJECT) $(TEST_OBJECTS))

# --- Running ----------------------------------------------------------------------------------------------------------

# The targets below install what is missing before they build, hence another `make`.
AGAIN := --no-print-directory

.PHONY: run demo dev-url deps openapi
run: ## serve on 127.0.0.1:8080 (QUIZD_LISTEN) with a PostgreSQL of its own (or DATABASE_URL)
	@server/tools/deps build run
	@$(MAKE) $(AGAIN) ready
	@exec server/tools/run-dev $(PROGRAM)

demo: ## a scripted learner against the running server
	@$(firstword $(wildcard tests/demo server/tools/demo) tests/demo)

dev-url: ## print the DATABASE_URL of the development cluster
	@echo "$$(server/tools/dev-cluster url)/quizd"

deps: ## install the Debian packages that building, running and testing need
	@server/tools/deps build run test

openapi: all ## write the golden copy tests/openapi.json
	@$(PROGRAM) openapi >$(BUILD)/openapi.json
	@cp $(BUILD)/openapi.json tests/openapi.json

# --- Testing ----------------------------------------------------------------------------------------------------------

# TEST="pattern…" runs a part: a piece of a test file's path, or a pytest id.
# What the thread sanitizer looks at: pieces of paths, as in TEST.
TSAN_TESTS ?= tests/unit/ tests/store/test_lane tests/store/test_session tests/store/test_pool

.PHONY: test asan tsan tests unit simulate bench bench-growth slow-clients fuzz
test: ## build and run all tests; SANITIZE=1: with ASan and UBSan; TEST="…": a part of them
	@server/tools/deps build run test
	@$(MAKE) $(AGAIN) VARIANT=$(if $(SANITIZE),asan,$(VARIANT)) ready-tests
	@BUILD=$(BUILD) tests/run $(if $(SANITIZE),--sanitize asan) $(TEST)

asan: ## build the program and the tests with ASan and UBSan
	@$(MAKE) $(AGAIN) VARIANT=asan all tests

tsan: ## unit tests and the tests of threads in db/ with the thread sanitizer
	@server/tools/deps build run test check
	@$(MAKE) $(AGAIN) VARIANT=tsan tests
	@BUILD=$(BUILD) tests/run --sanitize tsan $(TSAN_TESTS)

tests: $(call binary,$(UNIT) $(STORE) $(SIMULATE)) ## build the test binaries
unit: $(call binary,$(UNIT)) ## build and run the unit tests alone (no database)
	@set -e; for test in $^; do echo "$$test"; $$test; done

simulate: $(call binary,$(SIMULATE)) ## how good the estimates are, on simulated learners (server/domain/MODELS.md)
	@$(call binary,$(SIMULATE))

bench: ## measure the server under load, against its floor and its peer
	@server/tools/deps build run bench
	@$(MAKE) $(AGAIN) ready
	@tests/bench/run

bench-growth: ## measure it with 10^4 to 10^7 stored answers and 10^3 to 10^5 questions
	@server/tools/deps build run bench
	@$(MAKE) $(AGAIN) ready
	@tests/bench/run --growth

.PHONY: bench-boards
bench-boards: ## measure a leaderboard with 10^3 to 10^6 people on it
	@server/tools/deps build run bench
	@$(MAKE) $(AGAIN) ready
	@tests/bench/run --boards

SLOW_SECONDS ?= 60
slow-clients: ## 1,000 slow clients of slowhttptest, a minute each of heads, bodies and reading (SLOW_SECONDS)
	@QUIZD_SLOW_SECONDS=$(SLOW_SECONDS) $(MAKE) $(AGAIN) TEST=tests/system/test_slowhttptest test

KILL_ROUNDS ?= 200
.PHONY: kill
kill: ## `kill -9` of the server under load, 200 times (KILL_ROUNDS): nothing that was acknowledged is lost
	@QUIZD_KILL_ROUNDS=$(KILL_ROUNDS) $(MAKE) $(AGAIN) TEST=tests/system/test_kill test

FUZZ_SECONDS ?= 60
fuzz: ## each fuzzer of tests/fuzz for a minute (FUZZ_SECONDS), two at a time
	@server/tools/deps build check
	@$(MAKE) $(AGAIN) VARIANT=fuzz fuzzers
	@BUILD=$(BUILD) tests/check/fuzz $(FUZZ_SECONDS) $(FUZZ:%.c=$(BUILD)/fuzz/%)

.PHONY: fuzzers
fuzzers: $(call binary,$(FUZZ))
$(call binary,$(FUZZ)): $(OUT)/%: $(OUT)/%.o $(LIBRARY)
	$(call say,link $@)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $< $(LIBRARY) $(LIBS)

# --- Checking ---------------------------------------------------------------------------------------------------------

FORMATTED = $(shell find server include tests -name node_modules -prune -o -name '*.[ch]' -print)

.PHONY: check fmt headers tidy
check: ## every static check: format, layers, warnings of two compilers, linters, analyzers
	@server/tools/deps build test check
	@BUILD=$(BUILD) tests/check/run

fmt: ## format the C sources
	@clang-format-14 -i $(FORMATTED)

headers: $(patsubst include/%.h,$(OUT)/headers/%.ok,$(HEADERS)) ## compile each header alone
$(OUT)/headers/%.ok: include/%.h $(OUT)/flags | $(TOOLCHAIN) $(GEN)/store/sql.h
	@mkdir -p $(@D)
	$(Q)printf '#include "%s.h"\nextern int not_empty;\n' $* | \
	    $(COMPILE) $(OWN_FLAGS) -MMD -MP -MT $@ -MF $(@:.ok=.d) -fsyntax-only -x c -
	@touch $@

# A stamp a file, as old as its object file, which depends on all that it includes.
tidy: $(patsubst %.o,%.tidy,$(filter-out $(OUT)/gen/%,$(OBJECTS) $(MAIN_OBJECT) $(TEST_OBJECTS))) ## clang-tidy, on what has changed
%.tidy: %.o .clang-tidy tests/.clang-tidy
	$(call say,tidy $(patsubst $(OUT)/%.tidy,%.c,$@))
	$(Q)clang-tidy-14 --quiet $(patsubst $(OUT)/%.tidy,%.c,$@) -- $(wordlist 2,999,$(COMPILE)) -Itests >$@.log 2>&1 || \
	    { sed '/ warnings* generated\.$$/d; /note: +[0-9]/,+2d' $@.log; exit 1; }
	@mv $@.log $@

-include $(patsubst include/%.h,$(OUT)/headers/%.d,$(HEADERS))

# --- The rest ---------------------------------------------------------------------------------------------------------

.PHONY: clean distclean help
clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## remove what was built, the development cluster with its data, and installed linters
	server/tools/dev-cluster destroy
	find tests -name node_modules -prune -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | sort | \
	    while IFS='	' read -r target what; do printf '  make %-12s %s\n' "$$target" "$$what"; done
