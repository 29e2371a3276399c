/* What comes through of OpenSC's debug output: heads, lengths, status words, error numbers, and nothing else. */
#include "groups.h"

#include <quorate/text.h>
#include <quorate/trace.h>

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char seen[8192];

static void
take(void *context, const char *line)
{
	(void)context;
	text_append(seen, sizeof seen, "%s\n", line);
}

/* Feeds a text in pieces of so many bytes. */
static void
feed(const char *text, size_t piece)
{
	struct trace *trace;
	size_t used = CRYPTO_secure_used();

	seen[0] = '\0';
	assert_int_equal(trace_new(&trace, take, NULL), DONE);
	for (size_t at = 0; at < strlen(text); at += piece)
		trace_feed(trace, text + at, strlen(text) - at < piece ? strlen(text) - at : piece);
	trace_free(&trace);
	assert_int_equal(CRYPTO_secure_used(), used);
}

#define HEAD "P:13113; T:0x140227122006080 15:09:08.069 [opensc-pkcs11] "

/* As OpenSC 0.23 writes it: a PIN that is verified, and a DKEK share on its way into a card. */
static const char genuine[] =
	HEAD "ctx.c:859:sc_context_create: opensc version: 0.23.0\n" HEAD "reader-pcsc.c:326:pcsc_transmit: \n"
	     "Outgoing APDU (13 bytes):\n"
	     "00 20 00 81 08 31 32 33 34 35 36 37 38 . ...12345678\n"
	     "\n" HEAD "reader-pcsc.c:335:pcsc_transmit: \n"
	     "Incoming APDU (2 bytes):\n"
	     "63 C2 c.\n"
	     "\n" HEAD "card-sc-hsm.c:769:sc_hsm_pin_cmd: returning with: -1214 (PIN code or key incorrect)\n" HEAD
	     "sec.c:259:sc_pin_cmd: returning with: 0 (Success)\n"
	     "Outgoing APDU (38 bytes):\n"
	     "80 52 00 00 20 DE AD BE EF DE AD BE EF DE AD BE .R.. ...........\n"
	     "EF DE AD BE EF DE AD BE EF DE AD BE EF DE AD BE ................\n"
	     "EF DE AD BE EF 00                               ......\n"
	     "Incoming APDU (12 bytes):\n"
	     "01 00 11 22 33 44 55 66 77 88 90 00 ...\"3DUfw...\n";
static const char wanted[] = "OpenSC 0.23\n> 00 20 00 81, 13 bytes\n< 2 bytes, 63c2\n  card-sc-hsm.c: sc_hsm_pin_cmd: "
			     "-1214\n> 80 52 00 00, 38 bytes\n< 12 bytes, 9000\n";

static void
test_allowed(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 64; piece++) {
		feed(genuine, piece);
		assert_string_equal(seen, wanted);
	}
}

/* Whatever has another form stays out, also where it looks like one of the allowed in part. */
static void
test_left_out(void **state)
{
	static const char *const others[] = {
		"PIN 12345678\n",
		HEAD "x.c:1:y: PIN 12345678 returning with: -1\n",
		HEAD "12345678.c:1:y: returning with: -1\n",
		HEAD "x.c:1:12345678: returning with: -1\n",
		HEAD "x.c:12345678:y: returning with: -1\n",
		HEAD "x.c:1:y: returning with: -12345678\n",
		HEAD "x.c:1:y: returning with: 12345678\n",
		HEAD "x.c:1:y: returning with: -1234,5678\n",
		HEAD "x.c:1:y: opensc version: 1234.5678\n",
		"Outgoing APDU (13 bytes): 12345678\n12 34 56 78 00 00 00 00 00 00 00 00 00\n",
		"Outgoing APDU (12345678 bytes):\n12 34 56 78\n",
		"Outgoing APDU (3 bytes):\n12 34 56 78\n",
		"Incoming APDU (1 bytes):\n12 34 56 78\n",
		"Outgoing APDU (8 bytes):\n12345678\n",
		"Outgoing APDU (8 bytes):\n12 34 56 78 12 34 56\n",
		"Incoming APDU (20 bytes):\n12 34 56 78 12 34 56 78 12 34 56 78 12 34 56 78 ....\nPIN 12345678\n",
		"> 12 34 56 78, 5 bytes\n",
	};
	char *line = malloc(2000);

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		feed(others[i], 7);
		assert_string_equal(seen, "");
	}
	/* A line without an end, and one that is longer than any. */
	feed("P:12345678", 3);
	assert_string_equal(seen, "");
	assert_non_null(line);
	snprintf(line, 2000, HEAD "x.c:1:y: returning with: -1 %01500d\n", 5);
	feed(line, 100);
	assert_string_equal(seen, "");
	free(line);
}

TEST_GROUP(trace, cmocka_unit_test(test_allowed), cmocka_unit_test(test_left_out));
