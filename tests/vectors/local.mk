# Share files in every form, made without quorate, for anybody to test against.
PYTHON_TESTS += tests/vectors/test_vectors.py
EXTRA_DIST += tests/vectors/README.md tests/vectors/make.py tests/vectors/shares.json
