#include "ask.h"

#include <quorate/file.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define KEY_END_OF_FILE 0x04
#define KEY_ERASE_ALL 0x15
#define KEY_DELETE 0x7f

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define ENDING_COUNT (sizeof ending / sizeof *ending)

/* One terminal a process; the signal handler has to find it. */
static int terminal = -1;
static struct termios as_before, while_asking;

static void
write_text(const char *text)
{
	(void)file_write_all(terminal, text, strlen(text));
}

/* Restores the terminal, then lets the signal do what it does by default. */
static void
on_ending(int number)
{
	tcsetattr(terminal, TCSANOW, &as_before);
	raise(number);
}

static void
on_stop(int number)
{
	int error = errno;

	(void)number;
	tcsetattr(terminal, TCSANOW, &as_before);
	raise(SIGSTOP);
	tcsetattr(terminal, TCSAFLUSH, &while_asking);
	errno = error;
}

enum outcome
ask_open(void)
{
	terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return terminal >= 0 ? DONE : FAIL_NO_TERMINAL_TO_ASK;
}

void
ask_close(void)
{
	if (terminal >= 0)
		close(terminal);
	terminal = -1;
}

void
ask_tell(const char *sentence)
{
	write_text(sentence);
	write_text("\n");
}

static void
show(uint8_t byte, bool is_masked)
{
	/* The later bytes of a UTF-8 character take no place of their own. */
	if (!is_masked)
		(void)file_write_all(terminal, &byte, 1);
	else if ((byte & 0xc0) != 0x80)
		write_text(strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "\u2022" : "*");
}

/* Takes a whole character back, all its bytes. */
static bool
take_back(struct secret *typed)
{
	uint8_t byte = 0x80;

	while ((byte & 0xc0) == 0x80 && typed->size > 0) {
		byte = typed->bytes[typed->size - 1];
		secret_pop(typed);
	}
	if ((byte & 0xc0) == 0x80)
		return false;
	write_text("\b \b");
	return true;
}

static enum outcome
read_keys(struct secret *typed, size_t most, bool is_masked)
{
	bool is_over = false;
	uint8_t key = 0;
	ssize_t got;

	for (;;) {
		got = read(terminal, &key, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (key == KEY_END_OF_FILE && typed->size == 0))
			return FAIL_CANCELLED;
		if (key == '\r' || key == '\n')
			break;
		if (key == KEY_ERASE_ALL) {
			while (take_back(typed))
				continue;
			is_over = false;
		} else if (key == KEY_DELETE || key == '\b') {
			take_back(typed);
		} else if (key < ' ') {
			write_text("\a");
		} else if (typed->size >= most || !secret_push(typed, key)) {
			is_over = true;
			write_text("\a");
		} else {
			show(key, is_masked);
		}
		key = 0;
	}
	return is_over ? FAIL_TOO_LONG : DONE;
}

static enum outcome
ask(const char *prompt, size_t most, bool is_masked, struct secret **ret)
{
	struct sigaction before[ENDING_COUNT], stop_before;
	struct sigaction at_ending = { .sa_handler = on_ending, .sa_flags = (int)SA_RESETHAND };
	struct sigaction at_stop = { .sa_handler = on_stop };
	enum outcome outcome;

	*ret = NULL;
	if (tcgetattr(terminal, &as_before) != 0)
		return FAIL_NO_TERMINAL_TO_ASK;
	outcome = secret_new(ret, most > 0 ? most : 1);
	if (outcome != DONE)
		return outcome;
	while_asking = as_before;
	while_asking.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	while_asking.c_cc[VMIN] = 1;
	while_asking.c_cc[VTIME] = 0;
	for (size_t i = 0; i < ENDING_COUNT; i++) {
		sigaction(ending[i], NULL, &before[i]);
		/* What the starter ignores (nohup) stays ignored. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &at_ending, NULL);
	}
	sigaction(SIGTSTP, &at_stop, &stop_before);
	if (tcsetattr(terminal, TCSAFLUSH, &while_asking) != 0) {
		outcome = FAIL_NO_TERMINAL_TO_ASK;
	} else {
		write_text(prompt);
		outcome = read_keys(*ret, most, is_masked);
		write_text("\n");
	}
	tcsetattr(terminal, TCSAFLUSH, &as_before);
	sigaction(SIGTSTP, &stop_before, NULL);
	for (size_t i = 0; i < ENDING_COUNT; i++)
		sigaction(ending[i], &before[i], NULL);
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

enum outcome
ask_secret(const char *prompt, size_t most, struct secret **ret)
{
	return ask(prompt, most, true, ret);
}

enum outcome
ask_line(const char *prompt, char *ret, size_t size)
{
	struct secret *typed;
	enum outcome outcome = ask(prompt, size - 1, false, &typed);

	ret[0] = '\0';
	if (outcome != DONE)
		return outcome;
	memcpy(ret, typed->bytes, typed->size);
	ret[typed->size] = '\0';
	secret_free(&typed);
	return DONE;
}
