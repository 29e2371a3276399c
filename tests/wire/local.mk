# The real PC/SC service in front of the virtual card.
PYTHON_TESTS += tests/wire/test_pcscd.py tests/wire/test_remote.py

check_PROGRAMS += tests/wire/vpcd_bridge
tests_wire_vpcd_bridge_SOURCES = tests/wire/vpcd_bridge.c
tests_wire_vpcd_bridge_LDADD = $(CORE_LIBS)
