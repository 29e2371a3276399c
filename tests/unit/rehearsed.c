/* The tokens' room in front of the rehearsal: the commands over the virtual card itself, and the whole way through
 * launcher, worker, PC/SC library and card process. */
#include "groups.h"

#include "../../src/token/slots_state.h"

#include <quorate/clock.h>
#include <quorate/hsm.h>
#include <quorate/inspect.h>
#include <quorate/rehearsal.h>
#include <quorate/virtual_card.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static struct virtual_card *virtual;
static struct rehearsal rehearsal;
static struct launcher *launcher;
static struct slots *slots;

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/quorate-rehearsed-XXXXXX");
	return mkdtemp(folder) == NULL || setenv("QUORATE_BUILD", BUILD_FOLDER, 0) != 0;
}

static int
remove_folder(void **state)
{
	pid_t pid;

	(void)state;
	virtual_card_free(&virtual);
	slots_free(&slots);
	launcher_free(&launcher);
	if (rehearsal.folder[0] != '\0' && rehearsal_reset(folder) != DONE)
		return 1;
	pid = fork();
	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", folder, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) != pid;
}

static struct secret *
secret_of(const char *text)
{
	struct secret *secret;
	char copy[64];

	snprintf(copy, sizeof copy, "%s", text);
	assert_int_equal(secret_take(&secret, copy, strlen(copy)), DONE);
	return secret;
}

static struct secret *
copy_of(const struct secret *share)
{
	struct secret *copy;

	assert_int_equal(secret_new(&copy, share->size), DONE);
	for (size_t i = 0; i < share->size; i++)
		secret_push(copy, share->bytes[i]);
	return copy;
}

static struct token_request
initialise(const char *so_pin)
{
	return (struct token_request){ .act = TOKEN_INITIALISE,
		.target.reader = "Rehearsal card 1",
		.label = "fmd-alice",
		.user_pin = secret_of("12345678"),
		.so_pin = secret_of(so_pin),
		.dkek_shares = 2 };
}

static struct token_answer answer;

static void
act(struct token_request request, enum outcome expected)
{
	hsm_act(virtual_card_door(virtual), &request, &answer);
	token_request_clear(&request);
	assert_string_equal(outcome_name(answer.outcome), outcome_name(expected));
}

static void
test_virtual_card(void **state)
{
	const struct card *card;
	struct hsm_status status;
	struct code code;
	struct secret *shares[2], *dkek;
	uint8_t kcv[DKEK_KCV_SIZE];

	(void)state;
	assert_int_equal(virtual_card_open(&virtual, folder, "REHE0000001"), DONE);
	card = virtual_card_door(virtual);
	assert_int_equal(hsm_describe(card, &status, &code), DONE);
	assert_string_equal(status.serial, "REHE0000001");
	assert_int_equal(status.proof, DEVICE_REHEARSAL);
	assert_int_equal(status.so_pin.state, PIN_NOT_SET);
	assert_int_equal(status.user_pin.state, PIN_NOT_SET);
	/* The device's own certificate, its issuer's, and the root that is not on the device. */
	assert_int_equal(status.chain_count, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_true(status.certificates[i].is_signed);
		assert_int_equal(status.certificates[i].is_root, i == 2);
		assert_string_equal(status.certificates[i].key, "EC brainpoolP256r1");
		if (i > 0)
			assert_string_equal(status.certificates[i - 1].authority, status.certificates[i].holder);
	}
	assert_string_equal(status.certificates[2].holder, REHEARSAL_ROOT);

	act(initialise("1234567890123456"), DONE);
	assert_string_equal(answer.after.label, "fmd-alice");
	assert_int_equal(answer.after.so_pin.tries_left, 15);
	assert_int_equal(answer.after.user_pin.tries_left, 10);
	assert_int_equal(answer.after.dkek_outstanding, 2);
	/* A used device checks its SO-PIN. */
	act(initialise("6543210987654321"), FAIL_SO_PIN_WRONG);
	assert_int_equal(answer.after.so_pin.tries_left, 14);
	act((struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = secret_of("6543210987654321") },
		FAIL_SO_PIN_WRONG);
	assert_int_equal(answer.after.so_pin.tries_left, 13);
	act((struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = secret_of("1234567890123456") }, DONE);
	assert_int_equal(answer.after.so_pin.tries_left, 15);
	act((struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = secret_of("87654321") }, FAIL_PIN_WRONG);
	assert_int_equal(answer.after.user_pin.tries_left, 9);
	act((struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = secret_of("12345678") }, DONE);
	assert_int_equal(answer.after.user_pin.state, PIN_VERIFIED);
	/* Nobody stays logged in. */
	act((struct token_request){ .act = TOKEN_DESCRIBE }, DONE);
	assert_int_equal(answer.before.user_pin.state, PIN_SET);
	act((struct token_request){ .act = TOKEN_RANDOM }, DONE);

	assert_int_equal(dkek_zero(&dkek), DONE);
	for (int i = 0; i < 2; i++) {
		struct token_request import = { .act = TOKEN_IMPORT_DKEK };

		assert_int_equal(dkek_new(&shares[i]), DONE);
		dkek_add(dkek, shares[i]);
		import.dkek_share = copy_of(shares[i]);
		act(import, DONE);
		assert_int_equal(answer.before.dkek_outstanding, 2 - i);
		assert_int_equal(answer.after.dkek_outstanding, 1 - i);
	}
	assert_int_equal(dkek_kcv(dkek, kcv), DONE);
	assert_memory_equal(answer.after.kcv, kcv, sizeof kcv);
	act((struct token_request){ .act = TOKEN_IMPORT_DKEK, .dkek_share = copy_of(shares[0]) }, FAIL_DKEK_COMPLETE);
	secret_free(&shares[0]);
	secret_free(&shares[1]);
	secret_free(&dkek);
}

static bool
turn(void)
{
	struct pollfd descriptors[24];
	size_t count = slots_descriptors(slots, descriptors, 24);

	poll(descriptors, count, 100);
	return slots_dispatch(slots, false);
}

#define UNTIL(condition)                                                                                               \
	do {                                                                                                           \
		int64_t until = clock_steady_ms() + 30000;                                                             \
		while (!(condition)) {                                                                                 \
			assert_true(clock_steady_ms() < until);                                                        \
			turn();                                                                                        \
		}                                                                                                      \
	} while (0)

static void
through_the_door(struct token_request request, enum outcome expected)
{
	const struct token_door *door = slots_door(slots);

	assert_int_equal(door->start(door->context, &request), DONE);
	UNTIL(door->poll(door->context, &answer));
	assert_string_equal(outcome_name(answer.outcome), outcome_name(expected));
	assert_true(answer.has_after);
}

static const struct reader_info *
first_reader(void)
{
	const struct reader_info *readers;

	return slots_readers(slots, &readers) > 0 ? readers : NULL;
}

/* The slot of the first device, or SIZE_MAX. */
static size_t
device_slot(void)
{
	const struct slot_info *all;
	size_t count = slots_slots(slots, &all);

	for (size_t i = 0; i < count; i++)
		if (strncmp(all[i].label, "fmd-alice", 9) == 0)
			return i;
	return SIZE_MAX;
}

static struct token_request
by_slot(enum token_act act, const char *pin)
{
	struct token_request request = { .act = act, .user_pin = secret_of(pin) };

	UNTIL(device_slot() != SIZE_MAX);
	assert_true(slots_target(slots, device_slot(), false, &request.target));
	assert_string_equal(request.target.reader, "");
	return request;
}

/* The same card as OpenSC's module has it: what must go through the reader is refused, the rest is done. */
static enum look_state
look_state(void)
{
	struct slot_look look;

	slots_look(slots, 0, &look);
	return look.state;
}

/* The private key that the first slot's look lists. */
static const struct token_object *
listed_key(void)
{
	const struct token_object *objects;
	size_t count = slots_objects(slots, 0, &objects);

	for (size_t i = 0; i < count; i++)
		if (objects[i].class == OBJECT_PRIVATE_KEY)
			return &objects[i];
	return NULL;
}

/* Whoever selects a card ends the login of others: an act on a module waits for the look that is on its way, and a look
   for the act. */
static void
beside_looks(const struct token_object *key)
{
	uint8_t message[] = "signed while others look";
	const struct token_door *door = slots_door(slots);
	bool has_acted = false;
	int64_t until;

	for (int i = 0; i < 5; i++) {
		struct token_request request = by_slot(TOKEN_SIGN, "12345678");

		request.object = *key;
		assert_int_equal(token_bytes_set(&request.data, message, sizeof message), DONE);
		slots_refresh(slots);
		assert_int_equal(door->start(door->context, &request), DONE);
		until = clock_steady_ms() + 30000;
		while (!door->poll(door->context, &answer)) {
			bool is_acting = slots->acting != NULL && slots->acting != &slots->pcsc;

			assert_true(clock_steady_ms() < until);
			assert_false(is_acting && (slots->pcsc.is_looking || slots->pcsc.is_inspecting));
			has_acted |= is_acting;
			if (is_acting)
				slots_look_at_readers(slots);
			turn();
		}
		assert_string_equal(outcome_name(answer.outcome), "DONE");
		/* The look that was wanted meanwhile comes after it. */
		assert_true(slots->pcsc.is_looking);
		token_answer_clear(&answer);
	}
	assert_true(has_acted);
}

static void
through_opensc(void)
{
	const struct token_object *listed;
	struct token_request request = by_slot(TOKEN_INITIALISE, "12345678");
	uint8_t message[] = "signed through OpenSC";
	struct token_object key;
	size_t used;

	request.so_pin = secret_of("1234567890123456");
	snprintf(request.label, sizeof request.label, "no");
	through_the_door(request, FAIL_SMARTCARD_HSM_HERE);
	request = by_slot(TOKEN_PROVE_SO_PIN, "12345678");
	request.so_pin = secret_of("0000000000000000");
	through_the_door(request, FAIL_SMARTCARD_HSM_HERE);
	through_the_door(by_slot(TOKEN_VERIFY_USER_PIN, "87654321"), FAIL_PIN_WRONG);
	assert_true(answer.is_slot && answer.has_before);
	through_the_door(by_slot(TOKEN_VERIFY_USER_PIN, "12345678"), DONE);
	/* Whoever looked at the token before sees what an act changes, by itself. */
	slots_inspect(slots, 0);
	UNTIL(look_state() == LOOK_WHOLE);
	assert_null(listed_key());
	request = by_slot(TOKEN_GENERATE, "12345678");
	request.kind = KEY_P256;
	request.object = (struct token_object){ .class = OBJECT_PRIVATE_KEY, .label = "k", .id = { 7 }, .id_size = 1 };
	through_the_door(request, DONE);
	assert_int_equal(answer.objects.count, 1);
	key = answer.objects.list[0];
	assert_int_equal(key.kind, KEY_P256);
	used = answer.value.size;
	assert_in_range(used, 80, 120);
	token_answer_clear(&answer);
	/* The module shows private keys after a login only; the card's description of it needs none. */
	UNTIL(look_state() == LOOK_WHOLE && listed_key() != NULL);
	listed = listed_key();
	assert_true(listed != NULL && listed->key_reference == 1 && listed->flags & OBJECT_PRIVATE);
	request = by_slot(TOKEN_SIGN, "12345678");
	request.object = key;
	assert_int_equal(token_bytes_set(&request.data, message, sizeof message), DONE);
	through_the_door(request, DONE);
	assert_in_range(answer.value.size, 60, 80);
	token_answer_clear(&answer);
	beside_looks(&key);
	request = by_slot(TOKEN_READ_VALUE, "12345678");
	request.object = key;
	through_the_door(request, DONE);
	assert_int_equal(answer.value.size, used);
	token_answer_clear(&answer);
	request = by_slot(TOKEN_DELETE_OBJECT, "12345678");
	request.object = key;
	through_the_door(request, DONE);
	token_answer_clear(&answer);
	request = by_slot(TOKEN_READ_VALUE, "12345678");
	request.object = key;
	through_the_door(request, FAIL_OBJECT_MISSING);
	UNTIL(look_state() == LOOK_WHOLE && listed_key() == NULL);
}

/* A device that was initialised behind the module's back is used through it in the same breath: the module begins anew
   before it acts. */
static void
used_at_once(void)
{
	for (int i = 0; i < 3; i++) {
		struct token_request again = initialise("1234567890123456"), use = by_slot(TOKEN_GENERATE, "12345678");

		again.dkek_shares = 0;
		use.kind = KEY_P256;
		use.object =
			(struct token_object){ .class = OBJECT_PRIVATE_KEY, .label = "k", .id = { 7 }, .id_size = 1 };
		through_the_door(again, DONE);
		through_the_door(use, DONE);
		token_answer_clear(&answer);
	}
}

static void
type_at_pad(const char *lines)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/card1/pin-pad", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(lines, file);
	fclose(file);
}

static bool
reader_has_pad(void)
{
	const struct reader_info *reader = first_reader();

	return reader != NULL && reader->has_pin_pad;
}

static bool
slot_has_pad(void)
{
	const struct slot_info *all;
	size_t count = slots_slots(slots, &all), at = device_slot();

	return at < count && (all[at].flags & 0x100) != 0;
}

/* A reader with keys of its own: the PIN is typed there, at both doors, and no request has one. */
static void
at_the_pad(void)
{
	struct token_request request = {
		.act = TOKEN_CHANGE_USER_PIN, .target.reader = "Rehearsal card 1", .is_pin_pad = true
	};

	assert_false(reader_has_pad());
	through_the_door(request, FAIL_CARD_UNSUPPORTED);
	type_at_pad("12345678\n87654321\n87654321\n");
	through_the_door(request, DONE);
	UNTIL(reader_has_pad());
	through_the_door(request, FAIL_PIN_PAD);
	type_at_pad("12345678\n");
	request.act = TOKEN_VERIFY_USER_PIN;
	through_the_door(request, FAIL_PIN_WRONG);
	assert_int_equal(answer.after.user_pin.tries_left, answer.before.user_pin.tries_left - 1);
	/* Through OpenSC's module (CKF_PROTECTED_AUTHENTICATION_PATH). */
	UNTIL(slot_has_pad());
	type_at_pad("87654321\n00000000\n");
	for (int i = 0; i < 2; i++) {
		request = by_slot(TOKEN_VERIFY_USER_PIN, "none");
		secret_free(&request.user_pin);
		request.is_pin_pad = true;
		through_the_door(request, i == 0 ? DONE : FAIL_PIN_WRONG);
	}
	type_at_pad("cancel\n");
	request = by_slot(TOKEN_VERIFY_USER_PIN, "none");
	secret_free(&request.user_pin);
	request.is_pin_pad = true;
	through_the_door(request, FAIL_PIN_PAD);
}

static void
test_rehearsal(void **state)
{
	struct launcher_settings launch;
	const struct slot_info *all;
	struct token_request import = { .act = TOKEN_IMPORT_DKEK, .target.reader = "Rehearsal card 1" };
	static const char *const modules[] = { "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", NULL };
	const struct reader_info *readers;
	struct secret *share;
	uint8_t kcv[DKEK_KCV_SIZE];
	size_t count;
	struct code code;

	(void)state;
	assert_int_equal(rehearsal_open(&rehearsal, folder, 2), DONE);
	launch = (struct launcher_settings){ .pcsc_library = rehearsal.library, .environment = rehearsal.environment };
	assert_int_equal(launcher_open(&launcher, &launch), DONE);
	assert_int_equal(slots_open(&slots, launcher, &(struct slots_settings){ modules, true, 0 }), DONE);
	UNTIL(slots_is_settled(slots));
	assert_int_equal(slots_pcsc(slots, &code), DONE);
	assert_int_equal(slots_readers(slots, &readers), 2);
	assert_string_equal(readers[0].name, "Rehearsal card 1");
	assert_true(readers[0].has_card && readers[0].is_hsm);
	assert_string_equal(readers[0].hsm.serial, "REHE0000001");
	assert_int_equal(readers[0].hsm.proof, DEVICE_REHEARSAL);
	assert_int_equal(readers[0].hsm.so_pin.state, PIN_NOT_SET);
	/* OpenSC sees the same readers in its slots, and so is never polled. */
	assert_int_equal(slots_slots(slots, &all), 2);
	assert_int_equal(all[0].reader, 0);
	assert_int_equal(all[1].reader, 1);
	UNTIL(slots_timeout(slots, true) == -1);

	through_the_door(initialise("1234567890123456"), DONE);
	UNTIL(strcmp(first_reader()->hsm.label, "fmd-alice") == 0);
	/* The module is looked at anew by itself. */
	UNTIL((count = slots_slots(slots, &all)) > 0 && strncmp(all[0].label, "fmd-alice", 9) == 0);
	through_the_door(initialise("6543210987654321"), FAIL_SO_PIN_WRONG);

	import.dkek_share = NULL;
	assert_int_equal(dkek_new(&share), DONE);
	assert_int_equal(dkek_kcv(share, kcv), DONE);
	import.dkek_share = copy_of(share);
	through_the_door(import, DONE);
	assert_int_equal(answer.after.dkek_outstanding, 1);
	/* The second share is zero, so the first is the DKEK. */
	memset(share->bytes, 0, share->size);
	import.dkek_share = secret_move(&share);
	through_the_door(import, DONE);
	assert_int_equal(answer.after.dkek_outstanding, 0);
	assert_memory_equal(answer.after.kcv, kcv, sizeof kcv);
	UNTIL(memcmp(first_reader()->hsm.kcv, kcv, sizeof kcv) == 0);
	through_opensc();
	used_at_once();
	at_the_pad();
	/* Another device than expected; a reader that is not there. */
	import = (struct token_request){
		.act = TOKEN_DESCRIBE, .target.reader = "Rehearsal card 2", .target.serial = "REHE0000001"
	};
	assert_int_equal(slots_door(slots)->start(slots_door(slots)->context, &import), DONE);
	UNTIL(slots_door(slots)->poll(slots_door(slots)->context, &answer));
	assert_int_equal(answer.outcome, FAIL_TOKEN_OTHER);
	import = (struct token_request){ .act = TOKEN_DESCRIBE, .target.reader = "Nowhere" };
	assert_int_equal(slots_door(slots)->start(slots_door(slots)->context, &import), DONE);
	UNTIL(slots_door(slots)->poll(slots_door(slots)->context, &answer));
	assert_int_equal(answer.outcome, FAIL_NO_READER);
}

TEST_GROUP(rehearsed, cmocka_unit_test_setup_teardown(test_virtual_card, make_folder, remove_folder),
	cmocka_unit_test_setup_teardown(test_rehearsal, make_folder, remove_folder));
