#include <quorate/qr.h>

#include <errno.h>
#include <limits.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

enum outcome
qr_make(struct qr *ret, const void *bytes, size_t size, enum qr_use use)
{
	static const QRecLevel better[] = { QR_ECLEVEL_H, QR_ECLEVEL_Q, QR_ECLEVEL_M };
	enum outcome outcome = FAIL_QR;
	QRcode *code = NULL;
	size_t modules;

	if (size == 0 || size > INT_MAX)
		return FAIL_QR;
	code = QRcode_encodeData((int)size, bytes, 0, use == QR_FOR_PAPER ? QR_ECLEVEL_Q : QR_ECLEVEL_L);
	if (code == NULL)
		return errno == ENOMEM ? FAIL_MEMORY : FAIL_QR;
	/* libqrencode enlarges a symbol whose level does not fit its version: such a one is not taken. */
	for (size_t i = 0; i < (use == QR_FOR_PAPER ? 1 : sizeof better / sizeof better[0]); i++) {
		QRcode *other = QRcode_encodeData((int)size, bytes, code->version, better[i]);

		if (other != NULL && other->width == code->width) {
			QRcode_free(code);
			code = other;
			break;
		}
		QRcode_free(other);
	}
	modules = (size_t)code->width * (size_t)code->width;
	ret->width = (unsigned)code->width;
	ret->modules = malloc(modules);
	if (ret->modules == NULL) {
		outcome = FAIL_MEMORY;
		goto out;
	}
	/* The lowest bit is the colour; the others say what the module is for. */
	for (size_t i = 0; i < modules; i++)
		ret->modules[i] = code->data[i] & 1;
	outcome = DONE;
out:
	QRcode_free(code);
	return outcome;
}

void
qr_clear(struct qr *qr)
{
	free(qr->modules);
	memset(qr, 0, sizeof *qr);
}

static bool
is_dark(const struct qr *qr, unsigned quiet, unsigned x, unsigned y)
{
	return x >= quiet && y >= quiet && x < quiet + qr->width && y < quiet + qr->width &&
	       qr->modules[(y - quiet) * qr->width + (x - quiet)];
}

/* Two modules, the upper as bit 1 and the lower as bit 0, where ink is what the terminal draws its text with. */
static const char *const half_blocks[4] = { " ", "\xe2\x96\x84", "\xe2\x96\x80", "\xe2\x96\x88" };
static const char *const ascii[2] = { "  ", "##" };

void
qr_text_size(
	const struct qr *qr, bool is_unicode, unsigned quiet, unsigned scale, unsigned *ret_columns, unsigned *ret_rows)
{
	unsigned side = (qr->width + 2 * quiet) * scale;

	*ret_columns = is_unicode ? side : 2 * side;
	*ret_rows = is_unicode ? (side + 1) / 2 : side;
}

enum outcome
qr_text(const struct qr *qr, bool is_unicode, bool is_inverted, unsigned quiet, unsigned scale, char **ret)
{
	unsigned side = (qr->width + 2 * quiet) * scale, step = is_unicode ? 2 : 1;
	/* A half block has three bytes; the last pair of rows may be half beyond the symbol. */
	size_t room = (size_t)(side + 1) * (side * 3 + 1) / step + side * 3 + 2;
	char *text = malloc(room), *at = text;

	if (text == NULL)
		return FAIL_MEMORY;
	for (unsigned y = 0; y < side; y += step) {
		for (unsigned x = 0; x < side; x++) {
			bool is_upper = is_dark(qr, quiet, x / scale, y / scale) != is_inverted;
			/* Below the last row lies the terminal's own ground, drawn as light as the quiet zone. */
			bool is_lower = is_dark(qr, quiet, x / scale, (y + 1) / scale) != is_inverted;
			const char *cell =
				is_unicode ? half_blocks[(is_upper ? 2 : 0) | (is_lower ? 1 : 0)] : ascii[is_upper];

			at = stpcpy(at, cell);
		}
		*at++ = '\n';
	}
	*at = '\0';
	*ret = text;
	return DONE;
}
