# The program as people see it, on a pseudo-terminal.
PYTHON_TESTS += \
	tests/commands/test_commands.py \
	tests/commands/test_audit.py \
	tests/commands/test_field_test.py \
	tests/commands/test_journal.py \
	tests/commands/test_log.py \
	tests/commands/test_moving.py \
	tests/commands/test_plan.py \
	tests/commands/test_qr_screen.py \
	tests/commands/test_read_back.py \
	tests/commands/test_sheet.py \
	tests/commands/test_rescue.py \
	tests/commands/test_wrong_shares.py \
	tests/screen/test_screens.py \
	tests/screen/test_status.py \
	tests/screen/test_secrets.py \
	tests/screen/test_ends.py
EXTRA_DIST += tests/commands/quick.py tests/screen/terminal.py tests/screen/expected

# The screens with a fake world around them.
check_PROGRAMS += tests/screen/console_demo
tests_screen_console_demo_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) -I$(top_srcdir)
tests_screen_console_demo_SOURCES = tests/screen/console_demo.c tests/screen/demo.h tests/screen/demo_objects.c \
	tests/screen/demo_preflight.c \
	tests/screen/demo_world.c
tests_screen_console_demo_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_steady_ms
tests_screen_console_demo_LDADD = libui.a libplan.a libjournal.a libpaper.a libhost.a libtoken.a libshare.a libsecret.a libbase.a $(CURSES_LIBS) \
	$(HPDF_LIBS) $(INIH_LIBS) $(QRENCODE_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(LTLIBINTL)

# The table of the screens: what it shows, and how much it asks for that.
check_PROGRAMS += tests/screen/table
tests_screen_table_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) $(CMOCKA_CFLAGS) -I$(top_srcdir)
tests_screen_table_SOURCES = tests/screen/table.c
tests_screen_table_LDADD = libui.a libbase.a $(CURSES_LIBS) $(CMOCKA_LIBS) $(LTLIBINTL)
TESTS += tests/screen/table
