/* The procedures about keys, certificates and what becomes of them, on the rehearsal's cards. */
#include "groups.h"

#include "procedure_play.h"

#include <quorate/attestation.h>
#include <quorate/file.h>
#include <quorate/hsm.h>
#include <quorate/key_backup.h>
#include <quorate/public_key.h>
#include <quorate/text.h>
#include <quorate/words.h>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
send(struct play *play, const uint8_t *command, size_t size)
{
	const struct card *card = virtual_card_door(play->rehearsed.card);
	uint8_t answer[64];
	size_t answer_size = sizeof answer;
	struct code code;

	assert_int_equal(card->transmit(card->context, command, size, answer, &answer_size, &code), DONE);
	assert_memory_equal(answer + answer_size - 2, "\x90\x00", 2);
}

/* A device as a ceremony leaves it, with a DKEK all bytes of which are alike. */
static void
insert_with_dkek(struct play *play, const char *name, uint8_t dkek)
{
	static const uint8_t select[] = { 0x00, 0xa4, 0x04, 0x00, 0x0b, 0xe8, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x81, 0xc3,
		0x1f, 0x02, 0x01, 0x00 };
	static const uint8_t initialise[] = { 0x80, 0x50, 0x00, 0x00, 0x1e, 0x80, 0x02, 0x00, 0x01, 0x81, 0x08, '9',
		'4', '7', '1', '5', '2', '8', '6', 0x82, 0x08, 0x19, 0x28, 0x37, 0x46, 0x50, 0x91, 0x82, 0x73, 0x91,
		0x01, 0x0a, 0x92, 0x01, 0x01 };
	uint8_t import[5 + DKEK_SIZE + 1] = { 0x80, 0x52, 0x00, 0x00, DKEK_SIZE };
	char path[160];

	virtual_card_free(&play->rehearsed.card);
	text_format(path, sizeof path, "%s/%s", play->folder, name);
	card_door_open(&play->rehearsed, path);
	send(play, select, sizeof select);
	send(play, initialise, sizeof initialise);
	memset(import + 5, dkek, DKEK_SIZE);
	send(play, import, sizeof import);
	/* In this console the keyboard was tried. */
	procedure_begin(play, "verify-user-pin");
}

static void
begin(struct play *play, const char *name)
{
	procedure_begin(play, name);
	if (strcmp(play->prompt.step, "give-user-pin") == 0)
		play_pin(play, USER_PIN);
}

static void
choose(struct play *play, const char *label)
{
	size_t at = 0;

	assert_int_equal(play->prompt.kind, PROMPT_CHOOSE);
	while (at < play->prompt.of.choose.count && strstr(play->prompt.of.choose.items[at].label, label) == NULL)
		at++;
	assert_true(at < play->prompt.of.choose.count);
	play_choose(play, at);
}

static char folder_of_record[256];

static void
take_offered(struct play *play)
{
	assert_int_equal(play->prompt.kind, PROMPT_TEXT);
	if (strcmp(play->prompt.step, "folder") == 0)
		text_format(folder_of_record, sizeof folder_of_record, "%s", play->prompt.of.text_line.initial);
	play_text(play, play->prompt.of.text_line.initial);
}

/* What stands behind a word at the end: "File: /path\n". */
static void
read_path(const struct play *play, const char *word, char ret[256])
{
	const char *at = strstr(play->prompt.text, word);

	assert_non_null(at);
	at += strlen(word);
	text_format(ret, 256, "%.*s", (int)strcspn(at, "\n"), at);
}

static void
read_file(const char *path, uint8_t **ret, size_t *ret_size)
{
	assert_int_equal(file_read(path, 1 << 16, ret, ret_size), DONE);
}

/* The record of the last procedure. */
static void
expect_in_record(const char *text)
{
	char path[300];
	uint8_t *bytes;
	size_t size;

	text_format(path, sizeof path, "%s/journal.jsonl", folder_of_record);
	read_file(path, &bytes, &size);
	assert_non_null(strstr((const char *)bytes, text));
	free(bytes);
}

/* Ends at the last question. */
static void
generate(struct play *play, const char *kind, const char *label)
{
	begin(play, "generate-key");
	choose(play, kind);
	play_text(play, label);
	take_offered(play);
	assert_string_equal(play->prompt.step, "folder");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
}

static void
test_generate(void **state)
{
	struct play *play = *state;
	struct attestation is;
	struct public_key *key = NULL;
	uint8_t *bytes = NULL;
	char path[256], words[WORDS_SIZE(4)], hex[8];
	size_t size;
	BIO *bio;
	EVP_PKEY *public;

	insert_with_dkek(play, "card", 7);
	begin(play, "generate-key");
	assert_int_equal(play->prompt.of.choose.count, KEY_OTHER);
	choose(play, "P-384");
	play_text(play, "");
	play_expect(play, "object-label", PROMPT_TEXT, FAIL_EMPTY);
	play_text(play, "release 2026");
	play_text(play, "0");
	play_expect(play, "object-id", PROMPT_TEXT, FAIL_HEX);
	play_text(play, "0a");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "Before, 10 tries were left"));
	/* The device's word for it, and the fingerprint in hex and in words. */
	read_path(play, "Attestation: ", path);
	read_file(path, &bytes, &size);
	assert_int_equal(attestation_read(bytes, size, &is), DONE);
	assert_int_equal(is.proof, DEVICE_REHEARSAL);
	assert_non_null(strstr(play->prompt.text, attestation_proof_text(DEVICE_REHEARSAL)));
	words_encode(is.fingerprint + 28, 4, words, sizeof words);
	assert_non_null(strstr(play->prompt.text, words));
	text_format(hex, sizeof hex, "%02x%02x", is.fingerprint[30], is.fingerprint[31]);
	assert_non_null(strstr(play->prompt.text, hex));
	free(bytes);
	read_path(play, "Public key: ", path);
	read_file(path, &bytes, &size);
	bio = BIO_new_mem_buf(bytes, (int)size);
	public = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	assert_non_null(public);
	EVP_PKEY_free(public);
	BIO_free(bio);
	free(bytes);
	expect_in_record("\"event\":\"attested\"");
	expect_in_record("\"event\":\"signature-verified\"");
	/* Later, too; and not once another certificate is in the place of the request. */
	begin(play, "save-attestation");
	choose(play, "release 2026");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	read_path(play, "File: ", path);
	read_file(path, &bytes, &size);
	assert_int_equal(attestation_read(bytes, size, &is), DONE);
	assert_int_equal(public_key_of_der(&key, is.key, is.key_size), DONE);
	public_key_free(&key);
	free(bytes);
	/* That word can be deleted, and what is lost with it is said; the key stays. */
	begin(play, "delete-object");
	play_choose(play, 1);
	assert_non_null(strstr(play->prompt.text, "what proves that it was made in the device is gone"));
	play_word(play, "release 2026");
	play_expect(play, "done", PROMPT_DONE, DONE);
	begin(play, "save-attestation");
	choose(play, "release 2026");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	/* An ID that a key has is not given twice. */
	begin(play, "generate-key");
	choose(play, "P-256");
	play_text(play, "other");
	play_text(play, "0a");
	play_expect(play, "object-id", PROMPT_TEXT, FAIL_OBJECT_EXISTS);
}

/* A certificate for the key of a request, by its own key's word alone. */
static void
certify(const char *request_path, const char *path)
{
	FILE *file = fopen(request_path, "r");
	X509_REQ *request;
	X509 *certificate = X509_new();
	EVP_PKEY *issuer = EVP_EC_gen("P-256"), *subject;

	assert_non_null(file);
	request = PEM_read_X509_REQ(file, NULL, NULL, NULL);
	fclose(file);
	assert_non_null(request);
	subject = X509_REQ_get_pubkey(request);
	assert_int_equal(X509_REQ_verify(request, subject), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_subject_name(certificate, X509_REQ_get_subject_name(request));
	X509_set_issuer_name(certificate, X509_REQ_get_subject_name(request));
	X509_set_pubkey(certificate, subject);
	assert_true(X509_sign(certificate, issuer, EVP_sha256()) > 0);
	file = fopen(path, "w");
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	X509_free(certificate);
	X509_REQ_free(request);
	EVP_PKEY_free(subject);
	EVP_PKEY_free(issuer);
}

static void
test_certificate(void **state)
{
	struct play *play = *state;
	char request[256], certificate[160], saved[256];

	insert_with_dkek(play, "card", 7);
	generate(play, "P-256", "signing");
	begin(play, "request-certificate");
	choose(play, "signing");
	play_text(play, "CN=Signing, C=Germany");
	play_expect(play, "subject", PROMPT_TEXT, FAIL_SUBJECT);
	play_text(play, "CN=Signing, C=DE");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	read_path(play, "File: ", request);
	text_format(certificate, sizeof certificate, "%s/c.crt", play->folder);
	certify(request, certificate);
	/* The key is found; that the device's request goes is said. */
	begin(play, "write-certificate");
	play_text(play, certificate);
	play_pin(play, USER_PIN);
	play_expect(play, "find-key", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "Save a key's attestation"));
	play_next(play);
	take_offered(play);
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	begin(play, "save-attestation");
	choose(play, "signing");
	assert_int_equal(play->prompt.kind, PROMPT_FAILED);
	assert_non_null(strstr(play->prompt.text, outcome_text(FAIL_ATTESTATION_REPLACED)));
	begin(play, "save-public");
	choose(play, "signing");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	read_path(play, "File: ", saved);
	assert_non_null(strstr(saved, ".crt"));
	begin(play, "rename-object");
	choose(play, "signing");
	play_text(play, "release");
	play_text(play, "4242");
	play_expect(play, "done", PROMPT_DONE, DONE);
	begin(play, "delete-object");
	choose(play, "release");
	assert_non_null(strstr(play->prompt.text, "The key is gone for ever"));
	play_word(play, "signing");
	play_expect(play, "delete", PROMPT_CONFIRM, FAIL_WORD);
	play_word(play, "release");
	play_expect(play, "done", PROMPT_DONE, DONE);
}

/* Backed up on one device, restored on a second one with the same DKEK; with another DKEK the device is not asked. */
static void
test_backup(void **state)
{
	struct play *play = *state;
	struct hsm_status now;
	struct key_backup is;
	char path[256], folder[256];
	uint8_t *bytes;
	size_t size;

	insert_with_dkek(play, "card", 7);
	generate(play, "P-256", "signing");
	begin(play, "back-up-key");
	choose(play, "signing");
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	read_path(play, "File: ", path);
	read_file(path, &bytes, &size);
	assert_int_equal(key_backup_read(bytes, size, &is), DONE);
	assert_memory_equal(is.kcv, play->rehearsed.answer.after.kcv, DKEK_KCV_SIZE);
	assert_string_equal(is.key.label, "signing");
	assert_true(is.has_public_key);
	free(bytes);
	expect_in_record("\"event\":\"backup-written\"");

	/* Another DKEK: said at once, no PIN asked for, and none tried. */
	insert_with_dkek(play, "card-of-others", 8);
	procedure_begin(play, "restore-key");
	play_text(play, path);
	play_expect(play, "backup-file", PROMPT_TEXT, FAIL_WRAPPED_KEY_DKEK);
	play_text(play, "/nonexistent");
	play_expect(play, "backup-file", PROMPT_TEXT, FAIL_FILE_MISSING);
	text_format(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
	play_text(play, folder);
	play_expect(play, "backup-file", PROMPT_CHOOSE, DONE);
	assert_true(play->prompt.of.choose.items[0].is_closed);
	assert_int_equal(play->prompt.of.choose.count, 2);

	/* The same DKEK: found in the folder, its name told, and the copy signs. */
	insert_with_dkek(play, "card-of-friends", 7);
	procedure_begin(play, "restore-key");
	play_text(play, play->folder);
	choose(play, "signing");
	play_expect(play, "backup-file", PROMPT_TELL, DONE);
	play_next(play);
	play_pin(play, USER_PIN);
	take_offered(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	assert_non_null(strstr(play->prompt.text, "the signature fits the public key in the backup's file"));
	expect_in_record("\"event\":\"restored\"");
	/* Twice only by word. */
	procedure_begin(play, "restore-key");
	play_text(play, path);
	play_word(play, "yes");
	play_expect(play, "backup-file", PROMPT_CONFIRM, FAIL_WORD);
	now = play->rehearsed.answer.after;
	assert_int_equal(ceremony_fits(procedure_kind("restore-key"), &now, NULL), DONE);
	now.dkek_outstanding = 1;
	assert_int_equal(ceremony_fits(procedure_kind("back-up-key"), &now, NULL), FAIL_DKEK_OUTSTANDING);
	now.has_dkek = false;
	assert_int_equal(ceremony_fits(procedure_kind("back-up-key"), &now, NULL), FAIL_DKEK_NOT_SET_UP);
	assert_int_equal(ceremony_fits(procedure_kind("back-up-key"), NULL, &(struct slot_info){ .has_token = true }),
		FAIL_NOT_SMARTCARD_HSM);
}

static void
test_decommission(void **state)
{
	struct play *play = *state;

	insert_with_dkek(play, "card", 7);
	generate(play, "P-256", "old key");
	procedure_begin(play, "decommission");
	play_expect(play, "lost", PROMPT_TELL, DONE);
	assert_non_null(strstr(play->prompt.text, "old key (EC P-256, ID 01)"));
	play_next(play);
	play_pin(play, SO_PIN);
	take_offered(play);
	play_right(play);
	play_expect(play, "done", PROMPT_DONE, DONE);
	expect_in_record("old key (EC P-256, ID 01)");
	expect_in_record("\"event\":\"seen-empty\"");
	assert_int_equal(play->rehearsed.answer.objects.count, 0);
}

TEST_GROUP(procedures_keys, PLAY_TEST(test_generate), PLAY_TEST(test_certificate), PLAY_TEST(test_backup),
	PLAY_TEST(test_decommission));
