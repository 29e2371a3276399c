/*
 * Ceremonies killed with SIGKILL after every durable write, and before and after every card command, then gone on with:
 * an equal end. The points are counted by interposition (the linker's --wrap); what survives a kill is what survives
 * one in the world: the disk, the card, and the custodians' paper.
 *
 * QUORATE_LONG: every point; else a selection of them.
 */
#include "../unit/groups.h"

#include "../unit/play.h"

#include <quorate/hex.h>
#include <quorate/journal_read.h>
#include <quorate/secret.h>
#include <quorate/text.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELECTED 6

/* Shared with the children: what the people and the world keep. */
static struct world {
	struct play play;
	unsigned points, kill_at; /* 0: never */
	bool is_counting, is_in_card;
} * world;

static const struct trial {
	const char *kind;
	unsigned threshold, total;
	bool has_old, has_device, is_by_passwords;
} trials[] = {
	{ "new-key-domain", 2, 3, false, true, false },
	{ "create-share", 3, 4, false, false, false },
	{ "change-custodians", 2, 3, true, false, false },
	{ "join", 2, 3, true, true, false },
	{ "new-key-domain", 2, 2, false, true, true },
};

static void
point(void)
{
	if (!world->is_counting || world->is_in_card)
		return;
	if (++world->points == world->kill_at)
		kill(getpid(), SIGKILL);
}

int __real_fsync(int descriptor);
int __wrap_fsync(int descriptor);

int
__wrap_fsync(int descriptor)
{
	int result = __real_fsync(descriptor);

	point();
	return result;
}

const struct card *__real_virtual_card_door(struct virtual_card *card);
const struct card *__wrap_virtual_card_door(struct virtual_card *card);
static const struct card *real_card;

static enum outcome
transmit(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	enum outcome outcome;

	point();
	/* The card's own memory is not the console's disk. */
	world->is_in_card = true;
	outcome = real_card->transmit(context, command, size, ret, ret_size, ret_code);
	world->is_in_card = false;
	point();
	return outcome;
}

const struct card *
__wrap_virtual_card_door(struct virtual_card *card)
{
	static struct card counted;

	real_card = __real_virtual_card_door(card);
	counted = *real_card;
	counted.transmit = transmit;
	return &counted;
}

static void
open_world(const struct trial *trial)
{
	char folder[128];

	world->is_in_card = false;
	world->play.ceremony = NULL;
	world->play.rehearsed.card = NULL;
	fake_token_new(&world->play.fake);
	world->play.so_pin = PLAY_SO_PIN;
	world->play.is_by_passwords = trial->is_by_passwords;
	text_format(folder, sizeof folder, "%s-card", world->play.folder);
	if (trial->has_device)
		card_door_open(&world->play.rehearsed, folder);
}

/* Of the end: what is on the disk, on paper and in the card fits together, and the record tells no lies. */
static void
expect_end(const struct trial *trial, const char *path)
{
	struct play *play = &world->play;
	struct journal_record *record;
	struct reader_info reader;
	const struct journal_line *saved;
	unsigned imports = 0;
	char file[512];

	assert_int_equal(journal_read(&record, path), DONE);
	assert_int_equal(record->verdict, DONE);
	assert_false(record->is_torn);
	assert_string_equal(record->lines[record->line_count - 1].event, "done");
	for (size_t i = 0; i < record->line_count; i++) {
		const struct journal_line *line = &record->lines[i];
		const char *begun = journal_read_text(line, "begun"), *written = journal_read_text(line, "written");

		imports += strcmp(line->event, "imported") == 0 || strcmp(line->event, "import-found-done") == 0;
		if (strcmp(line->event, "set-void") == 0 && (begun[0] != '\0' || written[0] != '\0'))
			assert_non_null(journal_read_last(record, "void-sheets-destroyed", 0));
	}
	if (!trial->is_by_passwords)
		assert_int_equal(imports, trial->has_device ? 1 : 0);
	saved = journal_read_last(record, "share-file-saved", 0);
	assert_true((saved != NULL) == (strcmp(trial->kind, "join") != 0 && !trial->is_by_passwords));
	if (trial->has_device) {
		const struct token_door *door = &play->rehearsed.door;

		assert_int_equal(door->list(door->context, &reader, 1), 1);
		assert_int_equal(reader.hsm.dkek_total, trial->is_by_passwords ? trial->total : 1);
		assert_int_equal(reader.hsm.dkek_outstanding, 0);
		assert_string_equal(reader.hsm.label, PLAY_LABEL);
		play->fake.reader.hsm = reader.hsm;
	}
	if (saved != NULL) {
		const char *kcv = journal_read_text(saved, "kcv");
		uint8_t bytes[DKEK_KCV_SIZE];

		assert_int_equal(hex_decode(kcv, strlen(kcv), bytes, sizeof bytes), DONE);
		if (trial->has_device)
			assert_memory_equal(bytes, reader.hsm.kcv, sizeof bytes);
		memcpy(play->fake.reader.hsm.kcv, bytes, sizeof bytes);
		text_format(file, sizeof file, "%.*s/%s", (int)(strrchr(path, '/') - path), path,
			journal_read_text(saved, "file"));
		/* One consistent set: any of the sheets open the file that is named last. */
		for (unsigned first = 0; first < trial->total; first++)
			play_expect_opens(file, play, play->sheets, trial->total, first, trial->threshold);
	}
	if (trial->has_old)
		play_expect_opens(play->old.file, play, play->old.sheets, play->old.total, 0, play->old.threshold);
	journal_record_free(&record);
}

static void
play_to_end(const struct trial *trial)
{
	struct play *play = &world->play;
	char path[512];

	for (int answers = 0; play->prompt.kind != PROMPT_DONE; answers++) {
		if (play->prompt.kind == PROMPT_FAILED || answers > 300)
			fail_msg("at %s: %s %s", play->prompt.step, play->prompt.text, play->prompt.verdict_text);
		play_right(play);
	}
	world->is_counting = false;
	ceremony_free(&play->ceremony);
	/* The last of the folders: another one of an attempt without a line may stand before it. */
	for (int i = 9; i > 0; i--) {
		char stamp[32];

		clock_stamp(stamp);
		text_format(path, sizeof path,
			i == 1 ? "%s/" PLAY_LABEL "-%.10s/journal.jsonl" : "%s/" PLAY_LABEL "-%.10s-%d/journal.jsonl",
			play->folder, stamp, i);
		if (access(path, F_OK) == 0)
			break;
	}
	expect_end(trial, path);
}

/* In the first child: up to the point where it is killed, or to the end. */
static void
hold(const struct trial *trial)
{
	struct play *play = &world->play;

	open_world(trial);
	if (trial->has_old) {
		play_kind(play, "create-share", 2, 3);
		while (play->prompt.kind != PROMPT_DONE)
			play_right(play);
		ceremony_free(&play->ceremony);
		play_make_old(play);
		memset(play->sheets, 0, sizeof play->sheets);
	}
	world->is_counting = true;
	play_kind(play, trial->kind, trial->threshold, trial->total);
	play_to_end(trial);
}

/* In the second: what was interrupted is gone on with; where nothing was on record yet, it is begun anew. */
static void
go_on(const struct trial *trial)
{
	open_world(trial);
	if (!play_resume(&world->play))
		play_kind(&world->play, trial->kind, trial->threshold, trial->total);
	play_to_end(trial);
}

static int
run_child(void (*act)(const struct trial *), const struct trial *trial)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		act(trial);
		virtual_card_free(&world->play.rehearsed.card);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

static void
remove_all(const char *path)
{
	pid_t child = fork();

	if (child == 0) {
		execl("/bin/rm", "rm", "-rf", path, (char *)NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
}

static void
new_world(void)
{
	char card[128];

	if (world->play.folder[0] != '\0') {
		text_format(card, sizeof card, "%s-card", world->play.folder);
		remove_all(world->play.folder);
		remove_all(card);
	}
	memset(world, 0, sizeof *world);
	text_format(world->play.folder, sizeof world->play.folder, "%s/quorate-kills-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(world->play.folder) == NULL)
		exit(1);
}

static bool
is_over(void)
{
	struct ceremony_unfinished found[2];
	struct ceremony_world place = { .folder = world->play.folder };

	return ceremony_unfinished(&place, found, 2) == 0 && world->points == world->kill_at;
}

/* Returns how many of the tried points failed. */
static unsigned
try_all(const struct trial *trial, unsigned *ret_points, unsigned *ret_tried)
{
	unsigned failed = 0, points, stride;

	new_world();
	if (run_child(hold, trial) != 0)
		return 1;
	points = world->points;
	stride = getenv("QUORATE_LONG") != NULL || points < SELECTED ? 1 : points / SELECTED;
	for (unsigned at = 1; at <= points; at += stride) {
		int status;

		new_world();
		world->kill_at = at;
		status = run_child(hold, trial);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
			printf("# %s: not killed at point %u of %u\n", trial->kind, at, points);
			failed++;
			continue;
		}
		world->is_counting = false;
		/* Killed after the very last line, it is over. */
		if (at < points && run_child(go_on, trial) != 0) {
			printf("# %s: no equal end after a kill at point %u of %u\n", trial->kind, at, points);
			failed++;
		} else if (at == points && !is_over()) {
			failed++;
		}
		++*ret_tried;
	}
	*ret_points += points;
	return failed;
}

int
main(void)
{
	unsigned points = 0, tried = 0;
	int status = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (world == MAP_FAILED || secret_open() != DONE)
		return 1;
	printf("1..%zu\n", sizeof trials / sizeof trials[0] + 1);
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		unsigned failed = try_all(&trials[i], &points, &tried);

		printf("%sok %zu - %s%s, killed and gone on with\n", failed > 0 ? "not " : "", i + 1, trials[i].kind,
			trials[i].is_by_passwords ? " by passwords" : "");
		status |= failed > 0;
	}
	printf("# %u points counted, %u tried\n", points, tried);
	if (getenv("QUORATE_LONG") != NULL && tried < points)
		status = 1;
	printf("%sok %zu - as many points tried as counted\n", status != 0 ? "not " : "",
		sizeof trials / sizeof trials[0] + 1);
	new_world();
	remove_all(world->play.folder);
	return status;
}
