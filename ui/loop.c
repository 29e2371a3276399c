#include "loop.h"

#include "frame.h"
#include "signals.h"
#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <quorate/clock.h>
#include <quorate/tongue.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The workers', the ceremony's and a printer's. */
#define DESCRIPTORS (SLOTS_DESCRIPTORS + 8)
/* Keys taken before the screen is drawn again: a paste is not drawn key by key, a flood does not starve the screen. */
#define KEYS_AT_ONCE 64

struct loop {
	struct console *console;
	int signals;
	bool is_secret_seen; /* the terminal shows characters of a secret */
	bool wants_drawing;
};

static void
draw(struct loop *loop)
{
	frame_draw(loop->console);
	/* A secret that is not in the new picture is painted over before anything else is shown. */
	if (loop->is_secret_seen && !paint_has_secret()) {
		paint_over();
		frame_draw(loop->console);
	}
	loop->is_secret_seen = paint_has_secret();
	refresh();
	loop->wants_drawing = false;
}

static void
react(struct loop *loop, unsigned reaction)
{
	if (reaction & REACT_FLUSH)
		terminal_flush();
	if (reaction & (REACT_DRAW | REACT_FLUSH))
		loop->wants_drawing = true;
}

static void
cover(struct loop *loop)
{
	const struct screen *screen = loop->console->screen;

	if (screen->cover != NULL)
		screen->cover(loop->console);
	if (loop->is_secret_seen)
		paint_over();
	loop->is_secret_seen = false;
	loop->wants_drawing = true;
}

static void
suspend(struct loop *loop)
{
	cover(loop);
	terminal_flush();
	terminal_pause();
	signals_raise(SIGTSTP);
	terminal_resume();
}

static void
resize(struct loop *loop)
{
	/* Resizing frees curses' rows: no secret may stand in them. */
	if (loop->is_secret_seen)
		paint_over();
	loop->is_secret_seen = false;
	terminal_resize();
	if (frame_is_too_small())
		cover(loop);
	loop->wants_drawing = true;
}

/* Returns the signal that ends the console, or 0. */
static int
take_signals(struct loop *loop)
{
	int number;

	while ((number = signals_take(loop->signals)) != 0)
		switch (number) {
		case SIGWINCH:
			resize(loop);
			break;
		case SIGTSTP:
			suspend(loop);
			break;
		case SIGCONT:
			/* Stopped by another way than ours: the terminal may be anything now. */
			terminal_resume();
			loop->wants_drawing = true;
			break;
		default:
			return number;
		}
	return 0;
}

static unsigned
handle(struct loop *loop, struct press *press)
{
	struct console *console = loop->console;
	unsigned reaction;
	char name[32];

	keys_decode(press, console->place);
	console->message[0] = '\0';
	if (press->request == REQUEST_REDRAW) {
		clearok(curscr, TRUE);
		return REACT_DRAW;
	}
	if (press->request == REQUEST_SUSPEND) {
		suspend(loop);
		return REACT_DRAW;
	}
	reaction = console->screen->key(console, press);
	if (reaction & REACT_UNKNOWN) {
		keys_name(press->code, name, sizeof name);
		/* A character may be part of a secret: it is not repeated. */
		if (1u << console->place & AT_EDITING && press->character != 0)
			screen_message(console, MEANING_WARNING,
				_("This character cannot stand here. F1 explains this screen."));
		else
			screen_message(console, MEANING_WARNING,
				_("%s does nothing here. The line below shows the keys that work."), name);
	}
	return reaction | REACT_DRAW;
}

/* Returns false when the people leave. */
static bool
take_keys(struct loop *loop)
{
	struct press press = { 0 };
	bool stays = true;

	for (int i = 0; i < KEYS_AT_ONCE && stays && terminal_key(&press.code); i++) {
		unsigned reaction;

		if (frame_is_too_small())
			continue;
		reaction = handle(loop, &press);
		react(loop, reaction);
		stays = !(reaction & REACT_QUIT);
	}
	OPENSSL_cleanse(&press, sizeof press);
	return stays;
}

static int
sooner(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

enum loop_end
loop_run(struct console *console, int signals, int *ret_signal)
{
	struct loop loop = { .console = console, .signals = signals, .wants_drawing = true };
	struct pollfd polled[2 + DESCRIPTORS];
	char minute[CLOCK_MINUTE_SIZE], shown[CLOCK_MINUTE_SIZE] = "";

	for (;;) {
		const struct screen *live = screen_live(console);
		size_t count = 2;
		int timeout;
		bool changed;

		clock_minute(minute);
		if (memcmp(minute, shown, sizeof minute) != 0) {
			memcpy(shown, minute, sizeof minute);
			loop.wants_drawing = true;
		}
		if (loop.wants_drawing)
			draw(&loop);
		polled[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
		polled[1] = (struct pollfd){ .fd = signals, .events = POLLIN };
		count += slots_descriptors(console->settings->slots, polled + count, DESCRIPTORS - 4);
		if (live->descriptors != NULL)
			count += live->descriptors(console, polled + count, 2 + DESCRIPTORS - count);
		timeout = sooner(clock_next_minute_ms(), slots_timeout(console->settings->slots, live->is_watching));
		if (live->wait_ms != NULL)
			timeout = sooner(timeout, live->wait_ms(console));
		if (poll(polled, count, timeout) < 0) {
			if (errno != EINTR)
				return LOOP_TERMINAL_GONE;
			continue;
		}
		if (polled[1].revents != 0 && (*ret_signal = take_signals(&loop)) != 0) {
			cover(&loop);
			return LOOP_SIGNAL;
		}
		if (polled[0].revents & (POLLERR | POLLHUP | POLLNVAL))
			return LOOP_TERMINAL_GONE;
		if (polled[0].revents & POLLIN && !take_keys(&loop))
			return LOOP_LEFT;
		if (polled[0].revents & POLLIN && terminal_is_dead())
			return LOOP_TERMINAL_GONE;
		changed = slots_dispatch(console->settings->slots, live->is_watching);
		live = screen_live(console);
		if (live->tick != NULL)
			react(&loop, live->tick(console, changed));
		if (changed)
			loop.wants_drawing = true;
	}
}
