#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* Milliseconds that curses waits after Esc for the rest of a function key: enough for a slow line, short for a hand. */
#define ESCAPE_MS 100

static struct termios before;
static SCREEN *screen;

/* What a crash sends, put together beforehand: a signal handler may not ask terminfo. */
static char rescue[128];
static size_t rescue_length;

static void
crashed(int number)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	if (write(STDOUT_FILENO, rescue, rescue_length) < 0)
		_exit(128 + number);
	raise(number); /* SA_RESETHAND: now it does what it always did */
}

static void
prepare_rescue(void)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx", "clear", "rmcup" };
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	struct sigaction ours = { .sa_handler = crashed, .sa_flags = SA_RESETHAND | SA_NODEFER }, theirs;

	rescue_length = 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *text = tigetstr(names[i]);
		size_t length;

		if (text == NULL || text == (const char *)-1)
			continue;
		length = strlen(text);
		if (length < sizeof rescue - rescue_length) {
			memcpy(rescue + rescue_length, text, length);
			rescue_length += length;
		}
	}
	/* A sanitizer's own handlers are left alone. */
	for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
		if (sigaction(crashes[i], NULL, &theirs) == 0 && theirs.sa_handler == SIG_DFL)
			sigaction(crashes[i], &ours, NULL);
}

static void
set_up(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	curs_set(0);
}

enum outcome
terminal_open(void)
{
	const char *kind = getenv("TERM");
	bool can_place;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0)
		return FAIL_NO_TERMINAL;
	/* curses itself would end the process over a TERM that it does not know. */
	if (kind == NULL || setupterm(kind, STDOUT_FILENO, &(int){ 0 }) != OK)
		return FAIL_TERMINAL_KIND;
	can_place = cursor_address != NULL && clear_screen != NULL;
	del_curterm(cur_term);
	if (!can_place)
		return FAIL_TERMINAL_KIND;
	set_escdelay(ESCAPE_MS);
	if ((screen = newterm(NULL, stdout, stdin)) == NULL)
		return FAIL_TERMINAL_KIND;
	set_up();
	prepare_rescue();
	return DONE;
}

void
terminal_pause(void)
{
	erase();
	refresh();
	endwin();
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

void
terminal_resume(void)
{
	reset_prog_mode();
	clearok(curscr, TRUE);
	set_up();
	terminal_resize();
	refresh();
}

void
terminal_close(void)
{
	const char *scrollback;

	if (screen == NULL)
		return;
	terminal_pause();
	scrollback = tigetstr("E3");
	if (scrollback != NULL && scrollback != (const char *)-1)
		putp(scrollback);
	fflush(stdout);
	delscreen(screen);
	screen = NULL;
}

void
terminal_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
		(size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

bool
terminal_key(uint32_t *ret_code)
{
	wint_t character = 0;
	int kind;

	do {
		kind = get_wch(&character);
	} while (kind == KEY_CODE_YES && character == KEY_RESIZE);
	if (kind == ERR)
		return false;
	*ret_code = kind == KEY_CODE_YES ? FUNCTION(character) : (uint32_t)character;
	return true;
}

void
terminal_flush(void)
{
	flushinp();
	tcflush(STDIN_FILENO, TCIFLUSH);
	while (ungetch('.') == OK)
		;
	flushinp();
}

bool
terminal_is_dead(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int waiting = 0;

	if (poll(&input, 1, 0) < 0)
		return errno != EINTR;
	if (input.revents & (POLLERR | POLLHUP | POLLNVAL))
		return true;
	return input.revents & POLLIN && (ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0);
}
