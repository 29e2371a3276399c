/* The sheets of a ceremony, made, printed and read back: what steps.h has of them. */
#ifndef CEREMONY_PAPERS_H
#define CEREMONY_PAPERS_H

struct ceremony;
struct prompt;
struct form_facts;

/* A sheet for each custodian, and those of the ceremony itself. */
#define PAPERS_MOST (LIMIT_CUSTODIANS + 8)

/* Sheets and the files in which they were saved. */
struct papers {
	struct sheet *sheets[PAPERS_MOST];
	size_t count;
	char pdf[STEP_PATH_SIZE], plain[STEP_PATH_SIZE];
	bool has_pdf, has_plain;
};

/* A sheet that is being read back. */
struct reading {
	struct read_back back;
	unsigned expected;
	char refused[READ_BACK_PART + 32];
	unsigned number;   /* of the sheet, from 1 */
	bool is_key_ready; /* a wrapped key is whole and waits for the device */
	char file[STEP_FILE_NAME_SIZE];
};

/* papers.c */
void papers_clear(struct papers *papers);
/* Saves ceremony->papers.sheets as NAME.pdf and NAME.txt in the folder; what was saved already is not saved again. */
enum outcome papers_save(struct ceremony *ceremony, const char *name);
/* The facts of a ceremony for its forms; texts that are put together stand in *texts. */
struct papers_texts {
	char ceremony[LIMIT_TEXT_INPUT], device[LIMIT_TEXT_INPUT], set[17];
};
void papers_facts(const struct ceremony *ceremony, struct papers_texts *texts, struct form_facts *ret);

/* paper_sheets.c: the table of sheets. When they are printed: before the first secret, when all is made, and when the
   record is closed. */
enum paper_time { PAPER_BEFORE, PAPER_AFTER, PAPER_RECORD };
bool papers_are_wanted(const struct ceremony *ceremony, enum paper_time time);
/* Adds them to ceremony->papers. */
enum outcome papers_make(struct ceremony *ceremony, enum paper_time time);
/* What is done with them, a line each; appended. */
void papers_tell(const struct ceremony *ceremony, enum paper_time time, char *ret, size_t size);

/* paper_script.c */
enum outcome paper_script(struct sheet **ret, const struct ceremony *ceremony, const struct form_facts *facts);

/* reading.c: a sheet back from paper, line by line or in whole symbols. */
void reading_begin(struct ceremony *ceremony);
/* Another way is chosen: what was right stays. */
void reading_pause(struct ceremony *ceremony);
/* The ways there are: READING_TYPE, READING_PICTURE, then last, which is the step's own. */
enum { READING_TYPE, READING_PICTURE, READING_LEAVE };
void reading_ask_way(const struct ceremony *ceremony, struct prompt *ret, const char *text, const char *last,
	const char *last_detail);
/* Fills in PROMPT_ENTER_LINES. */
void reading_ask_lines(const struct ceremony *ceremony, struct prompt *ret, bool is_picture);
/* Takes what was typed or found; what is wrong is said, line by line. True once nothing is missing. */
bool reading_take(struct ceremony *ceremony, const char *lines);
/* Begins anew after a sentence: what was typed is another sheet than it should be. */
void reading_refuse(struct ceremony *ceremony, enum outcome outcome);

#endif
