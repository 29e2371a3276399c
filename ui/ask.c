#include "ask.h"

#include <quorate/file.h>
#include <quorate/limits.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define KEY_END_OF_FILE 0x04
#define KEY_ERASE_ALL 0x15
#define KEY_DELETE 0x7f

#define KEY_INTERRUPT 0x03
#define BLANKS "                                                                               "

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define ENDING_COUNT (sizeof ending / sizeof *ending)

/* One terminal a process; the signal handler has to find it. */
static int terminal = -1;
static struct termios as_before, while_asking;
static volatile sig_atomic_t is_showing;

static void
write_text(const char *text)
{
	(void)file_write_all(terminal, text, strlen(text));
}

/* Restores the terminal, then lets the signal do what it does by default. */
static void
on_ending(int number)
{
	if (is_showing)
		write_text("\r" BLANKS "\r");
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

/* What the handlers of signals were before. */
struct handlers {
	struct sigaction ending[ENDING_COUNT], stop;
};

/* Keys come one by one and unseen from here on, without those signals that is_deaf keeps the keyboard from sending. */
static enum outcome
take_over(struct handlers *before, bool is_deaf)
{
	struct sigaction at_ending = { .sa_handler = on_ending, .sa_flags = (int)SA_RESETHAND };
	struct sigaction at_stop = { .sa_handler = on_stop };

	if (tcgetattr(terminal, &as_before) != 0)
		return FAIL_NO_TERMINAL_TO_ASK;
	while_asking = as_before;
	while_asking.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	if (is_deaf)
		while_asking.c_lflag &= ~(tcflag_t)ISIG;
	while_asking.c_cc[VMIN] = 1;
	while_asking.c_cc[VTIME] = 0;
	for (size_t i = 0; i < ENDING_COUNT; i++) {
		sigaction(ending[i], NULL, &before->ending[i]);
		/* What the starter ignores (nohup) stays ignored. */
		if (before->ending[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &at_ending, NULL);
	}
	sigaction(SIGTSTP, &at_stop, &before->stop);
	return tcsetattr(terminal, TCSAFLUSH, &while_asking) == 0 ? DONE : FAIL_NO_TERMINAL_TO_ASK;
}

static void
give_back(const struct handlers *before)
{
	tcsetattr(terminal, TCSAFLUSH, &as_before);
	sigaction(SIGTSTP, &before->stop, NULL);
	for (size_t i = 0; i < ENDING_COUNT; i++)
		sigaction(ending[i], &before->ending[i], NULL);
}

static enum outcome
ask(const char *prompt, size_t most, bool is_masked, struct secret **ret)
{
	struct handlers before;
	enum outcome outcome;

	*ret = NULL;
	if (!isatty(terminal))
		return FAIL_NO_TERMINAL_TO_ASK;
	outcome = secret_new(ret, most > 0 ? most : 1);
	if (outcome != DONE)
		return outcome;
	outcome = take_over(&before, false);
	if (outcome == DONE) {
		write_text(prompt);
		outcome = read_keys(*ret, most, is_masked);
		write_text("\n");
	}
	give_back(&before);
	if (outcome != DONE)
		secret_free(ret);
	return outcome;
}

/* Paints over what stands in the line: terminals differ in everything else. */
static void
erase_line(void)
{
	write_text("\r" BLANKS "\r");
}

/* Any key but ^C, within so many milliseconds. */
static enum outcome
wait_for_key(int milliseconds)
{
	struct pollfd wait = { .fd = terminal, .events = POLLIN };
	char key = 0;
	int ready;

	do
		ready = poll(&wait, 1, milliseconds);
	while (ready < 0 && errno == EINTR);
	if (ready > 0 && (read(terminal, &key, 1) != 1 || key == KEY_INTERRUPT))
		return FAIL_CANCELLED;
	return DONE;
}

enum outcome
ask_show(const char *invitation, const char *label, const struct secret *text)
{
	struct handlers before;
	enum outcome outcome;

	if (!isatty(terminal))
		return FAIL_NO_TERMINAL_TO_ASK;
	is_showing = 1;
	outcome = take_over(&before, true);
	if (outcome == DONE) {
		write_text(invitation);
		outcome = wait_for_key(-1);
		erase_line();
	}
	if (outcome == DONE) {
		tcflush(terminal, TCIFLUSH);
		write_text(label);
		(void)file_write_all(terminal, text->bytes, text->size);
		outcome = wait_for_key(LIMIT_IDLE_SECONDS * 1000);
		erase_line();
	}
	is_showing = 0;
	give_back(&before);
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
