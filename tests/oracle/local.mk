# What other programs say of what this one made, and the other way round.
PYTHON_TESTS += \
	tests/oracle/test_paper.py \
	tests/oracle/test_rehearsal.py \
	tests/oracle/test_rehearsal_pcsc.py \
	tests/oracle/test_sc_hsm_tool.py \
	tests/oracle/test_status.py
EXTRA_DIST += tests/oracle/card_commands.py

# The sheets that the Python tests look at.
check_PROGRAMS += tests/oracle/paper_tool
tests_oracle_paper_tool_SOURCES = tests/oracle/paper_tool.c
tests_oracle_paper_tool_LDADD = $(CORE_LIBS)

# Sets a rehearsal up and prints its environment.
check_PROGRAMS += tests/oracle/rehearsal_env
tests_oracle_rehearsal_env_SOURCES = tests/oracle/rehearsal_env.c
tests_oracle_rehearsal_env_LDADD = $(CORE_LIBS)

# The genuine sc-hsm-tool as an oracle. The shim is loaded into a foreign program: plain flags, no sanitizer.
check_LTLIBRARIES += tests/oracle/sc_hsm_shim.la
tests_oracle_sc_hsm_shim_la_SOURCES = tests/oracle/sc_hsm_shim.c
tests_oracle_sc_hsm_shim_la_CFLAGS = -std=gnu17 -Wall -Wextra
tests_oracle_sc_hsm_shim_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_oracle_sc_hsm_shim_la_LIBADD = $(CRYPTO_LIBS)
check_PROGRAMS += tests/oracle/share_tool
tests_oracle_share_tool_SOURCES = tests/oracle/share_tool.c
tests_oracle_share_tool_LDADD = $(CORE_LIBS)

# How the first pages look, six dots an inch; QUORATE_PICTURES=new writes them anew.
EXTRA_DIST += tests/oracle/pictures
# Acts on a device, for what the genuine tools then say of it.
check_PROGRAMS += tests/oracle/hsm_tool
tests_oracle_hsm_tool_SOURCES = tests/oracle/hsm_tool.c
tests_oracle_hsm_tool_LDADD = $(CORE_LIBS)
