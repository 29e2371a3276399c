#include "printer.h"

#include <errno.h>
#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/limits.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Milliseconds: lpstat may ask a server that is away; a print queue takes a sheet at once or not at all. */
#define PATIENCE_MS 30000
/* Milliseconds between the end of a helper's output and its own. */
#define ENDING_MS 500

static void
finish(struct printer *printer, enum outcome outcome)
{
	int status = -1;

	if (launcher_stop(printer->launcher, &printer->helper, outcome == DONE ? ENDING_MS : 0, &status) != DONE ||
		status != 0)
		outcome = outcome != DONE                     ? outcome
			  : printer->state == PRINTER_LISTING ? FAIL_NO_PRINTER
							      : FAIL_PRINTER;
	printer->outcome = outcome;
	printer->state = PRINTER_IDLE;
	free(printer->file);
	printer->file = NULL;
}

static void
begin(struct printer *printer, enum helper_kind kind, const char *subject, enum printer_state state)
{
	printer->outcome = launcher_helper(printer->launcher, kind, subject, &printer->helper);
	printer->give_up_at = clock_steady_ms() + PATIENCE_MS;
	printer->state = printer->outcome == DONE ? state : PRINTER_IDLE;
}

void
printer_list(struct printer *printer, struct launcher *launcher)
{
	*printer = (struct printer){ .launcher = launcher, .helper = { .socket = -1 } };
	begin(printer, HELPER_LPSTAT, NULL, PRINTER_LISTING);
	if (printer->state == PRINTER_LISTING)
		shutdown(printer->helper.socket, SHUT_WR);
	else
		printer->outcome = FAIL_NO_PRINTER;
}

void
printer_print(struct printer *printer, size_t number, const char *path)
{
	printer->sent = 0;
	printer->outcome = file_read(path, LIMIT_FILE_READ, &printer->file, &printer->file_size);
	if (printer->outcome != DONE)
		return;
	begin(printer, HELPER_LP, printer->names[number], PRINTER_PRINTING);
	if (printer->state == PRINTER_IDLE) {
		free(printer->file);
		printer->file = NULL;
	}
}

size_t
printer_descriptors(const struct printer *printer, struct pollfd *ret, size_t most)
{
	bool is_sending = printer->state == PRINTER_PRINTING && printer->sent < printer->file_size;

	if (printer->state == PRINTER_IDLE || most == 0)
		return 0;
	*ret = (struct pollfd){ .fd = printer->helper.socket, .events = (short)(POLLIN | (is_sending ? POLLOUT : 0)) };
	return 1;
}

int
printer_timeout(const struct printer *printer)
{
	int64_t left = printer->give_up_at - clock_steady_ms();

	return printer->state == PRINTER_IDLE ? -1 : left < 0 ? 0 : (int)left;
}

/* A name a line. */
static void
take_names(struct printer *printer)
{
	char *at = printer->heard, *end = printer->heard + printer->heard_size;

	while (at < end && printer->count < PRINTERS_MOST) {
		char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline == NULL ? end : newline;

		/* One that text_clean changes could not be named to lp again. */
		text_clean(at, (size_t)(stop - at), printer->names[printer->count], PRINTER_NAME_SIZE);
		if (stop > at && strlen(printer->names[printer->count]) == (size_t)(stop - at) &&
			memcmp(printer->names[printer->count], at, (size_t)(stop - at)) == 0)
			printer->count++;
		at = stop + 1;
	}
}

static bool
send_more(struct printer *printer)
{
	while (printer->sent < printer->file_size) {
		ssize_t sent = send(printer->helper.socket, printer->file + printer->sent,
			printer->file_size - printer->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		printer->sent += (size_t)sent;
	}
	shutdown(printer->helper.socket, SHUT_WR);
	return true;
}

bool
printer_advance(struct printer *printer)
{
	char ignored[256];
	bool is_listing = printer->state == PRINTER_LISTING;
	ssize_t got;

	if (printer->state == PRINTER_IDLE)
		return false;
	if (clock_steady_ms() >= printer->give_up_at ||
		(!is_listing && printer->sent < printer->file_size && !send_more(printer))) {
		finish(printer, is_listing ? FAIL_NO_PRINTER : FAIL_PRINTER);
		return true;
	}
	do {
		size_t room = is_listing ? sizeof printer->heard - printer->heard_size : 0;

		got = recv(printer->helper.socket, room > 0 ? printer->heard + printer->heard_size : ignored,
			room > 0 ? room : sizeof ignored, MSG_DONTWAIT);
		if (got > 0 && room > 0)
			printer->heard_size += (size_t)got;
	} while (got > 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* The helper closed its output: it is done. */
	if (!is_listing && printer->sent < printer->file_size) {
		finish(printer, FAIL_PRINTER);
		return true;
	}
	finish(printer, DONE);
	if (is_listing && printer->outcome == DONE) {
		take_names(printer);
		printer->outcome = printer->count > 0 ? DONE : FAIL_NO_PRINTER;
	}
	return true;
}

void
printer_close(struct printer *printer)
{
	if (printer->state != PRINTER_IDLE)
		launcher_stop(printer->launcher, &printer->helper, 0, NULL);
	free(printer->file);
	*printer = (struct printer){ .helper = { .socket = -1 } };
}
