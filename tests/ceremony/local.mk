# Whole ceremonies with the real program, on a pseudo-terminal.
PYTHON_TESTS += \
	tests/ceremony/test_bad_input.py \
	tests/ceremony/test_console.py \
	tests/ceremony/test_figures.py \
	tests/ceremony/test_genuine.py
EXTRA_DIST += tests/ceremony/people.py
