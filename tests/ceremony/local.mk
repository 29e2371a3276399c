# Whole ceremonies with the real program, on a pseudo-terminal.
PYTHON_TESTS += \
	tests/ceremony/test_bad_input.py \
	tests/ceremony/test_change.py \
	tests/ceremony/test_console.py \
	tests/ceremony/test_figures.py \
	tests/ceremony/test_genuine.py \
	tests/ceremony/test_join.py \
	tests/ceremony/test_memory.py \
	tests/ceremony/test_picture.py \
	tests/ceremony/test_printing.py
EXTRA_DIST += tests/ceremony/people.py tests/ceremony/picture.py

# make picture: the screen in README, from the program as it is.
picture: all tests/quorate-quick$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(PYTHON) $(srcdir)/tests/ceremony/picture.py
.PHONY: picture
