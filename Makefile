# dbmig -- PostgreSQL extension, built with PGXS.
#
#   make                 build dbmig.so for the server that pg_config names
#   make install         install it there (may need root; DESTDIR= works)
#   make test            install what is missing, build, run every test on a
#                        throwaway server; nothing of the system is touched
#   make test ONLY=lock  only the test files whose path matches the regex
#   make demo            the same server, but it shows what dbmig does
#   make ubsan-test      the regression tests under gcc's UBSan
#   make check-style     the house rules that a script can check
#   make format          apply .clang-format to src/
#
# PG_CONFIG=/path/to/pg_config chooses another server; WERROR=1 turns warnings
# into errors (CI does, a user's build never).

EXTENSION  = dbmig
MODULE_big = dbmig
DATA       = $(wildcard dbmig--*.sql)
SOURCES    = $(sort $(wildcard src/*.c src/*/*.c))
OBJS       = $(SOURCES:.c=.o)
PGFILEDESC = "dbmig - the database that knows its own state"

# Every file dropped into sql/, specs/ and t/ is a test.
REGRESS        = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
REGRESS_OPTS   = --inputdir=. --load-extension=dbmig
ISOLATION      = $(sort $(patsubst specs/%.spec,%,$(wildcard specs/*.spec)))
ISOLATION_OPTS = --inputdir=. --load-extension=dbmig
ifneq ($(wildcard t/*.pl),)
TAP_TESTS      = 1
endif

# Without DEPFLAGS a changed header would leave stale objects behind: PGXS
# itself does not track headers.
DEPFLAGS    = -MMD -MP
PG_CPPFLAGS = -Isrc
PG_CFLAGS   = $(DEPFLAGS)
ifdef WERROR
PG_CFLAGS  += -Wall -Wextra -Werror -Wno-unused-parameter \
              -Wno-missing-field-initializers -Wno-sign-compare
endif
# EXTRA_CFLAGS comes last, e.g. EXTRA_CFLAGS=-fsanitize=undefined.
PG_CFLAGS  += $(EXTRA_CFLAGS)

EXTRA_CLEAN = $(SOURCES:.c=.d) .build-flags results output_iso \
              regression.diffs regression.out

ifndef PG_CONFIG
PG_CONFIG := $(shell tools/find-pg-config 2>/dev/null)
ifeq ($(PG_CONFIG),)
PG_CONFIG := pg_config
endif
endif
PGXS := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))

ifneq ($(PGXS),)
# Bitcode (for JIT inlining) needs the very clang the server was built with.
# Without it the extension works just the same, so leave bitcode out.
SERVER_CLANG := $(shell sed -n 's/^CLANG *= *//p' $(dir $(PGXS))../Makefile.global)
ifeq ($(and $(SERVER_CLANG),$(shell command -v $(SERVER_CLANG))),)
override with_llvm := no
endif

include $(PGXS)

# One tree can be built for several servers or with several sets of flags, one
# after the other: a change of either makes every object stale. Goals that only
# start a tool do not build here; the tool's own make does, under a lock.
ifneq ($(filter-out setup test demo ubsan-test format,$(or $(MAKECMDGOALS),all)),)
BUILD_FLAGS := $(VERSION) $(pkglibdir) $(CC) $(PG_CFLAGS)
$(shell [ "$$(cat .build-flags 2>/dev/null)" = '$(BUILD_FLAGS)' ] || \
        echo '$(BUILD_FLAGS)' > .build-flags)
$(OBJS): .build-flags
-include $(SOURCES:.c=.d)
ifeq ($(with_llvm),yes)
$(OBJS:.o=.bc): %.bc: %.o
endif
endif

else
# A machine without server headers: the targets that bring them still work.
all install uninstall installcheck clean:
	@echo "dbmig: no PostgreSQL server headers found by \"$(PG_CONFIG)\"; run tools/setup, or make PG_CONFIG=/path/to/pg_config $@" >&2
	@exit 1
endif

# An empty variable would still override what the tools find by themselves.
TOOL_ENV = $(if $(filter command line environment,$(origin PG_CONFIG)),PG_CONFIG='$(PG_CONFIG)') \
           MAKEFLAGS= $(if $(WERROR),WERROR='$(WERROR)') $(if $(ONLY),ONLY='$(ONLY)')

.PHONY: setup test demo ubsan-test check-style format
setup:
	@$(TOOL_ENV) tools/setup

test: setup
	@$(TOOL_ENV) tools/test

demo: setup
	@$(TOOL_ENV) tools/server tools/demo

ubsan-test: setup
	@$(TOOL_ENV) tools/ubsan-test

check-style: all
	@$(TOOL_ENV) tools/check-style

format:
	$(or $(shell command -v clang-format-14),clang-format) -i $(SOURCES) $(wildcard src/*.h src/*/*.h)
