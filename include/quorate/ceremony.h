/*
 * The seam between ceremonies and people. A ceremony knows nothing of screens: it says what it needs from the people in
 * the room (a prompt), and is told (an answer). Three front ends live behind this door: the screens, the tests, and a
 * script player for rehearsals and tests.
 *
 *     while (ceremony_prompt(ceremony, &prompt) == DONE && prompt.kind is not PROMPT_DONE or PROMPT_FAILED) {
 *         PROMPT_WORK: poll, slots_dispatch, ceremony_advance(ceremony);
 *         otherwise:   ask the people; ceremony_answer(ceremony, &answer);
 *     }
 */
#ifndef QUORATE_CEREMONY_H
#define QUORATE_CEREMONY_H

#include <poll.h>
#include <quorate/check_word.h>
#include <quorate/clock.h>
#include <quorate/plan_file.h>
#include <quorate/read_back.h>
#include <quorate/sheet.h>
#include <quorate/token.h>

enum prompt_kind {
	PROMPT_TELL,       /* read, then go on */
	PROMPT_CONFIRM,    /* word to be typed exactly before something that cannot be undone */
	PROMPT_CHOOSE,     /* one of the choices */
	PROMPT_TEXT,       /* a line of text that is not secret */
	PROMPT_PIN,        /* user PIN or SO-PIN, masked */
	PROMPT_PASSWORD,   /* masked */
	PROMPT_GATE,       /* hand over the keyboard: nothing secret on the screen, type-ahead thrown away, Enter by the
			      person called */
	PROMPT_SHOW_SHARE, /* one custodian reads */
	PROMPT_SHOW_PIN,   /* a PIN that was made here is read and written down */
	PROMPT_ENTER_SHARE,  /* one custodian types, masked */
	PROMPT_INSERT_TOKEN, /* wait until a token is there; answered with ANSWER_NEXT whenever the list of readers
				changed */
	PROMPT_PRINT,        /* sheets are ready: they were saved as files; print them where there is a printer */
	PROMPT_ENTER_LINES,  /* lines of a sheet are typed or scanned, or read from a picture of it; not secret */
	PROMPT_WORK,         /* something is under way: no answer is taken but ANSWER_STOP where may_stop */
	PROMPT_DONE,
	PROMPT_FAILED,
	PROMPT_KIND_COUNT
};

#define PROMPT_TITLE_SIZE 96
#define PROMPT_TEXT_SIZE 3072
#define PROMPT_CHOICES_MOST 32

struct prompt_choice {
	char label[128];
	char detail[192]; /* a second line, "" if none */
	bool is_closed;   /* shown, but cannot be chosen; detail says why */
};

struct prompt {
	enum prompt_kind kind;
	const char *step;       /* the step's name, stable: for tests and the journal */
	unsigned number, count; /* "step 6 of 14"; a custodian's turn is one step */
	char title[PROMPT_TITLE_SIZE];
	char text[PROMPT_TEXT_SIZE]; /* paragraphs, separated by '\n' */
	enum outcome verdict;        /* on the answer before this prompt: DONE, or why the same is asked again */
	char verdict_text[512]; /* its sentence, with the particulars ("digit 7 of the value is probably wrong"); "" if
				   DONE */
	char small[128];        /* technical code in small type, "" if none */
	bool is_alarm;          /* a danger that must not be overlooked: shown in its colour */
	char stop_text[1024];   /* what Esc gives up: what is lost and what is kept */
	bool may_leave; /* ceremony_free here loses nothing that is confirmed: it can be gone on with another day */

	union {
		struct {
			char word[64];
		} confirm;
		struct {
			bool is_new;   /* being chosen: rules and advice of password.h */
			bool is_again; /* the second time */
		} password;
		struct {
			struct prompt_choice items[PROMPT_CHOICES_MOST];
			size_t count, initial;
		} choose;
		struct {
			char initial[LIMIT_TEXT_INPUT];
			size_t most; /* bytes */
		} text_line;
		struct {
			bool is_so;    /* SO-PIN, else user PIN */
			bool is_new;   /* being chosen: asked twice, compared by the ceremony's step, rules of a new PIN
					*/
			bool is_again; /* the second time */
			int tries_left; /* -1: none at stake, or not known */
			size_t least, most;
			/* The token in a slot whose rules hold (the ceremony's); NULL: those of the SmartCard-HSM. */
			const struct slot_info *slot;
		} pin;
		struct {
			bool is_so;
			const struct secret *pin; /* the ceremony's, gone after the answer */
		} show_pin;
		struct {
			unsigned custodian;    /* 0: not told */
			bool is_leaving;       /* the gate after a turn */
			bool may_call_another; /* ANSWER_ANOTHER: the one called is not here, and comes later */
		} gate;
		struct {
			/* Texts in secrets that stay the ceremony's and are gone after the answer. check_word may be
			 * NULL. Without a prime it is a password, in value. */
			const struct secret *prime, *value, *check_word;
			unsigned id;
		} show;
		struct {
			const struct secret *prime; /* 8 bytes, where it is known already; NULL: asked for */
			unsigned id;                /* where it is known already; 0: asked for */
			bool wants_check_word; /* the share is quorate's own and has one; else it may be left empty */
			bool may_show_again;   /* the share has just been shown here: ANSWER_AGAIN shows it once more */
			struct check_verdict
				where; /* places that are probably wrong, from the answer before; count 0: none */
		} enter;
		struct {
			const struct sheet *const *sheets; /* the ceremony's */
			size_t count;
			/* Files in which they were saved, "" if they were not; and the folder in which they are or can
			 * be, "" if they must not be. */
			char pdf[512], plain[512], folder[512];
		} print;
		struct {
			const struct read_back *back;      /* what is there already: the ceremony's */
			unsigned expected;                 /* the line whose turn it is */
			bool is_picture;                   /* a picture of the sheet is named, instead of lines */
			char refused[READ_BACK_PART + 32]; /* what was not right in the answer before, to be mended */
		} lines;
		struct {
			double fraction; /* 0..1; below 0: cannot be told */
			int64_t left_ms; /* -1: cannot be told */
			bool may_stop;
		} work;
	} of;
};

enum answer_kind {
	ANSWER_NEXT,    /* tell, gate, show, insert, print */
	ANSWER_WORD,    /* confirm: text */
	ANSWER_CHOICE,  /* choose: choice */
	ANSWER_TEXT,    /* text line: text */
	ANSWER_SECRET,  /* PIN, password: secret */
	ANSWER_SHARE,   /* enter share */
	ANSWER_LINES,   /* enter lines: lines */
	ANSWER_AGAIN,   /* enter share right after a show: show it once more; enter lines: another way */
	ANSWER_ANOTHER, /* gate that says so: it is asked who comes to the keyboard instead */
	ANSWER_NOTE,  /* text, for the record; at every prompt where nothing secret is shown: see ceremony_takes_notes.
			 The prompt stays */
	ANSWER_PAUSE, /* at the same prompts; then PROMPT_CONFIRM that everybody is present again */
	ANSWER_STOP,  /* give up here (the front end has asked whether this is meant) */
	ANSWER_KIND_COUNT
};

struct answer {
	enum answer_kind kind;
	size_t choice;
	char text[LIMIT_TEXT_INPUT];
	const char *lines; /* one or more, with '\n' between them; the front end's, read while it is answered */
	/* Moved in by ceremony_answer; NULL where not asked for. Texts as typed, printable ASCII. */
	struct secret *secret;
	struct {
		struct secret *prime, *value, *check_word;
		char id[8];
	} share;
};

/* Wipes and frees what an answer still holds. */
void answer_clear(struct answer *answer);

struct ceremony;

/* What was found of the machine before (preflight.h), for the record. */
struct ceremony_preflight {
	const char *state; /* the worst: preflight_state_name; NULL: nobody looked */
	const char *red;   /* the names of what is red; "" if nothing is */
	const char *words; /* with which the people went on all the same; "" if nothing is red */
};

/* What a ceremony needs of the world. Must outlive it. */
struct ceremony_world {
	const struct token_door *token;
	unsigned long iterations; /* LIMIT_DKEK_ITERATIONS; tests less */
	bool is_rehearsal;
	const char *folder;      /* where ceremonies keep their folders; offered, and can be changed by the people */
	const char *version;     /* of quorate, for the record */
	bool wants_letter_paper; /* US letter instead of A4 */
	/* The plan that the ceremony follows, if it is for this kind; the ceremony keeps a copy. NULL: the people are
	   asked. */
	const struct plan_file *plan;
	/* Procedures on a token: which one. With a reader a SmartCard-HSM, else a token in a slot. */
	struct token_target target;
	/* Procedures: whether the keyboard's layout was tried in this console already; set once it was. NULL: it is
	   tried each time. */
	bool *is_keyboard_tried;
	struct ceremony_preflight preflight;
};

/* What a procedure needs of its token; none of these for a ceremony. */
enum token_need {
	NEED_INITIALISED = 1 << 0, /* not a new device, not a free slot */
	NEED_WRITABLE = 1 << 1,
	NEED_SO_PIN = 1 << 2,         /* not locked */
	NEED_USER_PIN = 1 << 3,       /* set, not locked, not the transport PIN */
	NEED_TRANSPORT_PIN = 1 << 4,  /* still the one that it came with */
	NEED_RESET_ALLOWED = 1 << 5,  /* its options let the SO-PIN reset the user PIN */
	NEED_NO_OUTSTANDING = 1 << 6, /* no DKEK share is waited for: keys can be made */
	NEED_SMARTCARD_HSM = 1 << 7,  /* in a reader: what PKCS#11 has no words for */
	NEED_DKEK = 1 << 8,           /* the device has one, and all its shares are in */
};

/* The ceremonies there are, and the procedures on one token, as the screens list them. */
struct ceremony_kind {
	const char *name;            /* "new-key-domain": stable */
	const char *title, *summary; /* marked for translation */
	enum outcome (*open)(struct ceremony **ret, const struct ceremony_world *world);
	bool is_procedure; /* on one token: world.target; listed on the Token screen */
	unsigned needs;    /* of enum token_need */
};
size_t ceremony_kinds(const struct ceremony_kind **ret);

/* A path in a ceremony's folder. */
#define CEREMONY_PATH_SIZE (LIMIT_TEXT_INPUT + 112)

/* The record of a ceremony that is being held, or was until now; false while there is none yet. */
bool ceremony_record_path(const struct ceremony *ceremony, char ret[CEREMONY_PATH_SIZE]);

/* A record as a sheet to be signed: FAIL_JOURNAL_CHAIN, FAIL_JOURNAL_FORM, outcomes of journal_read and of forms.
   Saved beside the record as PDF and as text, never over anything: outcomes of file_save and pdf_make. */
enum outcome ceremony_record_sheet(const char *path, struct sheet **ret);
enum outcome ceremony_record_save(const char *path, const struct sheet *sheet, bool wants_letter_paper,
	char pdf[CEREMONY_PATH_SIZE], char plain[CEREMONY_PATH_SIZE]);

/* The script of a ceremony that is yet to come, to be read aloud and ticked: its steps with the usual numbers of
   people. FAIL_MEMORY. */
enum outcome ceremony_script(struct sheet **ret, const struct ceremony_kind *kind, const struct ceremony_world *world);

/* A ceremony that was interrupted: by a crash, a kill or a power cut. */
struct ceremony_unfinished {
	const struct ceremony_kind *kind;
	char path[512]; /* of its record */
	char stamp[CLOCK_STAMP_SIZE], label[LIMIT_LABEL_MAX + 1];
};

/* Those in world->folder that can be gone on with, at most most; returns how many. */
size_t ceremony_unfinished(const struct ceremony_world *world, struct ceremony_unfinished *ret, size_t most);

/*
 * Goes on with one, from its last durable step. The first prompt tells what was done and what has to be repeated.
 * world->plan is NULL: the plan in the ceremony's folder holds. FAIL_RESUME (it is over, or of a kind that cannot go
 * on, or a rehearsal where this is none), outcomes of journal_continue, FAIL_MEMORY.
 */
enum outcome ceremony_resume(struct ceremony **ret, const struct ceremony_world *world, const char *path);

/* What a ceremony with this plan does, step by step, for reviewers: at most most; returns how many. */
struct ceremony_outline {
	const char *title;
	bool is_decided; /* by the plan: not asked */
};
size_t ceremony_outline(const struct plan_file *plan, struct ceremony_outline *ret, size_t most);

/* Whether a procedure fits a token as it is now: DONE, or why not. hsm: what a SmartCard-HSM in a reader says of
   itself; slot: a token behind a module. One of them is NULL. */
enum outcome ceremony_fits(
	const struct ceremony_kind *kind, const struct hsm_status *hsm, const struct slot_info *slot);

/* The token that a procedure is about, as it was found last: to initialise it moves it to another slot, or gives it
   another serial number and label. False for a ceremony. */
bool ceremony_target(const struct ceremony *ceremony, struct token_target *ret);

/* What is asked now. Pure: may be asked again after a redraw. */
enum outcome ceremony_prompt(const struct ceremony *ceremony, struct prompt *ret);

/* The only place where people move the state; secrets in the answer are moved in, whatever the outcome. FAIL_USAGE if
   the answer's kind does not fit the prompt (nothing moved on). A bad answer is not a failure: the next prompt asks
   again, with a verdict. */
enum outcome ceremony_answer(struct ceremony *ceremony, struct answer *answer);

/* Whether a note or a pause is taken at this kind of prompt. A note that is not text of a line is refused: FAIL_EMPTY,
   FAIL_TOO_LONG, FAIL_TEXT_CHARACTER. */
bool ceremony_takes_notes(enum prompt_kind kind);

/* During PROMPT_WORK: takes what has come (the token's answer, a finished derivation). Returns true when the prompt
   changed. Never blocks for longer than a file takes to be synced. */
bool ceremony_advance(struct ceremony *ceremony);

/* Descriptors of the ceremony's own to poll for (a derivation), at most most; returns how many. */
size_t ceremony_descriptors(const struct ceremony *ceremony, struct pollfd *ret, size_t most);

/* Wipes and frees everything; a ceremony that is not done yet is noted as interrupted and can be gone on with. */
void ceremony_free(struct ceremony **ceremony);

#endif
