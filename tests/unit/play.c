#include "groups.h"

#include "play.h"

#include <quorate/base64.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/share_file.h>
#include <quorate/text.h>

#include <dirent.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ITERATIONS 20

int
play_setup(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	unsigned char byte;

	if (play == NULL)
		return -1;
	/* In memory: a ceremony syncs many times, and the tests hold many ceremonies. */
	text_format(play->folder, sizeof play->folder, "%s/quorate-ceremony-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(play->folder) == NULL)
		return -1;
	fake_token_new(&play->fake);
	play->so_pin = PLAY_SO_PIN;
	/* libcrypto's generators keep their state in the secure heap, from their first use on. */
	if (RAND_bytes(&byte, 1) != 1 || RAND_priv_bytes(&byte, 1) != 1)
		return -1;
	play->secure_before = CRYPTO_secure_used();
	*state = play;
	return 0;
}

/* Whole, its chain right, and every line of it in words. */
static bool
is_right_record(const char *path)
{
	struct journal_record *record;
	char words[1024];
	bool is_right;

	if (journal_read(&record, path) != DONE)
		return false;
	is_right = record->verdict == DONE && !record->is_torn && record->clock_back == 0;
	for (size_t i = 0; i < record->line_count; i++)
		if (!journal_words(&record->lines[i], words, sizeof words)) {
			print_error("the event %s has no sentence in src/journal/journal_words.c\n",
				record->lines[i].event);
			is_right = false;
		}
	journal_record_free(&record);
	return is_right;
}

/* Every record in the folder is right; then it goes, with its files. */
static bool
empty_folder(const char *path, bool *ret_is_whole)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char name[512];
		struct stat status;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		text_format(name, sizeof name, "%s/%s", path, entry->d_name);
		if (strcmp(entry->d_name, "journal.jsonl") == 0 && stat(name, &status) == 0 && status.st_size > 0)
			*ret_is_whole = *ret_is_whole && is_right_record(name);
		if (unlink(name) != 0)
			empty_folder(name, ret_is_whole);
	}
	if (folder != NULL)
		closedir(folder);
	return rmdir(path) == 0;
}

int
play_teardown(void **state)
{
	struct play *play = *state;
	bool is_whole = true, is_empty, is_wiped;

	ceremony_free(&play->ceremony);
	virtual_card_free(&play->rehearsed.card);
	is_wiped = CRYPTO_secure_used() == play->secure_before;
	is_empty = empty_folder(play->folder, &is_whole);
	free(play);
	return is_wiped && is_whole && is_empty ? 0 : -1;
}

/* Takes the next prompt; work is waited for. */
static void
take_prompt(struct play *play)
{
	struct pollfd descriptor;

	for (int rounds = 0; rounds < 1000; rounds++) {
		assert_int_equal(ceremony_prompt(play->ceremony, &play->prompt), DONE);
		assert_true(play->prompt.number >= 1 && play->prompt.number <= play->prompt.count);
		assert_true(play->prompt.title[0] != '\0');
		if (play->prompt.kind != PROMPT_WORK)
			return;
		if (ceremony_descriptors(play->ceremony, &descriptor, 1) == 1)
			poll(&descriptor, 1, 1000);
		ceremony_advance(play->ceremony);
	}
	fail_msg("the work does not end");
}

static void
make_world(struct play *play)
{
	play->world = (struct ceremony_world){
		.token = play->rehearsed.card == NULL ? &play->fake.door : &play->rehearsed.door,
		.iterations = ITERATIONS,
		.folder = play->folder,
		.version = "test",
		.plan = play->plan,
	};
}

bool
play_resume(struct play *play)
{
	struct ceremony_unfinished found[4];

	make_world(play);
	if (ceremony_unfinished(&play->world, found, 4) == 0)
		return false;
	assert_int_equal(ceremony_resume(&play->ceremony, &play->world, found[0].path), DONE);
	take_prompt(play);
	return true;
}

void
play_kind(struct play *play, const char *name, unsigned threshold, unsigned total)
{
	const struct ceremony_kind *kinds;
	size_t at = 0, count = ceremony_kinds(&kinds);

	while (at < count && strcmp(kinds[at].name, name) != 0)
		at++;
	assert_true(at < count);
	play->threshold = threshold;
	play->total = total;
	make_world(play);
	assert_int_equal(kinds[at].open(&play->ceremony, &play->world), DONE);
	take_prompt(play);
	assert_string_equal(play->prompt.step, "welcome");
}

void
play_open(struct play *play, unsigned threshold, unsigned total)
{
	play_kind(play, "new-key-domain", threshold, total);
}

void
play_create(struct play *play, unsigned threshold, unsigned total)
{
	play_kind(play, "create-share", threshold, total);
}

void
play_make_old(struct play *play)
{
	play_path(play, play->is_by_passwords ? PLAY_LABEL "-1.pbe" : PLAY_LABEL ".pbe", play->old.file,
		sizeof play->old.file);
	memcpy(play->old.sheets, play->sheets, sizeof play->old.sheets);
	play->old.threshold = play->threshold;
	play->old.total = play->total;
	play->old.next = 0;
}

void
play_change(struct play *play, unsigned threshold, unsigned total)
{
	play_make_old(play);
	play_change_from(play, threshold, total);
}

void
play_join(struct play *play)
{
	play_make_old(play);
	ceremony_free(&play->ceremony);
	play_kind(play, "join", play->threshold, play->total);
}

void
play_drill(struct play *play)
{
	ceremony_free(&play->ceremony);
	play_kind(play, "drill", play->threshold, play->total);
}

void
play_remove(struct play *play)
{
	char path[160];
	bool is_whole = true;

	play_path(play, "", path, sizeof path);
	assert_true(empty_folder(path, &is_whole));
	assert_true(is_whole);
}

void
play_renew(struct play *play)
{
	ceremony_free(&play->ceremony);
	play->old.next = 0;
	play_kind(play, "renew-sheets", play->old.threshold, play->old.total);
}

void
play_change_from(struct play *play, unsigned threshold, unsigned total)
{
	ceremony_free(&play->ceremony);
	play->old.next = 0;
	play_kind(play, "change-custodians", threshold, total);
}

static void
give(struct play *play, struct answer *answer)
{
	assert_int_equal(ceremony_answer(play->ceremony, answer), DONE);
	assert_null(answer->secret);
	assert_null(answer->share.value);
	take_prompt(play);
}

static struct secret *
secret_of(const char *text)
{
	struct secret *secret;

	assert_int_equal(secret_new(&secret, strlen(text) + 1), DONE);
	for (; *text != '\0'; text++)
		secret_push(secret, (uint8_t)*text);
	return secret;
}

void
play_next(struct play *play)
{
	give(play, &(struct answer){ .kind = ANSWER_NEXT });
}

void
play_word(struct play *play, const char *word)
{
	struct answer answer = { .kind = ANSWER_WORD };

	text_format(answer.text, sizeof answer.text, "%s", word);
	give(play, &answer);
}

void
play_text(struct play *play, const char *text)
{
	struct answer answer = { .kind = ANSWER_TEXT };

	text_format(answer.text, sizeof answer.text, "%s", text);
	give(play, &answer);
}

void
play_choose(struct play *play, size_t choice)
{
	give(play, &(struct answer){ .kind = ANSWER_CHOICE, .choice = choice });
}

void
play_pin(struct play *play, const char *pin)
{
	give(play, &(struct answer){ .kind = ANSWER_SECRET, .secret = secret_of(pin) });
}

void
play_share(struct play *play, const char *prime, const char *id, const char *value, const char *word)
{
	struct answer answer = { .kind = ANSWER_SHARE };

	if (prime != NULL)
		answer.share.prime = secret_of(prime);
	answer.share.value = secret_of(value);
	if (word != NULL)
		answer.share.check_word = secret_of(word);
	text_format(answer.share.id, sizeof answer.share.id, "%s", id);
	give(play, &answer);
}

void
play_lines(struct play *play, const char *lines)
{
	give(play, &(struct answer){ .kind = ANSWER_LINES, .lines = lines });
}

/* The QR symbol of the old file. */
static void
scan(struct play *play)
{
	uint8_t *bytes;
	char coded[BASE64_LENGTH(SHARE_FILE_SIZE) + 1];
	size_t size;

	assert_int_equal(file_read(play->old.file, SHARE_FILE_SIZE, &bytes, &size), DONE);
	base64_encode(bytes, size, coded);
	free(bytes);
	play_lines(play, coded);
}

void
play_again(struct play *play)
{
	give(play, &(struct answer){ .kind = ANSWER_AGAIN });
}

void
play_call(struct play *play, size_t which)
{
	give(play, &(struct answer){ .kind = ANSWER_ANOTHER });
	assert_int_equal(play->prompt.kind, PROMPT_CHOOSE);
	play_choose(play, which - 1);
	assert_int_equal(play->prompt.kind, PROMPT_GATE);
}

void
play_stop(struct play *play)
{
	give(play, &(struct answer){ .kind = ANSWER_STOP });
}

static void
copy_shown(const struct secret *from, char *ret, size_t size)
{
	assert_non_null(from);
	assert_true(from->size < size);
	memcpy(ret, from->bytes, from->size);
	ret[from->size] = '\0';
}

static void
write_down(struct play *play)
{
	const struct prompt *prompt = &play->prompt;
	struct sheet_of_paper *sheet;

	assert_in_range(prompt->of.show.id, 1, PLAY_CUSTODIANS_MOST);
	play->custodian = prompt->of.show.id - 1;
	sheet = &play->sheets[play->custodian];
	copy_shown(prompt->of.show.prime, sheet->prime, sizeof sheet->prime);
	copy_shown(prompt->of.show.value, sheet->value, sizeof sheet->value);
	copy_shown(prompt->of.show.check_word, sheet->word, sizeof sheet->word);
	text_format(sheet->id, sizeof sheet->id, "%u", prompt->of.show.id);
}

const char *
play_password(struct play *play)
{
	static char password[64];
	unsigned number = 0;

	if (strcmp(play->prompt.step, "old-password") == 0)
		number = play->old.next++;
	else if (sscanf(play->prompt.title, "Custodian %u", &number) == 1 ||
		 sscanf(play->prompt.title, "File %u", &number) == 1)
		number--;
	else
		number = 9;
	text_format(password, sizeof password, "The password no. %u", number + 1);
	return password;
}

/* How many share files; and of each its form, its custodians, and how many of them are needed. */
static void
plan_file(struct play *play)
{
	const char *first = play->prompt.of.choose.items[0].label;
	unsigned file;

	if (sscanf(play->prompt.title, "Share file %u", &file) != 1) {
		play_choose(play, play->file_count - 2);
		return;
	}
	assert_in_range(file, 1, play->file_count);
	file--;
	if (strstr(first, "password") != NULL)
		play_choose(play, play->files[file].threshold > 0);
	else
		play_choose(play,
			(strstr(first, "custodians") != NULL ? play->files[file].total : play->files[file].threshold) -
				2);
}

static void
choose_right(struct play *play)
{
	const char *step = play->prompt.step;

	if (strcmp(step, "custodians") == 0)
		play_choose(play, play->total - 2);
	else if (strcmp(step, "form") == 0)
		play_choose(play, play->file_count > 0 ? 2 : play->is_by_passwords);
	else if (strcmp(step, "plan-files") == 0)
		plan_file(play);
	else if (strcmp(step, "new-form") == 0)
		play_choose(play, play->is_new_by_password);
	else if (strcmp(step, "files") == 0)
		play_choose(play, play->is_by_passwords ? play->total - 1 : 0);
	else if (strcmp(step, "sheet-count") == 0)
		play_choose(play, play->total - play->threshold);
	else if (strcmp(step, "old-form") == 0)
		play_choose(play, play->is_by_passwords);
	else if (strcmp(step, "threshold") == 0)
		play_choose(play, play->threshold - 2);
	else if (strcmp(step, "old-threshold") == 0)
		play_choose(play, play->old.threshold - 2);
	else if (strcmp(step, "read-back") == 0 || strcmp(step, "restore-keys") == 0)
		play_choose(play, 2);
	else
		play_choose(play, 0);
}

/* "NAME-2.pbe", of the custodian whose password comes next. */
static void
type_numbered_file(struct play *play)
{
	char path[sizeof play->old.file];
	size_t length = strlen(play->old.file);

	text_format(path, sizeof path, "%s", play->old.file);
	if (length > 5)
		path[length - 5] = (char)('1' + play->old.next);
	play_text(play, path);
}

static void
type_right(struct play *play)
{
	const struct prompt *prompt = &play->prompt;

	if (strcmp(prompt->step, "label") == 0 || strcmp(prompt->step, "domain") == 0)
		play_text(play, PLAY_LABEL);
	else if (strcmp(prompt->step, "keyboard") == 0)
		play_text(play, strrchr(prompt->text, '\n') + 1);
	else if (strcmp(prompt->step, "old-file") == 0 && play->is_by_passwords)
		type_numbered_file(play);
	else if (strcmp(prompt->step, "old-file") == 0)
		play_text(play, play->old.file);
	else if (strcmp(prompt->step, "old-sheets") == 0)
		play_text(play, "5");
	else if (strcmp(prompt->step, "restore-file") == 0)
		play_text(play, "");
	else
		play_text(play, prompt->of.text_line.initial);
}

void
play_right(struct play *play)
{
	const struct sheet_of_paper *sheet;

	switch (play->prompt.kind) {
	case PROMPT_CONFIRM:
		/* The sheets of a set that is void are burnt. */
		if (strcmp(play->prompt.step, "resumed") == 0)
			memset(play->sheets, 0, sizeof play->sheets);
		play_word(play, play->prompt.of.confirm.word);
		break;
	case PROMPT_CHOOSE:
		choose_right(play);
		break;
	case PROMPT_TEXT:
		type_right(play);
		break;
	case PROMPT_PIN:
		play_pin(play, play->prompt.of.pin.is_so ? play->so_pin : PLAY_USER_PIN);
		break;
	case PROMPT_PASSWORD:
		play_pin(play, play_password(play));
		break;
	case PROMPT_GATE:
		if (play->is_in_any_order && play->prompt.of.gate.may_call_another && !play->has_called) {
			play->has_called = true;
			give(play, &(struct answer){ .kind = ANSWER_ANOTHER });
			play_choose(play, play->prompt.of.choose.count - 1);
			break;
		}
		play->has_called = false;
		play_next(play);
		break;
	case PROMPT_SHOW_SHARE:
		write_down(play);
		play_next(play);
		break;
	case PROMPT_ENTER_SHARE:
		/* One custodian after the other, whoever has something on paper. */
		for (unsigned i = 0; i < play->total && strcmp(play->prompt.step, "retype") == 0; i++) {
			play->custodian = (play->custodian + 1) % play->total;
			if (play->sheets[play->custodian].value[0] != '\0')
				break;
		}
		sheet = strcmp(play->prompt.step, "old-turns") == 0 || (strcmp(play->prompt.step, "renew-turns") == 0 &&
									       !play->prompt.of.enter.may_show_again)
				? &play->old.sheets[play->old.next++ % play->old.total]
				: &play->sheets[play->custodian];
		play_share(play, play->prompt.of.enter.prime == NULL ? sheet->prime : NULL, sheet->id, sheet->value,
			sheet->word[0] == '\0' ? NULL : sheet->word);
		break;
	case PROMPT_ENTER_LINES:
		scan(play);
		break;
	default:
		play_next(play);
	}
}

void
play_until(struct play *play, const char *step, enum prompt_kind kind)
{
	for (int answers = 0; answers < 200; answers++) {
		if (strcmp(play->prompt.step, step) == 0 && play->prompt.kind == kind)
			return;
		if (play->prompt.kind == PROMPT_FAILED || play->prompt.kind == PROMPT_DONE)
			break;
		play_right(play);
	}
	fail_msg("%s is not reached: at %s, %s %s", step, play->prompt.step, play->prompt.text,
		play->prompt.verdict_text);
}
