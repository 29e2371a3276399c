/*
 * Ceremonies killed with SIGKILL after every durable write, and before and after every card command, then gone on with,
 * and killed a second time on the way: an equal end, whatever happened before it. The points are counted by
 * interposition (the linker's --wrap); what survives a kill is what survives one in the world: the disk, the card, and
 * the custodians' paper.
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Kill points of each ceremony that are tried, unless all are. */
#define SELECTED 5
#define SECOND_STRIDE 7

/* Of a SmartCard-HSM's commands; an import that only asks carries no data. */
#define INS_INITIALISE 0x50
#define INS_IMPORT 0x52

/* Shared with the children: what the people and the world keep. */
static struct world {
	struct play play;
	unsigned points, kill_at; /* 0: never */
	bool is_counting, is_in_card;
	unsigned initialised, imported; /* what the card itself did */
} * world;

static const struct trial {
	const char *name, *kind;
	unsigned threshold, total;
	bool has_old, has_device, is_by_passwords, is_in_any_order;
	bool is_new_by_password;
	unsigned files; /* with ways of their own: the second is opened by 2 of 3, the others by passwords */
} trials[] = {
	{ "new key domain, m of n", "new-key-domain", 2, 3, false, true, false, true, false, 0 },
	{ "new key domain, n passwords", "new-key-domain", 3, 3, false, true, true, true, false, 0 },
	{ "join with shares", "join", 2, 3, true, true, false, false, false, 0 },
	{ "join with passwords", "join", 2, 2, true, true, true, false, false, 0 },
	{ "restore from paper", "restore", 2, 3, true, true, false, false, false, 0 },
	{ "create a share file", "create-share", 3, 4, false, false, false, false, false, 0 },
	{ "change custodians", "change-custodians", 2, 3, true, false, false, true, false, 0 },
	{ "change to a password", "change-custodians", 2, 3, true, false, false, false, true, 0 },
	{ "files with ways of their own", "new-key-domain", 2, 2, false, true, true, false, false, 2 },
	{ "such files without a device", "create-share", 2, 2, false, false, true, false, false, 2 },
	{ "passwords without a device", "create-share", 2, 2, false, false, true, false, false, 0 },
	{ "new sheets", "renew-sheets", 2, 3, true, false, false, false, false, 0 },
	{ "drill with shares", "drill", 2, 3, true, false, false, false, false, 0 },
	{ "drill with passwords", "drill", 2, 2, true, false, true, false, false, 0 },
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
	if (outcome == DONE && *ret_size >= 2 && ret[*ret_size - 2] == 0x90 && size > 5) {
		world->initialised += command[1] == INS_INITIALISE;
		world->imported += command[1] == INS_IMPORT;
	}
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
open_world(const struct trial *trial, bool has_device)
{
	char folder[128];

	world->is_in_card = false;
	world->play.ceremony = NULL;
	world->play.rehearsed.card = NULL;
	fake_token_new(&world->play.fake);
	world->play.so_pin = PLAY_SO_PIN;
	world->play.is_by_passwords = trial->is_by_passwords;
	world->play.is_new_by_password = trial->is_new_by_password;
	world->play.file_count = trial->files;
	world->play.files[1].total = 3;
	world->play.files[1].threshold = 2;
	world->play.is_in_any_order = trial->is_in_any_order;
	world->play.has_called = false;
	world->play.old.next = 0;
	text_format(folder, sizeof folder, "%s-card", world->play.folder);
	if (has_device)
		card_door_open(&world->play.rehearsed, folder);
}

static unsigned
count_events(const struct journal_record *record, const char *event, const char *other)
{
	unsigned count = 0;

	for (size_t i = 0; i < record->line_count; i++)
		count += strcmp(record->lines[i].event, event) == 0 || strcmp(record->lines[i].event, other) == 0;
	return count;
}

/* What is on record is what the card did, no more and no less; where it was initialised anew, shares went in anew. */
static void
expect_no_lies(const struct trial *trial, const struct journal_record *record)
{
	unsigned shares = trial->is_by_passwords ? trial->total : 1;

	assert_int_equal(count_events(record, "imported", "import-found-done"), world->imported);
	assert_in_range(world->initialised, count_events(record, "initialised", "initialise-found-done"),
		count_events(record, "initialised", "initialise-found-done") +
			count_events(record, "initialise-not-found-done", ""));
	if (!trial->has_device)
		assert_int_equal(world->imported + world->initialised, 0);
	else if (world->imported != shares)
		/* Only where a part was in, and the files had to be opened or made anew. */
		assert_true(((trial->has_old && trial->is_by_passwords) || trial->files > 0) && world->initialised > 1);
	for (size_t i = 0; i < record->line_count; i++) {
		const struct journal_line *line = &record->lines[i];
		const char *begun = journal_read_text(line, "begun"), *written = journal_read_text(line, "written");

		if (strcmp(line->event, "set-void") == 0 && (begun[0] != '\0' || written[0] != '\0'))
			assert_non_null(journal_read_last(record, "void-sheets-destroyed", 0));
	}
}

/* The card has the whole key, and is called as agreed. */
static void
expect_device(const struct trial *trial, const struct journal_record *record)
{
	struct play *play = &world->play;
	const struct token_door *door = &play->rehearsed.door;
	const struct journal_line *compared = journal_read_last(record, "key-check-value", 0);
	char kcv[2 * DKEK_KCV_SIZE + 1];
	struct reader_info reader;

	assert_int_equal(door->list(door->context, &reader, 1), 1);
	assert_int_equal(reader.hsm.dkek_total, trial->is_by_passwords ? trial->total : 1);
	assert_int_equal(reader.hsm.dkek_outstanding, 0);
	assert_string_equal(reader.hsm.label, PLAY_LABEL);
	hex_encode(reader.hsm.kcv, sizeof reader.hsm.kcv, kcv);
	assert_string_equal(journal_read_text(compared, "of_device"), "equal");
	assert_string_equal(journal_read_text(compared, "predicted"), kcv);
	memcpy(play->fake.reader.hsm.kcv, reader.hsm.kcv, sizeof reader.hsm.kcv);
}

/* One consistent set: any of the sheets open the file that is named last, to the key that is on record. */
static void
expect_set(const struct trial *trial, const struct journal_record *record, const char *path)
{
	struct play *play = &world->play;
	const struct journal_line *saved = journal_read_last(record, "share-file-saved", 0);
	const char *kcv = journal_read_text(saved, "kcv");
	uint8_t bytes[DKEK_KCV_SIZE];
	char file[512];

	assert_non_null(kcv);
	assert_int_equal(hex_decode(kcv, strlen(kcv), bytes, sizeof bytes), DONE);
	if (trial->has_device)
		assert_memory_equal(bytes, play->fake.reader.hsm.kcv, sizeof bytes);
	memcpy(play->fake.reader.hsm.kcv, bytes, sizeof bytes);
	text_format(
		file, sizeof file, "%.*s/%s", (int)(strrchr(path, '/') - path), path, journal_read_text(saved, "file"));
	for (unsigned first = 0; first < trial->total && !trial->is_new_by_password; first++)
		play_expect_opens(file, play, play->sheets, trial->total, first, trial->threshold);
}

/* The files of n custodians, with their passwords, hold together what the device has. */
static void
expect_files(const struct trial *trial, const struct journal_record *record, const char *path)
{
	const char *name = journal_read_text(journal_read_last(record, "file-name-chosen", 0), "file");
	char stem[512];

	assert_non_null(name);
	text_format(
		stem, sizeof stem, "%.*s/%.*s", (int)(strrchr(path, '/') - path), path, (int)(strlen(name) - 4), name);
	play_expect_files_open(&world->play, stem, trial->total);
}

/* Where no device shows it. */
static void
take_old_kcv(const struct journal_record *record)
{
	const char *kcv = journal_read_text(journal_read_last(record, "key-check-value", 0), "old");

	assert_non_null(kcv);
	assert_int_equal(hex_decode(kcv, strlen(kcv), world->play.fake.reader.hsm.kcv, DKEK_KCV_SIZE), DONE);
}

/* Of the end: what is on the disk, on paper and in the card fits together, and the record tells no lies. */
static void
expect_end(const struct trial *trial, const char *path)
{
	struct play *play = &world->play;
	struct journal_record *record;
	bool makes_set = strcmp(trial->kind, "join") != 0 && strcmp(trial->kind, "restore") != 0 &&
			 strcmp(trial->kind, "drill") != 0 && strcmp(trial->kind, "renew-sheets") != 0;

	assert_int_equal(journal_read(&record, path), DONE);
	assert_int_equal(record->verdict, DONE);
	assert_false(record->is_torn);
	assert_string_equal(record->lines[record->line_count - 1].event, "done");
	expect_no_lies(trial, record);
	if (trial->has_device)
		expect_device(trial, record);
	if (trial->files > 0 || (makes_set && trial->is_by_passwords && !trial->has_device))
		assert_non_null(journal_read_last(record, "all-files-proven", 0));
	else if (makes_set && trial->is_by_passwords)
		expect_files(trial, record, path);
	else if (makes_set)
		expect_set(trial, record, path);
	else
		assert_null(journal_read_last(record, "share-file-saved", 0));
	if (!makes_set && !trial->has_device)
		take_old_kcv(record);
	if (strcmp(trial->kind, "renew-sheets") == 0)
		assert_memory_equal(play->sheets, play->old.sheets, sizeof play->sheets);
	if (trial->has_old && trial->has_device && trial->is_by_passwords) {
		char stem[sizeof play->old.file];

		text_format(stem, sizeof stem, "%.*s", (int)(strlen(play->old.file) - 6), play->old.file);
		play_expect_files_open(play, stem, trial->total);
	} else if (trial->has_old && !trial->is_by_passwords)
		play_expect_opens(play->old.file, play, play->old.sheets, play->old.total, 0, play->old.threshold);
	journal_record_free(&record);
}

/* The record that was written last: others are of the set before, and of attempts without a line. */
static bool
find_record(char *ret, size_t size)
{
	DIR *folder = opendir(world->play.folder);
	struct timespec latest = { 0 };
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char path[512];
		struct stat status;

		text_format(path, sizeof path, "%s/%s/journal.jsonl", world->play.folder, entry->d_name);
		/* Times are not finer than the kernel's clock ticks: the set before is known by its name. */
		if (strncmp(path, world->play.old.file, strlen(path) - strlen("journal.jsonl")) == 0)
			continue;
		if (entry->d_name[0] == '.' || stat(path, &status) != 0 || status.st_mtim.tv_sec < latest.tv_sec ||
			(status.st_mtim.tv_sec == latest.tv_sec && status.st_mtim.tv_nsec < latest.tv_nsec))
			continue;
		latest = status.st_mtim;
		text_format(ret, size, "%s", path);
	}
	closedir(folder);
	return latest.tv_sec != 0;
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
	assert_true(find_record(path, sizeof path));
	expect_end(trial, path);
}

/* The set that is there before: made by a ceremony of its own, on another device. */
static void
hold_old(const struct trial *trial)
{
	struct play *play = &world->play;

	open_world(trial, false);
	play_kind(play, trial->is_by_passwords ? "new-key-domain" : "create-share", 2, trial->is_by_passwords ? 2 : 3);
	while (play->prompt.kind != PROMPT_DONE)
		play_right(play);
	ceremony_free(&play->ceremony);
	play_make_old(play);
}

/* In the first child: up to the point where it is killed, or to the end. */
static void
hold(const struct trial *trial)
{
	struct play *play = &world->play;

	if (trial->has_old) {
		hold_old(trial);
		memset(play->sheets, 0, sizeof play->sheets);
	}
	open_world(trial, trial->has_device);
	world->is_counting = true;
	play_kind(play, trial->kind, trial->threshold, trial->total);
	play_to_end(trial);
}

/* Its record is closed: killed while the sheet of the record was being saved. */
static bool
is_done(char *ret_path, size_t size)
{
	struct journal_record *record;
	bool is_last_done;

	if (!find_record(ret_path, size) || journal_read(&record, ret_path) != DONE)
		return false;
	is_last_done = record->line_count > 0 && strcmp(record->lines[record->line_count - 1].event, "done") == 0;
	journal_record_free(&record);
	return is_last_done;
}

/* In the second: what was interrupted is gone on with; where nothing was on record yet, it is begun anew. */
static void
go_on(const struct trial *trial)
{
	char path[512];

	open_world(trial, trial->has_device);
	world->is_counting = true;
	if (play_resume(&world->play)) {
		play_to_end(trial);
		return;
	}
	if (is_done(path, sizeof path)) {
		world->is_counting = false;
		expect_end(trial, path);
		return;
	}
	play_kind(&world->play, trial->kind, trial->threshold, trial->total);
	play_to_end(trial);
}

/* What a child does, as a test of its own: what went wrong is told by the parent. */
struct run {
	void (*act)(const struct trial *);
	const struct trial *trial;
};

static void
run_one(void **state)
{
	const struct run *run = *state;

	run->act(run->trial);
	virtual_card_free(&world->play.rehearsed.card);
}

static void
tell(void)
{
	char path[128], line[512];
	FILE *said;

	text_format(path, sizeof path, "%s-said", world->play.folder);
	said = fopen(path, "r");
	while (said != NULL && fgets(line, sizeof line, said) != NULL)
		printf("# %s", line);
	if (said != NULL)
		fclose(said);
}

static int
run_child(void (*act)(const struct trial *), const struct trial *trial)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct run run = { act, trial };
		struct CMUnitTest test = cmocka_unit_test_prestate(run_one, &run);
		char path[128];

		text_format(path, sizeof path, "%s-said", world->play.folder);
		if (freopen(path, "w", stdout) == NULL || dup2(fileno(stdout), STDERR_FILENO) < 0)
			_exit(1);
		status = _cmocka_run_group_tests(trial->name, &test, 1, NULL, NULL);
		fflush(stdout);
		_exit(status == 0 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	if (!WIFSIGNALED(status) && status != 0)
		tell();
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
	static const char *const endings[] = { "", "-card", "-said" };
	char path[128];

	for (size_t i = 0; i < sizeof endings / sizeof endings[0] && world->play.folder[0] != '\0'; i++) {
		text_format(path, sizeof path, "%s%s", world->play.folder, endings[i]);
		remove_all(path);
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

static bool
is_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static struct count {
	unsigned points, tried; /* of the first run, and of runs that were gone on with */
	unsigned second_points, second_tried;
} all;

/* A new world, in which a run is killed at a point. */
static bool
begin_killed(const struct trial *trial, unsigned at)
{
	new_world();
	world->kill_at = at;
	return is_killed(run_child(hold, trial));
}

/* Goes on, and is killed at a point of that again, or never (0); *ret_points: those that it came to. */
static int
run_on(const struct trial *trial, unsigned at, unsigned *ret_points)
{
	int status;

	world->points = 0;
	world->kill_at = at;
	status = run_child(go_on, trial);
	*ret_points = world->points;
	return status;
}

/* Killed at one point, gone on with; and once more, killed at another point of what follows. False: it went wrong. */
static bool
try_one(const struct trial *trial, unsigned at, unsigned points)
{
	unsigned further, second, ignored;

	if (!begin_killed(trial, at)) {
		printf("# %s: not killed at point %u of %u\n", trial->name, at, points);
		return false;
	}
	all.tried++;
	/* Killed after the very last line, it is over. */
	if (at == points)
		return is_over();
	if (run_on(trial, 0, &further) != 0) {
		printf("# %s: no equal end after a kill at point %u of %u\n", trial->name, at, points);
		return false;
	}
	all.second_points += further;
	/* The last point of all is the end of the record; another one in between for each first one. */
	second = further < 2 ? 0 : 1 + at * SECOND_STRIDE % (further - 1);
	if (second == 0)
		return true;
	if (!begin_killed(trial, at) || !is_killed(run_on(trial, second, &ignored))) {
		printf("# %s: not killed a second time at points %u, %u\n", trial->name, at, second);
		return false;
	}
	all.second_tried++;
	if (run_on(trial, 0, &ignored) != 0) {
		printf("# %s: no equal end after kills at points %u of %u, %u of %u\n", trial->name, at, points, second,
			further);
		return false;
	}
	return true;
}

/* Returns how many of the tried points failed. */
static unsigned
try_all(const struct trial *trial)
{
	unsigned failed = 0, points, stride;

	new_world();
	if (run_child(hold, trial) != 0)
		return 1;
	points = world->points;
	stride = getenv("QUORATE_LONG") != NULL || points < SELECTED ? 1 : points / SELECTED;
	for (unsigned at = 1; at <= points; at += stride)
		failed += !try_one(trial, at, points);
	all.points += points;
	return failed;
}

int
main(void)
{
	int status = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (world == MAP_FAILED || secret_open() != DONE)
		return 1;
	printf("1..%zu\n", sizeof trials / sizeof trials[0] + 1);
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		struct count before = all;
		unsigned failed = try_all(&trials[i]);

		printf("%sok %zu - %s, killed and gone on with: %u points, %u tried, %u of them killed twice\n",
			failed > 0 ? "not " : "", i + 1, trials[i].name, all.points - before.points,
			all.tried - before.tried, all.second_tried - before.second_tried);
		status |= failed > 0;
	}
	printf("# %u points counted, %u tried; %u runs killed twice (%u points in the runs gone on with)\n", all.points,
		all.tried, all.second_tried, all.second_points);
	if (getenv("QUORATE_LONG") != NULL && all.tried < all.points)
		status = 1;
	printf("%sok %zu - as many points tried as counted\n", status != 0 ? "not " : "",
		sizeof trials / sizeof trials[0] + 1);
	new_world();
	remove_all(world->play.folder);
	return status;
}
