noinst_LIBRARIES += libui.a
libui_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) $(JANSSON_CFLAGS)
libui_a_SOURCES = \
	ui/console.c \
	ui/console.h \
	ui/device.c \
	ui/device.h \
	ui/errand.c \
	ui/errand.h \
	ui/facts.c \
	ui/facts.h \
	ui/frame.c \
	ui/frame.h \
	ui/idle.c \
	ui/idle.h \
	ui/journal_text.c \
	ui/journal_text.h \
	ui/keys.c \
	ui/keys.h \
	ui/line.c \
	ui/line.h \
	ui/loop.c \
	ui/loop.h \
	ui/mask.c \
	ui/mask.h \
	ui/paint.c \
	ui/paint.h \
	ui/pictures.c \
	ui/pictures.h \
	ui/preflight_look.c \
	ui/preflight_look.h \
	ui/plans.c \
	ui/plans.h \
	ui/preview.c \
	ui/preview.h \
	ui/printer.c \
	ui/printer.h \
	ui/prompt.c \
	ui/prompt.h \
	ui/prompt_choose.c \
	ui/prompt_confirm.c \
	ui/prompt_end.c \
	ui/prompt_enter.c \
	ui/prompt_gate.c \
	ui/drive_menu.c \
	ui/drive_menu.h \
	ui/prompt_insert.c \
	ui/prompt_lines.c \
	ui/prompt_pin.c \
	ui/prompt_print.c \
	ui/prompt_show.c \
	ui/prompt_tell.c \
	ui/prompt_text.c \
	ui/prompt_work.c \
	ui/screen.c \
	ui/screen.h \
	ui/screen_ceremony.c \
	ui/screen_help.c \
	ui/screen_journal.c \
	ui/screen_list.c \
	ui/screen_preflight.c \
	ui/screen_start.c \
	ui/screen_status.c \
	ui/screen_token.c \
	ui/sheet_files.c \
	ui/sheet_files.h \
	ui/signals.c \
	ui/signals.h \
	ui/status_list.c \
	ui/status_list.h \
	ui/status_mechanisms.c \
	ui/status_objects.c \
	ui/status_objects.h \
	ui/status_save.c \
	ui/status_save.h \
	ui/status_token.c \
	ui/status_token.h \
	ui/table.c \
	ui/table.h \
	ui/table_draw.c \
	ui/terminal.c \
	ui/terminal.h \
	ui/theme.c \
	ui/theme.h \
	ui/rows.c \
	ui/rows.h

# The program without the console's screens: the commands, and main.
command_sources = \
	ui/ask.c \
	ui/ask.h \
	ui/command.c \
	ui/command.h \
	ui/command_attest.c \
	ui/command_audit.c \
	ui/command_check_word.c \
	ui/command_console.c \
	ui/command_field_test.c \
	ui/command_journal.c \
	ui/command_keys.c \
	ui/command_log.c \
	ui/command_preflight.c \
	ui/command_plan.c \
	ui/command_qr.c \
	ui/command_read_back.c \
	ui/command_rehearse.c \
	ui/command_rescue.c \
	ui/command_self_check.c \
	ui/command_session.c \
	ui/command_sheet.c \
	ui/command_status.c \
	ui/command_verify.c \
	ui/field_test.c \
	ui/field_test.h \
	ui/iterations.c \
	ui/main.c \
	ui/opening.c \
	ui/opening.h \
	ui/options.c \
	ui/options.h \
	ui/sheet_filled.c \
	ui/sheet_kinds.c \
	ui/sheet_kinds.h \
	ui/shares.c \
	ui/shares.h \
	ui/shares_ask.c \
	ui/status_json.c \
	ui/status_look_json.c \
	ui/status_look_table.c \
	ui/status_report.h \
	ui/status_table.c

bin_PROGRAMS += quorate
quorate_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) $(JANSSON_CFLAGS)
quorate_SOURCES = $(command_sources)
quorate_LDADD = libui.a $(CORE_LIBS) $(CURSES_LIBS)

# The same with a short key derivation, for tests only: it opens no file of the world outside.
check_PROGRAMS += tests/quorate-quick
tests_quorate_quick_CPPFLAGS = $(quorate_CPPFLAGS) -DQUICK_ITERATIONS=1000
tests_quorate_quick_SOURCES = $(command_sources)
tests_quorate_quick_LDADD = $(quorate_LDADD)
