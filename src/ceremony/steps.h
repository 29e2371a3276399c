/*
 * What a ceremony is made of, inside this room: its state, the steps, and the few moves a step can make. A ceremony is
 * a table of steps; the runner (ceremony.c) asks them, hands them answers, and brings back what the token and the
 * derivation beside the loop have to say.
 */
#ifndef CEREMONY_STEPS_H
#define CEREMONY_STEPS_H

#include <quorate/ceremony.h>
#include <quorate/clock.h>
#include <quorate/derivation.h>
#include <quorate/journal_read.h>
#include <quorate/share_file.h>

#include "procedure.h"
#include "resume.h"

struct step {
	const char *name;  /* stable: prompts, tests, the record */
	const char *title; /* marked for translation */
	const char *event; /* noted in the record when the step is done; NULL: the step notes by itself */
	/* Whether it belongs to what the people chose, or is passed over without a word; NULL: always. */
	bool (*is_wanted)(const struct ceremony *ceremony);
	/* Whether a plan has decided it, where there is one: then it is passed over as well. NULL: never. */
	bool (*is_planned)(const struct ceremony *ceremony);
	/* Once, before the step's first question; NULL: nothing to prepare. */
	void (*enter)(struct ceremony *ceremony);
	/* Fills in the kind, the text and what belongs to the kind; the rest of the prompt is the runner's. Pure.
	   NULL: text is only read. */
	void (*ask)(const struct ceremony *ceremony, struct prompt *ret);
	const char *text; /* marked for translation */
	/* Takes an answer of a fitting kind (never ANSWER_STOP). Moves secrets out of it; what stays is wiped. */
	void (*take)(struct ceremony *ceremony, struct answer *answer);
	/*
	 * What came of card_begin. was_lost: the answer itself never came (card gone, reset, silent; a worker that
	 * died); the people brought the card back and *answer is a TOKEN_DESCRIBE from now: the step decides by the
	 * card's state whether the act happened.
	 */
	void (*settled)(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost);
	/* The derivation is done; the key is the step's to move. */
	void (*derived)(struct ceremony *ceremony, struct secret **key);
	/*
	 * After an interruption, before the first question: takes up what the record (resume_find) and the device, as
	 * read just now, know of this step. True: it is done and passed over; false: it is held again. NULL: it is done
	 * if its event is on record.
	 */
	bool (*resume)(struct ceremony *ceremony, const struct step *step);
	/* A lost answer ends all: the people look at the token before anything is repeated. */
	bool ends_when_lost;
};

#define STEP_FILE_NAME_SIZE 80
/* Events before there is a record: one a step and a person, and one for each time that an answer of the card is lost.
 */
#define STEP_EARLY_MOST 128
#define RECORD_FILE "journal.jsonl"
#define STEP_PATH_SIZE CEREMONY_PATH_SIZE
#define SHEET_WORDS_SIZE 1024

/* Custodians, until the people have chosen how many. */
#define PLAN_TOTAL_USUAL 3
/* Of a list of custodians, "1, 3, 4". */
#define CALLING_LIST_SIZE 160
/* The same with the file that each belongs to. */
#define VOID_LIST_SIZE 512

/* How the key of a new key domain is kept. */
enum backup_form {
	BACKUP_QUORUM,    /* one share file, whose password is divided: m of n open it */
	BACKUP_PASSWORDS, /* n share files, each with a password of its own: all n are needed */
	BACKUP_MIXED,     /* several share files, all needed, each with a password or with m of n of its own */
};

/* What the people chose. */
struct plan {
	char label[TOKEN_NEW_LABEL_SIZE];
	enum backup_form form;
	unsigned files;            /* share files, all of which are needed; 0: not told yet, one */
	unsigned total, threshold; /* n, m; BACKUP_MIXED: of the file at hand */
	unsigned file;             /* the share file at hand, from 1 */
	struct {
		unsigned total, threshold; /* threshold 0: a password, of one person */
	} each[LIMIT_SHARE_FILES];         /* BACKUP_MIXED: of every file */
	char folder[LIMIT_TEXT_INPUT];
	char share_file[STEP_FILE_NAME_SIZE]; /* its name in the folder; of several, what their names are made from */
	char stamp[CLOCK_STAMP_SIZE];         /* when the ceremony began */
	unsigned private_facts;               /* of enum plan_private */
};

/* The set that is replaced, where one is. */
struct old_set {
	char path[LIMIT_TEXT_INPUT]; /* of its share file, which is read and never written */
	struct share_file file;
	unsigned threshold;                  /* how many of its shares are typed; 0: not told yet */
	unsigned turn;                       /* the share that is typed, from 1 */
	unsigned variant;                    /* of the password, as shamir_password counts */
	bool is_renewed[SHAMIR_ID_MOST + 1]; /* by ID: on a new sheet */
	bool is_hex;                         /* IDs of 10 and more are read as hex digits */
	bool is_by_password;                 /* of one person, instead of shares */
	bool has_expected, is_open;
	uint8_t expected[DKEK_KCV_SIZE];
	char expected_text[LIMIT_TEXT_INPUT]; /* as it was typed, also where it cannot be read */
	bool has_sheets;                      /* at the end: somebody knows how many there were */
	unsigned sheets, destroyed, copies;
};

/* The device that the ceremony is about, as last read. */
struct device {
	char reader[TOKEN_NAME_SIZE], serial[TOKEN_SERIAL_SIZE];
	struct hsm_status hsm;
	bool is_unproven_accepted; /* that nothing proves it genuine */
};

enum card_phase {
	CARD_IDLE,
	CARD_BUSY,    /* an act is on its way */
	CARD_AWAY,    /* the answer was lost and the card is not there: the people are asked for it */
	CARD_LOOKING, /* it is there again and its state is being read */
};

struct card_run {
	enum card_phase phase;
	enum token_act act;
	enum outcome lost; /* why no answer came */
	struct code code;
};

/* Every secret of a ceremony, in one place; each is freed as soon as the procedure allows. */
struct secrets {
	struct secret *so_pin, *user_pin;
	struct secret *new_pin;                      /* that takes the place of one of them */
	struct secret *first_entry;                  /* of a PIN that is asked for twice */
	struct secret *password;                     /* of the share file */
	struct secret *dkek_share;                   /* in hand: being made, opened or imported */
	struct secret *collected[LIMIT_SHARE_FILES]; /* DKEK shares that are known, on their way into a device */
	unsigned collected_count;
	struct shamir_set *set;                                /* as created */
	struct secret *shown_prime, *shown_value, *shown_word; /* texts on the screen right now */
	struct secret *prime;                                  /* as typed, 8 bytes */
	struct shamir_share typed[LIMIT_CUSTODIANS];           /* m of the shares that were typed */
	unsigned typed_count;
	struct shamir_share renewed; /* the share that goes onto a new sheet */
};

/* How far it has come: what failing or stopping here leaves behind. */
struct progress {
	bool has_sheets, has_share_file;
	bool is_initialise_sent, is_initialised;
	bool looked_initialised; /* before it was, as it would afterwards */
	unsigned turns;          /* custodians who have their share on paper */
	uint64_t written;        /* which of them: bit 0 is custodian 1 */
	unsigned files;          /* share files that were made and proven */
	unsigned imported;       /* DKEK shares that are in the device */
	bool is_import_sent, is_imported, is_kcv_compared;
	bool is_set_proven; /* the new shares open the new file, for the same key */
};

/* Where the making of a share file stands. */
enum making { MAKING_NOT, MAKING_SEAL, MAKING_SAVE_AGAIN, MAKING_READ_BACK };

/* Of a ceremony that goes on after an interruption. */
struct resumed {
	struct journal_record *private_past; /* of what is private, where something is */
	struct journal_record *past;         /* up to the interruption; NULL: this one was never interrupted */
	uint64_t passed;                     /* steps that are done, as bits by their places in the table */
	uint64_t written, begun;             /* custodians with confirmed sheets, and those who saw a share */
	bool is_usable;                      /* the set: enough sheets are confirmed, and the file is there */
	bool is_void;                        /* given up: nothing on record counts for the new set */
	bool is_mended, is_told;
	char void_file[STEP_FILE_NAME_SIZE], void_sheets[2 * VOID_LIST_SIZE];
};

/* Things that are destroyed before witnesses. */
#define DESTRUCTION_MOST 32
#define DESTRUCTION_ITEM_SIZE 128
struct destruction {
	unsigned count;
	char items[DESTRUCTION_MOST][DESTRUCTION_ITEM_SIZE];
};

/* What came of the wrapped keys in a drill. */
struct drill {
	unsigned right, wrong, others;
	char tale[1024]; /* a line for each file that needs one */
};

#include "papers.h"

enum ceremony_end { END_NOT_YET, END_DONE, END_FAILED };

struct ceremony {
	const struct ceremony_world *world;
	const struct ceremony_kind *kind;
	const struct step *const *steps;
	size_t step_count;
	const struct step *step;      /* where it stands */
	const struct step *return_to; /* after this step, instead of the next one; NULL: the next one */
	unsigned part;                /* which question of the step; each step has its own names for them */
	enum ceremony_end end;
	enum outcome failure;
	struct code failure_code;

	enum outcome verdict; /* on the last answer */
	char verdict_text[512];

	struct plan_file *agreed; /* the plan that is followed; NULL: none */
	struct plan plan;
	struct old_set old;
	struct device device;
	struct card_run card;
	struct secrets secrets;
	struct progress progress;
	struct papers papers;
	struct resumed resumed;
	struct procedure procedure;
	struct drill drill;
	struct reading reading;
	struct {
		char path[STEP_PATH_SIZE], text[1024];
	} undone; /* work on the token that was cut off before */
	struct destruction destruction;

	struct reader_info readers[LIMIT_READERS]; /* as last listed */
	size_t reader_count;
	char advice[256];

	unsigned turn;              /* the custodian whose turn it is, from 1 */
	unsigned called;            /* which turn of the sitting that is, from 1: they come in any order */
	enum making making;         /* of the share file of this turn, or of the only one */
	struct check_verdict where; /* places in what was typed last */

	struct derivation *derivation;
	double work_done, work_share; /* this derivation's part of the bar: begins at, is worth */
	struct share_file file;
	uint8_t kcv[DKEK_KCV_SIZE]; /* predicted */

	bool is_paused;
	unsigned pause_person; /* who is asked for when it ends */
	struct journal *journal, *private_journal;
	bool is_over; /* the record says done and takes no more lines; its sheet is being printed */
	char digest[JOURNAL_DIGEST_TEXT_SIZE]; /* of the record when it was closed */
	struct {
		const char *event;
		char stamp[CLOCK_STAMP_SIZE];
		char note[LIMIT_TEXT_INPUT]; /* of a note; who it is about; or "" */
	} early[STEP_EARLY_MOST];            /* events before there was a record */
	size_t early_count;
};

/* ceremony.c: a new ceremony at its first step. */
enum outcome ceremony_begin(struct ceremony **ret, const struct ceremony_world *world, const char *kind,
	const struct step *const *steps, size_t count);

/* Whether the ceremony has this step at all. */
bool ceremony_has(const struct ceremony *ceremony, const struct step *step);

/* The moves. After each of them the step returns. */
void step_next(struct ceremony *ceremony);
/* The take of a step that is only read. */
void step_take_read(struct ceremony *ceremony, struct answer *answer);
/* The last step's enter: all is done. */
void step_finish(struct ceremony *ceremony);
/* To another step of the table, with the verdict so far; when that one is done it goes on at return_to. */
void step_go(struct ceremony *ceremony, const struct step *step, const struct step *return_to);
/* The ceremony ends here: secrets are wiped, the record says why. */
void step_fail(struct ceremony *ceremony, enum outcome outcome, struct code code);
/* The same question again; the sentence is the outcome's own, or the one given (a format for text_format). */
void step_refuse(struct ceremony *ceremony, enum outcome outcome);
void step_refuse_with(struct ceremony *ceremony, enum outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define CODE_OF_NOTHING ((struct code){ CODE_NONE, 0 })

/* Starts a derivation from secrets.password and the salt of ceremony->file; the step's derived() hears of its end.
   done, share: its part of the bar. False when the ceremony failed over it. */
bool step_derive(struct ceremony *ceremony, double done, double share);
/* Fills in PROMPT_WORK. */
void step_ask_work(const struct ceremony *ceremony, struct prompt *ret, const char *text);

/* How many share files the key has; and whether they are m-of-n. */
unsigned plan_files(const struct ceremony *ceremony);
/* How many DKEK shares a device is told to wait for; 0: it gets no DKEK. */
unsigned plan_shares(const struct ceremony *ceremony);
/* The share file at hand is opened by shares; it is the only one; each file has a way of its own. */
bool plan_is_quorum(const struct ceremony *ceremony);
bool plan_is_single(const struct ceremony *ceremony);
bool plan_is_mixed(const struct ceremony *ceremony);
/* Several files, each with a password. */
bool plan_is_password_each(const struct ceremony *ceremony);
/* The share file at hand: where each custodian has one, that of the custodian whose turn it is. */
unsigned plan_file(const struct ceremony *ceremony);
/* m of a share file, 0 where a password opens it; and n, or 1. */
unsigned plan_of_file(const struct ceremony *ceremony, unsigned file, unsigned *ret_total);

/* making.c: a share file from secrets.password and secrets.dkek_share: made, saved, read back, opened. The password is
   wiped on the way; the DKEK share stays. done, share: its part of the bar. */
void making_begin(struct ceremony *ceremony, double done, double share);
/* For the step's derived(): true once the file is proven. */
bool making_derived(struct ceremony *ceremony, struct secret **key);
/* What is asked meanwhile, and the answer to it: that the disk has room now. */
void making_ask(const struct ceremony *ceremony, struct prompt *ret);
void making_take(struct ceremony *ceremony);
/* Mixes random numbers of the device into our own, where there is one; the step's settled() hears of its end. False
   where there is none. */
bool making_stir(struct ceremony *ceremony);
/* Called by it. False when the ceremony failed. */
bool making_stirred(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost);

/* collected.c: the DKEK shares of a key. FAIL_SHARE_FILE_TWICE for one that is there already: the two would cancel each
   other out. Moves secrets.dkek_share. */
enum outcome collected_add(struct ceremony *ceremony);
/* The same at a place of its own, where the order counts: that in which they go into the device. */
enum outcome collected_put(struct ceremony *ceremony, unsigned at);
bool collected_has(const struct ceremony *ceremony, const struct secret *share);
/* The key: the sum of those that are there; FAIL_MEMORY, FAIL_SECURE_HEAP. */
enum outcome collected_dkek(const struct ceremony *ceremony, struct secret **ret);
/* Its key check value, with one more where that is not NULL. */
enum outcome collected_kcv(const struct ceremony *ceremony, const struct secret *more, uint8_t ret[DKEK_KCV_SIZE]);

/* secrets.c */
enum outcome secrets_copy(struct secret **ret, const struct secret *from);
void secrets_wipe_shown(struct secrets *secrets);
/* The prime and the shares that were typed. */
void secrets_forget_typed(struct secrets *secrets);
void secrets_forget_collected(struct secrets *secrets);
/* secrets->password from what was typed; variant and outcomes as shamir_combine and shamir_password. is_hex: IDs of 10
   and more are read as hex digits, where they can be. */
enum outcome secrets_rebuild_password(struct secrets *secrets, unsigned variant, bool is_hex);
/* Whether reading them so makes a difference. */
bool secrets_have_hex_ids(const struct secrets *secrets);
void secrets_wipe(struct secrets *secrets);

/* card.c: begins an act with the card the ceremony is about; only after DONE of the record. */
void card_begin(struct ceremony *ceremony, enum token_act act);
bool card_advance(struct ceremony *ceremony);
void card_ask(const struct ceremony *ceremony, struct prompt *ret);
void card_take(struct ceremony *ceremony);
/* Reads the list of readers again into ceremony->readers. */
void card_list(struct ceremony *ceremony);
/* "fmd-alice, serial DENK0105702, in reader Nitrokey HSM". */
void card_name(const struct ceremony *ceremony, char *ret, size_t size);
bool card_is_new(const struct hsm_status *hsm);

/* record.c: false when the record could not be written, and then the ceremony has failed. Before there is a record,
   events alone are kept for it. */
bool record(struct ceremony *ceremony, const char *event, const struct journal_field *fields, size_t count);
/* Before there is a record: keeps an event, and a note's text, for it. False when no more are kept. */
bool record_early(struct ceremony *ceremony, const char *event, const char *note);
/* With the card's state: before an act that changes it, and after one. */
bool record_intent(struct ceremony *ceremony, const char *event);
bool record_card(struct ceremony *ceremony, const char *event, enum outcome outcome, struct code code);
bool record_plan(struct ceremony *ceremony);
/* What was found of the machine, when a ceremony goes on; record_open does it by itself. */
bool record_preflight(struct ceremony *ceremony);
/* A custodian's turn, of the file at hand where each has its own. */
bool record_turn(struct ceremony *ceremony, const char *event, enum outcome outcome);
/* All files are made and proven; ceremony->kcv is that of all together. */
bool record_files(struct ceremony *ceremony);
enum outcome record_open(struct ceremony *ceremony);
void record_close(struct ceremony *ceremony, const char *event);
/* software.c: which programs took part. */
enum outcome software_append(struct ceremony *ceremony);
/* The digest to be written down and signed, when the record is closed; appended. */
void record_tell_digest(const struct ceremony *ceremony, char *ret, size_t size);

/* agreed.c: a plan that was reviewed before, and what it has decided. */
#define AGREED_FILE "plan.ini"
enum outcome agreed_take(struct ceremony *ceremony, const struct plan_file *plan);
/* The choices of the plan become the ceremony's. */
void agreed_apply(struct ceremony *ceremony);
/* A copy in the folder, for a resumption; and taken up from there. FAIL_PLAN_CHANGED. */
enum outcome agreed_keep(const struct ceremony *ceremony);
enum outcome agreed_resume(struct ceremony *ceremony);
bool agreed_is_there(const struct ceremony *ceremony);
/* For is_planned. */
bool agreed_has_label(const struct ceremony *ceremony);
bool agreed_has_custodians(const struct ceremony *ceremony);
/* As it stands on sheets; NULL without a plan. */
const char *agreed_organisation(const struct ceremony *ceremony);
/* Without a plan every sheet is made. */
bool agreed_has_sheet(const struct ceremony *ceremony, enum plan_sheet sheet);
/* DONE, or FAIL_PLAN_DEVICE. */
enum outcome agreed_judge_device(const struct ceremony *ceremony, const struct hsm_status *hsm);
extern const struct step step_show_plan;

/* people.c: those whom the plan names, from 0: operator, witnesses, custodians. */
#define PEOPLE_ROLE_SIZE 48
unsigned people_count(const struct ceremony *ceremony);
const struct plan_person *people_get(const struct ceremony *ceremony, unsigned at, char role[PEOPLE_ROLE_SIZE]);
/* "Witness 2, Bob" */
void people_call(const struct ceremony *ceremony, unsigned at, char *ret, size_t size);
/* The name of a custodian before the text of a prompt, where the plan has it. */
void people_call_custodian(const struct ceremony *ceremony, unsigned number, struct prompt *ret);
bool people_record(struct ceremony *ceremony, const char *event, unsigned at);
extern const struct step step_presence, step_agree_device, step_confirm_end;

/* private.c: what is left out of the record and off the sheets. */
#define PRIVATE_FILE "private.jsonl"
bool private_has(const struct ceremony *ceremony, unsigned facts);
bool private_has_numbers(const struct ceremony *ceremony);
/* "names custodians", and back. */
void private_tell(unsigned facts, char *ret, size_t size);
unsigned private_read(const char *text);
/* The record of what is private, which is there until the ceremony is over. */
enum outcome private_open(struct ceremony *ceremony);
enum outcome private_resume(struct ceremony *ceremony);
void private_close(struct ceremony *ceremony, bool is_over);
/* What a crash between the last line and its removal left there. */
void private_sweep(const char *path, const struct journal_record *past);
enum outcome private_append(
	struct ceremony *ceremony, const char *event, const struct journal_field *fields, size_t count);
/* Writes there what an event tells of m and n. *count: the fields that are left for the record. */
enum outcome private_split(struct ceremony *ceremony, const char *event, const struct journal_field *fields,
	size_t *count, bool *ret_is_left_out);
extern const struct step step_choose_private;
/* salts.c */
extern const struct step step_seal_salts;

/* left_undone.c: whether work on the token was cut off before and not told yet; and the telling. */
bool left_undone_find(struct ceremony *ceremony);
void left_undone_ask(const struct ceremony *ceremony, struct prompt *ret);
void left_undone_take(struct ceremony *ceremony);

/* note.c: outcomes as of ceremony_takes_notes. */
enum outcome note_take(struct ceremony *ceremony, const char *text);
void note_pause(struct ceremony *ceremony);
void note_ask_pause(const struct ceremony *ceremony, struct prompt *ret);
void note_end_pause(struct ceremony *ceremony, const char *word);

/* remains.c: what was done and what is left of it, in sentences, appended. */
void remains_tell(const struct ceremony *ceremony, char *ret, size_t size);

/* place.c: the path of a file in the ceremony's folder. */
void place_path(const struct ceremony *ceremony, const char *name, char ret[STEP_PATH_SIZE]);
/* The name of a share file, from 1: the chosen one, or of several "NAME-2.pbe". */
void place_share_file(const struct ceremony *ceremony, unsigned number, char ret[STEP_FILE_NAME_SIZE]);
/* A text that is a name as it stands: nothing in it would have to be cleaned. FAIL_EMPTY, FAIL_TOO_LONG (most: bytes),
   FAIL_TEXT_CHARACTER. */
enum outcome place_check_name(const char *text, size_t most);
/* A name as part of a file's: letters, digits, dot, dash; a dash for everything else. */
void place_plain_name(const char *name, char *ret, size_t size);
#define SHARE_FILE_ENDING ".pbe"

/* calling.c: who comes to the keyboard, of those who are left; as bits, bit 0 is custodian 1. Where shares or passwords
   are made, whoever is not among progress.written is. */
uint64_t calling_bit(unsigned custodian);
uint64_t calling_left(const struct ceremony *ceremony);
/* The next one, from the one whose turn it is on and round; 0: nobody is left. */
unsigned calling_next(const struct ceremony *ceremony, uint64_t left);
/* The turn is over; and the next one begins, false where there is none. */
void calling_end_turn(struct ceremony *ceremony);
bool calling_begin_next(struct ceremony *ceremony);
/* "1, 3, 4" */
void calling_list(uint64_t bits, char *ret, size_t size);
/* The gate of a turn: its kind, and appended to its text who else is to come. */
void calling_ask_gate(const struct ceremony *ceremony, uint64_t left, struct prompt *ret);
/* After ANSWER_ANOTHER: who instead; and the answer. False when the ceremony failed. */
void calling_ask_another(const struct ceremony *ceremony, uint64_t left, struct prompt *ret);
bool calling_take_another(struct ceremony *ceremony, uint64_t left, size_t choice);

/* turns.c: a share as typed, taken apart. */
struct typed_share {
	struct secret *prime, *value;
	unsigned id; /* 0 where it could not be read */
};
/* The prime is the one of the sitting where that is known already. FAIL_EMPTY, and as share_text.h. */
enum outcome typed_read(const struct ceremony *ceremony, const struct answer *answer, struct typed_share *ret);
void typed_clear(struct typed_share *typed);
/* The check word, where there is one, prime and value, and that the ID was not typed before. */
enum outcome typed_judge(struct ceremony *ceremony, const struct answer *answer, const struct typed_share *typed);
/* The same is asked again: where it is probably wrong (ceremony->where), else why. */
void typed_refuse(struct ceremony *ceremony, enum outcome outcome);
/* Moves what was typed to the shares of this sitting, whose prime the first one tells. */
void typed_keep(struct ceremony *ceremony, struct typed_share *typed);

/* The steps there are; a ceremony's table puts them in order. */
/* device.c */
extern const struct step step_choose_device;
extern const struct step step_prove_device;
/* Nothing proves the device, as last read, and nobody has accepted that: no share goes into it. */
bool device_is_suspect(const struct ceremony *ceremony);
/* pins.c; the sentence is typed before the last try of an SO-PIN. */
#define LAST_TRY_SENTENCE "I risk the last try"
extern const struct step step_choose_label;
/* A label or a name of a key domain. */
void step_take_label(struct ceremony *ceremony, struct answer *answer);
extern const struct step step_try_keyboard;
extern const struct step step_enter_so_pin;
extern const struct step step_choose_user_pin;
/* decision.c */
extern const struct step step_decide;
/* form.c */
extern const struct step step_choose_form, step_choose_new_form;
extern const struct step step_choose_file_count;
/* quorum.c */
extern const struct step step_choose_custodians;
extern const struct step step_choose_threshold;
/* place.c */
extern const struct step step_choose_folder;
extern const struct step step_choose_file_name;
/* papers.c */
extern const struct step step_print_sheets;
/* files.c: several share files, each opened in its own way: planned; then begun one after the other, and done by the
   steps "of file", the last of which goes on to the next one. */
extern const struct step step_plan_files, step_begin_file;
void files_end_one(struct ceremony *ceremony);
/* Wanted: each file has its own way, and the one at hand is opened by shares. */
bool files_is_of_shares(const struct ceremony *ceremony);
bool files_resume(struct ceremony *ceremony, const struct step *step);
/* The questions about all files but the one at hand, and about those before it. */
unsigned files_count_steps(const struct ceremony *ceremony, unsigned *ret_before);
/* create.c */
extern const struct step step_create_share_file, step_create_share_of_file;
/* initialise.c */
extern const struct step step_initialise;
extern const struct step step_prove_pins;
/* passwords.c */
extern const struct step step_take_passwords, step_take_password_of_file;
/* turns.c */
extern const struct step step_take_turns, step_take_turns_of_file;
/* import.c */
/* Whether the device's own value was the right one, as a sentence for the end. */
const char *import_verdict(const struct ceremony *ceremony);
extern const struct step step_import_share;
/* papers.c */
extern const struct step step_print_results;
extern const struct step step_print_record;
/* read_sheet.c */
extern const struct step step_read_back;
/* restore_file.c: the share file comes from its sheet, not from a disk; restore_keys.c */
extern const struct step step_restore_file;
extern const struct step step_restore_keys;
/* Where a share file comes from in this ceremony: paper, or a disk. */
const struct step *restore_file_step(const struct ceremony *ceremony);
/* prove_set.c */
extern const struct step step_prove_set, step_prove_set_of_file;
/* old_set.c: whether another set takes the place of this one; else its shares only open the file for a device. */
bool old_set_is_replaced(const struct ceremony *ceremony);
bool old_set_is_of_shares(const struct ceremony *ceremony);
/* After an interruption: nothing that needs it is left to be done. */
bool old_set_is_done(const struct ceremony *ceremony);
/* Of every step about it. */
bool old_set_resume(struct ceremony *ceremony, const struct step *step);
extern const struct step step_choose_old_file;
extern const struct step step_choose_old_threshold;
extern const struct step step_enter_expected_kcv;
extern const struct step step_open_old_file;
/* old_turns.c */
extern const struct step step_type_old_shares;
/* old_password.c */
extern const struct step step_choose_old_form;
extern const struct step step_type_old_password;

/* renew_sheets.c; after an interruption: every share is on a new sheet */
bool renew_sheets_are_done(const struct ceremony *ceremony);
extern const struct step step_count_sheets, step_renew_turns;
/* Against the shares that opened the file: the same as one of them, or on the same polynomial, and not twice; the check
   word first, where there is one. The ID as it was read then. FAIL_SHARES_NAMED for a share that is wrong. */
enum outcome typed_judge_beside(struct ceremony *ceremony, const struct answer *answer, struct typed_share *typed);
/* confirm_receipt.c */
extern const struct step step_confirm_turns;
/* drill.c */
extern const struct step step_check_wrapped;

/* Opens of ceremony_kind. */
enum outcome renew_sheets_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome new_key_domain_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome change_custodians_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome create_share_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome confirm_receipt_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome destroy_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome drill_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome copy_key_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome join_open(struct ceremony **ret, const struct ceremony_world *world);
enum outcome restore_open(struct ceremony **ret, const struct ceremony_world *world);

#endif
