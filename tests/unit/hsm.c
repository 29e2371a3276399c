/* The SmartCard-HSM's commands against a card that follows a script: each line is the one command expected next, and
 * its answer. A command that is not in the script fails the test. */
#include "groups.h"

#include <quorate/hex.h>
#include <quorate/hsm.h>

#include <stdio.h>
#include <string.h>

struct exchange {
	const char *command, *answer; /* hex; answer NULL: lost */
};

struct script {
	const struct exchange *lines;
	size_t count, at;
	enum outcome loss;
};

static enum outcome
transmit(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	struct script *script = context;
	const struct exchange *line = &script->lines[script->at];
	char text[600];

	assert_in_range(size, 4, 290);
	hex_encode(command, size, text);
	if (script->at >= script->count)
		fail_msg("unexpected command %s", text);
	script->at++;
	assert_string_equal(text, line->command);
	*ret_code = (struct code){ CODE_NONE, 0 };
	if (line->answer == NULL) {
		*ret_size = 0;
		return script->loss;
	}
	assert_true(strlen(line->answer) / 2 <= *ret_size);
	*ret_size = strlen(line->answer) / 2;
	assert_int_equal(hex_decode(line->answer, strlen(line->answer), ret, *ret_size), DONE);
	return DONE;
}

#define SELECT                                                                                                         \
	{                                                                                                              \
		"00a404000be82b0601040181c31f020100", "6f07850500010103059000"                                         \
	}
/* Version 3.5, options 01: the fourth byte from the end of tag 85. With a DKEK in key domain 0 the next one is asked
   about. */
#define READ_TO_DKEK(so, user, dkek)                                                                                   \
	{ "00200088", so }, { "00200081", user }, { "00b12f02045402000000", "6a82" },                                  \
		{ "00b12f03045402000000", "300c02010080036f6e6503020520"                                               \
					  "6282" },                                                                    \
	{                                                                                                              \
		"8052000000", dkek                                                                                     \
	}
#define READ_REST                                                                                                      \
	{ "8054000000", "6d00" },                                                                                      \
	{                                                                                                              \
		"80580000000000", "cc00cc01cc022f022f03ce01ca01c401"                                                   \
				  "9000"                                                                               \
	}
#define READ_NONE(so, user) READ_TO_DKEK(so, user, "6d00"), READ_REST
#define READ(so, user, dkek) READ_TO_DKEK(so, user, dkek), { "8052000100", "6a86" }, READ_REST
#define PROBLEM_FREE READ_NONE("63cf", "63c3")
#define KCV "1122334455667788"
#define NO_KCV "0000000000000000"

static struct hsm_status status;
static struct token_answer answer;
static struct script script;
static const struct card card = { transmit, &script };

static void
begin(const struct exchange *lines, size_t count, enum outcome loss)
{
	script = (struct script){ lines, count, 0, loss };
}

#define BEGIN(lines) begin(lines, sizeof lines / sizeof lines[0], FAIL_CARD_SILENT)

static struct secret *
secret_of(const char *text)
{
	struct secret *secret;
	char copy[64];

	snprintf(copy, sizeof copy, "%s", text);
	assert_int_equal(secret_take(&secret, copy, strlen(copy)), DONE);
	return secret;
}

static void
act(struct token_request *request, enum outcome expected)
{
	hsm_act(&card, request, &answer);
	token_request_clear(request);
	assert_string_equal(outcome_name(answer.outcome), outcome_name(expected));
	assert_int_equal(answer.act, request->act);
	assert_int_equal(script.at, script.count);
}

static void
test_describe(void **state)
{
	static const struct exchange lines[] = { SELECT, READ("63cf", "63c3", "0100" KCV "9000") };
	struct code code;

	(void)state;
	BEGIN(lines);
	assert_int_equal(hsm_describe(&card, &status, &code), DONE);
	assert_int_equal(script.at, script.count);
	assert_int_equal(status.version_major, 3);
	assert_int_equal(status.version_minor, 5);
	assert_int_equal(status.options, 1);
	assert_string_equal(status.label, "one");
	assert_int_equal(status.so_pin.state, PIN_SET);
	assert_int_equal(status.so_pin.tries_left, 15);
	assert_int_equal(status.user_pin.tries_left, 3);
	assert_true(status.has_dkek);
	assert_int_equal(status.dkek_total, 1);
	assert_int_equal(status.dkek_outstanding, 0);
	assert_memory_equal(status.kcv, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	assert_int_equal(status.key_count, 2);
	assert_int_equal(status.certificate_count, 2);
	assert_int_equal(status.proof, DEVICE_UNPROVEN);
	assert_string_equal(status.serial, "");
}

static void
test_pin_states(void **state)
{
	static const struct {
		const char *so, *user;
		enum pin_state so_state, user_state;
		int user_tries;
	} cases[] = {
		{ "6a88", "6a88", PIN_NOT_SET, PIN_NOT_SET, -1 },
		{ "6a88", "6984", PIN_NOT_SET, PIN_NOT_SET, -1 },
		{ "63cf", "6984", PIN_SET, PIN_TRANSPORT, -1 },
		{ "63c1", "6983", PIN_SET, PIN_LOCKED, 0 },
		{ "6983", "63c0", PIN_LOCKED, PIN_LOCKED, 0 },
		{ "63cf", "9000", PIN_SET, PIN_VERIFIED, -1 },
		{ "6d00", "6f00", PIN_UNKNOWN, PIN_UNKNOWN, -1 },
	};
	struct code code;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct exchange lines[] = { SELECT, READ(cases[i].so, cases[i].user, "6a88") };

		BEGIN(lines);
		assert_int_equal(hsm_describe(&card, &status, &code), DONE);
		assert_int_equal(status.so_pin.state, cases[i].so_state);
		assert_int_equal(status.user_pin.state, cases[i].user_state);
		assert_int_equal(status.user_pin.tries_left, cases[i].user_tries);
		assert_false(status.has_dkek);
	}
}

static void
test_describe_bad(void **state)
{
	static const struct {
		struct exchange lines[8];
		size_t count;
		enum outcome outcome;
	} cases[] = {
		{ { { "00a404000be82b0601040181c31f020100", "6a82" } }, 1, FAIL_NOT_SMARTCARD_HSM },
		{ { { "00a404000be82b0601040181c31f020100", "90" } }, 1, FAIL_CARD_ANSWER },
		{ { { "00a404000be82b0601040181c31f020100", "" } }, 1, FAIL_CARD_ANSWER },
		{ { { "00a404000be82b0601040181c31f020100", NULL } }, 1, FAIL_CARD_SILENT },
		{ { SELECT, { "00200088", NULL } }, 2, FAIL_CARD_SILENT },
		/* Nine bytes of DKEK status; more outstanding than there are. */
		{ { SELECT, { "00200088", "63cf" }, { "00200081", "63c3" }, { "00b12f02045402000000", "6a82" },
			  { "00b12f03045402000000", "6a82" }, { "8052000000", "0100112233445566779000" } },
			6, FAIL_CARD_ANSWER },
		{ { SELECT, { "00200088", "63cf" }, { "00200081", "63c3" }, { "00b12f02045402000000", "6a82" },
			  { "00b12f03045402000000", "6a82" }, { "8052000000", "0102" KCV "9000" } },
			6, FAIL_CARD_ANSWER },
		{ { SELECT, { "00200088", "63cf" }, { "00200081", "63c3" }, { "00b12f02045402000000", "6a82" },
			  { "00b12f03045402000000", "6a82" }, { "8052000000", "6d00" }, { "8054000000", "6d00" },
			  { "80580000000000", "cc9000" } },
			8, FAIL_CARD_ANSWER },
		{ { SELECT, { "00200088", "63cf" }, { "00200081", "63c3" }, { "00b12f02045402000000", "6a82" },
			  { "00b12f03045402000000", "6a82" }, { "8052000000", "6d00" },
			  { "8054000000", "0302029000" } },
			7, FAIL_CARD_ANSWER },
	};
	struct code code;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(cases[i].lines, cases[i].count, FAIL_CARD_SILENT);
		assert_string_equal(outcome_name(hsm_describe(&card, &status, &code)), outcome_name(cases[i].outcome));
		assert_int_equal(script.at, script.count);
	}
}

/* A certificate file that never ends is cut off. */
static void
test_endless_file(void **state)
{
	static char piece[2 * 256 + 5], commands[17][21];
	static struct exchange lines[3 + 16];
	struct code code;

	(void)state;
	memset(piece, '0', 512);
	memcpy(piece + 512, "9000", 5);
	lines[0] = (struct exchange)SELECT;
	lines[1] = (struct exchange){ "00200088", "63cf" };
	lines[2] = (struct exchange){ "00200081", "63c3" };
	for (unsigned i = 0; i < 16; i++) {
		snprintf(commands[i], sizeof commands[i], "00b12f02045402%04x00", i * 256);
		lines[3 + i] = (struct exchange){ commands[i], piece };
	}
	BEGIN(lines);
	assert_int_equal(hsm_describe(&card, &status, &code), FAIL_CARD_ANSWER);
	assert_int_equal(script.at, script.count);
}

static void
test_verify(void **state)
{
	static const struct exchange right[] = { SELECT, PROBLEM_FREE,
		{ "002000810631323334"
		  "3536",
			"9000" },
		READ_NONE("63cf", "9000"), SELECT };
	static const struct exchange wrong[] = { SELECT, PROBLEM_FREE, { "0020008106313233343536", "63c2" },
		READ_NONE("63cf", "63c2") };
	static const struct exchange last[] = { SELECT, READ_NONE("63cf", "63c1"), { "0020008106313233343536", "63c0" },
		READ_NONE("63cf", "6983") };
	static const struct exchange locked[] = { SELECT, READ_NONE("63cf", "6983"), READ_NONE("63cf", "6983") };
	struct token_request request = { .act = TOKEN_VERIFY_USER_PIN };

	(void)state;
	BEGIN(right);
	request.user_pin = secret_of("123456");
	act(&request, DONE);
	assert_int_equal(answer.after.user_pin.state, PIN_VERIFIED);
	BEGIN(wrong);
	request.user_pin = secret_of("123456");
	act(&request, FAIL_PIN_WRONG);
	assert_int_equal(answer.code.kind, CODE_STATUS_WORD);
	assert_int_equal(answer.code.value, 0x63c2);
	assert_int_equal(answer.before.user_pin.tries_left, 3);
	assert_int_equal(answer.after.user_pin.tries_left, 2);
	BEGIN(last);
	request.user_pin = secret_of("123456");
	act(&request, FAIL_PIN_LOCKED);
	/* What is locked already is not even tried, and no PIN is no VERIFY either. */
	BEGIN(locked);
	request.user_pin = secret_of("123456");
	act(&request, FAIL_PIN_LOCKED);
	begin(wrong, 8, FAIL_CARD_SILENT);
	script.lines = (const struct exchange[]){ SELECT, PROBLEM_FREE, PROBLEM_FREE };
	script.count = 15;
	act(&request, FAIL_ARGUMENT);
}

static void
test_prove_so_pin(void **state)
{
	static const struct exchange right[] = { SELECT, PROBLEM_FREE,
		{ "00240088101234567890123456"
		  "1234567890123456",
			"9000" },
		PROBLEM_FREE };
	static const struct exchange wrong[] = { SELECT, PROBLEM_FREE,
		{ "0024008810123456789012345612345678"
		  "90123456",
			"63ce" },
		READ_NONE("63ce", "63c3") };
	static const struct exchange locked[] = { SELECT, READ_NONE("6983", "63c3"), READ_NONE("6983", "63c3") };
	static const struct exchange odd[] = { SELECT, PROBLEM_FREE, PROBLEM_FREE };
	struct token_request request = { .act = TOKEN_PROVE_SO_PIN };

	(void)state;
	BEGIN(right);
	request.so_pin = secret_of("1234567890123456");
	act(&request, DONE);
	BEGIN(wrong);
	request.so_pin = secret_of("1234567890123456");
	act(&request, FAIL_SO_PIN_WRONG);
	assert_int_equal(answer.after.so_pin.tries_left, 14);
	BEGIN(locked);
	request.so_pin = secret_of("1234567890123456");
	act(&request, FAIL_SO_PIN_LOCKED);
	BEGIN(odd);
	request.so_pin = secret_of("123456789012345");
	act(&request, FAIL_SO_PIN_LENGTH);
}

#define LABEL_WRITTEN                                                                                                  \
	{                                                                                                              \
		"00d72f031454020000530e300c02010080036f6e6503020520", "9000"                                           \
	}

static struct token_request
initialise(const char *user_pin)
{
	return (struct token_request){ .act = TOKEN_INITIALISE,
		.label = "one",
		.user_pin = secret_of(user_pin),
		.so_pin = secret_of("1234567890123456"),
		.dkek_shares = 1 };
}

static void
test_initialise(void **state)
{
	/* On a new device; the PIN of eight digits may be tried ten times. */
	static const struct exchange new[] = { SELECT, READ_NONE("6a88", "6a88"),
		{ "805000001e"
		  "80020001"
		  "81083132333435363738"
		  "82081234567890123456"
		  "91010a"
		  "920101",
			"9000" },
		{ "00200081083132333435363738", "9000" }, LABEL_WRITTEN, SELECT,
		READ("63cf", "63ca", "0101" NO_KCV "9000") };
	static const struct exchange wrong[] = { SELECT, PROBLEM_FREE,
		{ "805000001c"
		  "80020001"
		  "8106313233343536"
		  "82081234567890123456"
		  "910103"
		  "920101",
			"6985" },
		SELECT, READ_NONE("63ce", "63c3"), SELECT, READ_NONE("63ce", "63c3") };
	static const struct exchange forbidden[] = { SELECT, PROBLEM_FREE,
		{ "805000001d"
		  "80020001"
		  "810731323334353637"
		  "82081234567890123456"
		  "910105"
		  "920101",
			"6986" },
		SELECT, PROBLEM_FREE, SELECT, PROBLEM_FREE };
	static const struct exchange waste[] = { SELECT, READ_NONE("6983", "63c3"), SELECT, READ_NONE("6983", "63c3") };
	static const struct exchange lost[] = { SELECT, PROBLEM_FREE,
		{ "805000001c"
		  "80020001"
		  "8106313233343536"
		  "82081234567890123456"
		  "910103"
		  "920101",
			NULL },
		SELECT, READ("63cf", "63c3", "0101" NO_KCV "9000") };
	struct token_request request = initialise("12345678");

	(void)state;
	BEGIN(new);
	act(&request, DONE);
	assert_int_equal(answer.before.so_pin.state, PIN_NOT_SET);
	assert_int_equal(answer.after.dkek_outstanding, 1);
	BEGIN(wrong);
	request = initialise("123456");
	act(&request, FAIL_SO_PIN_WRONG);
	BEGIN(forbidden);
	request = initialise("1234567");
	act(&request, FAIL_NOT_ALLOWED);
	BEGIN(waste);
	request = initialise("123456");
	act(&request, FAIL_SO_PIN_LOCKED);
	/* A lost answer is not followed by a second command; the state afterwards is told. */
	BEGIN(lost);
	request = initialise("123456");
	act(&request, FAIL_CARD_SILENT);
	assert_true(answer.has_after);
	assert_int_equal(answer.after.dkek_total, 1);
}

static void
test_initialise_arguments(void **state)
{
	static const struct exchange untouched[] = { SELECT, PROBLEM_FREE, SELECT, PROBLEM_FREE };
	struct token_request request = initialise("12345");

	(void)state;
	BEGIN(untouched);
	act(&request, FAIL_PIN_LENGTH);
	BEGIN(untouched);
	request = initialise("1234567890123456");
	act(&request, FAIL_PIN_LENGTH);
	BEGIN(untouched);
	request = initialise("123456");
	request.dkek_shares = 256;
	act(&request, FAIL_ARGUMENT);
	BEGIN(untouched);
	request = initialise("123456");
	request.label[0] = '\0';
	act(&request, FAIL_EMPTY);
	BEGIN(untouched);
	request = initialise("123456");
	secret_free(&request.so_pin);
	act(&request, FAIL_ARGUMENT);
}

#define SHARE "3030303030303030303030303030303030303030303030303030303030303030"
#define IMPORT "8052000020" SHARE

static struct token_request
import(void)
{
	return (struct token_request){ .act = TOKEN_IMPORT_DKEK,
		.dkek_share = secret_of("00000000000000000000000000000000") };
}

#define WITH_DKEK(outstanding, kcv) READ("63cf", "63c3", "02" outstanding kcv "9000")

static void
test_import(void **state)
{
	static const struct exchange first[] = { SELECT, WITH_DKEK("02", NO_KCV),
		{ IMPORT, "02010000000000000000"
			  "9000" },
		WITH_DKEK("01", NO_KCV), WITH_DKEK("01", NO_KCV) };
	static const struct exchange login[] = { SELECT, WITH_DKEK("01", NO_KCV), { IMPORT, "9000" },
		WITH_DKEK("00", NO_KCV), { "0020008106313233343536", "9000" }, READ("63cf", "9000", "0200" KCV "9000"),
		SELECT };
	static const struct exchange complete[] = { SELECT, WITH_DKEK("00", KCV), WITH_DKEK("00", KCV) };
	static const struct exchange absent[] = { SELECT, PROBLEM_FREE, PROBLEM_FREE };
	/* The card says done, and counts nothing. */
	static const struct exchange uncounted[] = { SELECT, WITH_DKEK("02", NO_KCV), { IMPORT, "9000" },
		WITH_DKEK("02", NO_KCV), WITH_DKEK("02", NO_KCV) };
	static const struct exchange refused[] = { SELECT, WITH_DKEK("02", NO_KCV), { IMPORT, "6700" },
		WITH_DKEK("02", NO_KCV), WITH_DKEK("02", NO_KCV) };
	struct token_request request = import();

	(void)state;
	BEGIN(first);
	act(&request, DONE);
	BEGIN(login);
	request = import();
	request.user_pin = secret_of("123456");
	act(&request, DONE);
	assert_true(dkek_kcv_is_known(answer.after.kcv));
	BEGIN(complete);
	request = import();
	act(&request, FAIL_DKEK_COMPLETE);
	BEGIN(absent);
	request = import();
	act(&request, FAIL_DKEK_NOT_SET_UP);
	BEGIN(uncounted);
	request = import();
	act(&request, FAIL_DKEK_UNPROVEN);
	BEGIN(refused);
	request = import();
	act(&request, FAIL_CARD);
	BEGIN(absent);
	request = import();
	request.dkek_share->size--;
	act(&request, FAIL_ARGUMENT);
}

/* A lost answer: only the count tells, and nothing is sent again. */
static void
test_import_lost(void **state)
{
	static const struct exchange arrived[] = { SELECT, WITH_DKEK("02", NO_KCV), { IMPORT, NULL }, SELECT,
		WITH_DKEK("01", NO_KCV), WITH_DKEK("01", NO_KCV) };
	static const struct exchange not_arrived[] = { SELECT, WITH_DKEK("02", NO_KCV), { IMPORT, NULL }, SELECT,
		WITH_DKEK("02", NO_KCV), SELECT, WITH_DKEK("02", NO_KCV) };
	static const struct exchange gone[] = { SELECT, WITH_DKEK("02", NO_KCV), { IMPORT, NULL },
		{ "00a404000be82b0601040181c31f020100", NULL }, { "00200088", NULL } };
	struct token_request request = import();

	(void)state;
	BEGIN(arrived);
	act(&request, DONE);
	begin(not_arrived, sizeof not_arrived / sizeof not_arrived[0], FAIL_TOKEN_RESET);
	request = import();
	act(&request, FAIL_TOKEN_RESET);
	begin(gone, sizeof gone / sizeof gone[0], FAIL_TOKEN_GONE);
	request = import();
	act(&request, FAIL_DKEK_UNPROVEN);
	assert_false(answer.has_after);
}

static void
test_random_and_serial(void **state)
{
	static const struct exchange challenge[] = { SELECT, PROBLEM_FREE, { "0084000040", SHARE SHARE "9000" },
		PROBLEM_FREE };
	static const struct exchange brief[] = { SELECT, PROBLEM_FREE, { "0084000040", SHARE "9000" }, SELECT,
		PROBLEM_FREE };
	static const struct exchange other[] = { SELECT, PROBLEM_FREE };
	struct token_request request = { .act = TOKEN_RANDOM };

	(void)state;
	BEGIN(challenge);
	act(&request, DONE);
	assert_int_equal(answer.random[TOKEN_RANDOM_SIZE - 1], 0x30);
	BEGIN(brief);
	act(&request, FAIL_CARD_ANSWER);
	/* Another device than expected is sent nothing. */
	BEGIN(other);
	snprintf(request.target.serial, sizeof request.target.serial, "DENK0100001");
	act(&request, FAIL_TOKEN_OTHER);
}

TEST_GROUP(hsm, cmocka_unit_test(test_describe), cmocka_unit_test(test_pin_states), cmocka_unit_test(test_describe_bad),
	cmocka_unit_test(test_endless_file), cmocka_unit_test(test_verify), cmocka_unit_test(test_prove_so_pin),
	cmocka_unit_test(test_initialise), cmocka_unit_test(test_initialise_arguments), cmocka_unit_test(test_import),
	cmocka_unit_test(test_import_lost), cmocka_unit_test(test_random_and_serial));
