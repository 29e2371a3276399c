# What other programs say of what this one made, and the other way round.

# The sheets that the Python tests look at.
check_PROGRAMS += tests/oracle/paper_tool
tests_oracle_paper_tool_SOURCES = tests/oracle/paper_tool.c
tests_oracle_paper_tool_LDADD = $(CORE_LIBS)
PYTHON_TESTS += tests/oracle/test_paper.py
