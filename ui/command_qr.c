#include "command.h"

#include <quorate/base64.h>
#include <quorate/qr.h>
#include <quorate/share_file.h>

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define QUIET_ZONE 4

/* How large the terminal can show it, 0 if not at all; what goes to a file or a pipe always fits, as it is. */
static unsigned
scale_that_fits(const struct qr *qr, bool is_unicode)
{
	struct winsize window;
	unsigned scale = 0, columns, rows;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
		return 1;
	do
		qr_text_size(qr, is_unicode, QUIET_ZONE, ++scale, &columns, &rows);
	/* The prompt takes the row below. */
	while (columns <= window.ws_col && rows < window.ws_row);
	return scale - 1;
}

int
command_qr(const struct options *options)
{
	bool is_unicode = !options->wants_ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	uint8_t bytes[SHARE_FILE_SIZE];
	char encoded[BASE64_LENGTH(SHARE_FILE_SIZE) + 1], *drawn = NULL;
	struct share_file file;
	struct qr qr = { 0 };
	unsigned scale = 1;
	enum outcome outcome = share_file_load(options->files[0], &file);

	if (outcome != DONE)
		return report(options->files[0], outcome);
	share_file_write(&file, bytes);
	base64_encode(bytes, sizeof bytes, encoded);
	outcome = qr_make(&qr, encoded, strlen(encoded), QR_FOR_SCREEN);
	if (outcome == DONE && (scale = scale_that_fits(&qr, is_unicode)) == 0)
		outcome = FAIL_QR_WIDTH;
	if (outcome == DONE)
		outcome = qr_text(&qr, is_unicode, options->wants_inverted, QUIET_ZONE, scale, &drawn);
	if (outcome == DONE)
		fputs(drawn, stdout);
	free(drawn);
	qr_clear(&qr);
	return outcome == DONE ? EXIT_DONE : report(options->files[0], outcome);
}
