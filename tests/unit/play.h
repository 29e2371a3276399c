/* Plays a ceremony for the tests: a front end whose people know what to answer. */
#ifndef TESTS_UNIT_PLAY_H
#define TESTS_UNIT_PLAY_H

#include "card_door.h"
#include "fake_token.h"

#include <quorate/ceremony.h>

#define PLAY_USER_PIN "24681357"
#define PLAY_SO_PIN "3141592653589793"
#define PLAY_LABEL "test-domain"
#define PLAY_CUSTODIANS_MOST 12

struct play {
	struct fake_token fake;
	struct card_door rehearsed; /* used instead, once it was opened */
	struct ceremony_world world;
	struct ceremony *ceremony;
	struct prompt prompt; /* what is asked now */
	unsigned total, threshold;
	char folder[64];
	const char *so_pin;
	const struct plan_file *plan; /* the ceremony follows it; needed while it is opened */
	bool is_in_any_order;         /* the last one who is to come is called first, each time */
	bool has_called;
	bool is_by_passwords;    /* a share file for each custodian, set before the ceremony is opened */
	bool is_new_by_password; /* the file that takes the place of another */
	unsigned file_count;     /* share files that have a way of their own each; 0: the ceremony has none */
	struct {
		unsigned threshold, total; /* threshold 0: a password */
	} files[4];
	/* What the custodians wrote down. */
	struct sheet_of_paper {
		char prime[20], id[4], value[20], word[7];
	} sheets[PLAY_CUSTODIANS_MOST];
	unsigned custodian; /* whose sheet is on the table, from 0 */
	/* What is replaced, where custodians change. */
	struct {
		struct sheet_of_paper sheets[PLAY_CUSTODIANS_MOST];
		unsigned threshold, total;
		char file[160]; /* by passwords: of the first one */
		unsigned next;  /* of the sheets, typed one after the other */
	} old;
	size_t secure_before;
};

/* fixture: play_setup makes the folder; play_teardown ends the ceremony, wants every secret gone and every record
   whole, and removes the folder. */
int play_setup(void **state);
int play_teardown(void **state);

/* The device is new or used before (fake_token.h) when the ceremony is opened. */
void play_open(struct play *play, unsigned threshold, unsigned total);

/* A share file alone, without a device. */
void play_create(struct play *play, unsigned threshold, unsigned total);

/* The device joins the domain of the file in the ceremony's folder, with what was written down. */
void play_join(struct play *play);

/* A drill with play->old. */
void play_drill(struct play *play);

/* Removes the ceremony's folder, whose record has to be whole, so that the next one gets its name. */
void play_remove(struct play *play);

/* Custodians change: what was written down so far, and the file in the ceremony's folder, become the old set. */
void play_change(struct play *play, unsigned threshold, unsigned total);
/* The same with an old set that the test put into play->old. */
void play_renew(struct play *play);
void play_change_from(struct play *play, unsigned threshold, unsigned total);

/* Any kind, by its name. */
void play_kind(struct play *play, const char *name, unsigned threshold, unsigned total);
/* What was made becomes what is there already. */
void play_make_old(struct play *play);
/* Goes on with the ceremony in the folder that was interrupted; false if there is none. */
bool play_resume(struct play *play);

/* One answer each; the next prompt stands in play->prompt. Work is waited for. */
void play_next(struct play *play);
void play_word(struct play *play, const char *word);
void play_text(struct play *play, const char *text);
void play_choose(struct play *play, size_t choice);
void play_pin(struct play *play, const char *pin);
/* prime NULL: not typed. */
void play_share(struct play *play, const char *prime, const char *id, const char *value, const char *word);
/* Lines of a sheet, or the text of a symbol. */
void play_lines(struct play *play, const char *lines);
void play_again(struct play *play);
/* At a gate: somebody else is called first, counted from 1 among those who are to come. */
void play_call(struct play *play, size_t which);
void play_stop(struct play *play);

/* The password of the custodian whose turn it is; in "old-password" of one after the other. */
const char *play_password(struct play *play);
/* What people without slips answer. */
void play_right(struct play *play);
/* Goes on like that until a step, or a kind of prompt within it, is reached. */
void play_until(struct play *play, const char *step, enum prompt_kind kind);

/* What is asked now, and what is said to the answer before. */
void play_expect(const struct play *play, const char *step, enum prompt_kind kind, enum outcome verdict);

/* Whether the text stands in the record of a ceremony in the folder that was proposed. */
void play_expect_in_record(const struct play *play, const char *text, bool is_there);

/* Whether count of total sheets, beginning with one of them, open a file to the key that the device has. */
void play_expect_opens(const char *path, const struct play *play, const struct sheet_of_paper *sheets, unsigned total,
	unsigned first, unsigned count);

/* Whether the files STEM-1.pbe and so on, with their passwords, hold together the key that the device has. */
void play_expect_files_open(const struct play *play, const char *stem, unsigned count);

/* The share file, or another file, of the ceremony in the folder that was proposed. */
void play_path(const struct play *play, const char *name, char *ret, size_t size);

/* To the end, and what must be true there. */
void play_finish(struct play *play);

#define PLAY_TEST(function) cmocka_unit_test_setup_teardown(function, play_setup, play_teardown)

#endif
