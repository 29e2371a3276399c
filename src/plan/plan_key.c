/* The keys of a plan, as a table, and what each takes for a value. */
#include "plan_reading.h"

#include <quorate/hex.h>
#include <quorate/pdf.h>
#include <quorate/text.h>
#include <quorate/token.h>
#include <quorate/tongue.h>

#include <string.h>

/* Texts that stand on sheets. */
static void
take_text(struct plan_reading *reading, const char *value, char ret[PLAN_TEXT_SIZE], bool is_on_paper)
{
	if (value[0] == '\0')
		plan_fault(reading, reading->line, "%s", _("Nothing stands behind this key."));
	else if (strlen(value) >= PLAN_TEXT_SIZE)
		plan_fault(reading, reading->line, _("This is too long: at most %d bytes."), PLAN_TEXT_SIZE - 1);
	else if (is_on_paper && pdf_check_text(value) != DONE)
		plan_fault(reading, reading->line, "%s", outcome_text(FAIL_GLYPH));
	text_format(ret, PLAN_TEXT_SIZE, "%s", value);
}

static void
take_name(struct plan_reading *reading, const char *value)
{
	take_text(reading, value, reading->plan->name, true);
}

static void
take_organisation(struct plan_reading *reading, const char *value)
{
	take_text(reading, value, reading->plan->organisation, false);
}

static void
take_organisation_romanised(struct plan_reading *reading, const char *value)
{
	take_text(reading, value, reading->plan->organisation_romanised, true);
}

/* The kinds of ceremony that a plan can be for, and what of it they take. */
static const struct {
	const char *name;
	unsigned takes;
} kinds[] = {
	{ "new-key-domain", TAKES_LABEL | TAKES_DEVICE | TAKES_FORM | TAKES_CUSTODIANS },
	{ "join", TAKES_LABEL | TAKES_DEVICE },
	{ "restore", TAKES_LABEL | TAKES_DEVICE },
	{ "create-share", TAKES_LABEL | TAKES_FORM | TAKES_CUSTODIANS },
	{ "change-custodians", TAKES_CUSTODIANS },
};

static void
take_ceremony(struct plan_reading *reading, const char *value)
{
	text_format(reading->plan->ceremony, sizeof reading->plan->ceremony, "%s", value);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].name, value) == 0) {
			reading->takes = kinds[i].takes;
			return;
		}
	plan_fault(reading, reading->line, "%s",
		_("No plan can be for this ceremony. There are: new-key-domain, join, restore, create-share, "
		  "change-custodians."));
}

static void
take_label(struct plan_reading *reading, const char *value)
{
	enum outcome outcome = token_check_label(value);

	if (outcome == DONE)
		outcome = pdf_check_text(value);
	if (outcome == FAIL_TOO_LONG)
		plan_fault(reading, reading->line, _("This is too long: at most %d bytes."), LIMIT_LABEL_MAX);
	else if (outcome != DONE)
		plan_fault(reading, reading->line, "%s", outcome_text(outcome));
	text_format(reading->plan->label, sizeof reading->plan->label, "%s", value);
}

static void
take_device(struct plan_reading *reading, const char *value)
{
	size_t length = strlen(value);

	reading->plan->wants_new_device = strcmp(value, "new") == 0;
	if (reading->plan->wants_new_device)
		return;
	if (length < 4 || length >= sizeof reading->plan->serial || strchr(value, ' ') != NULL ||
		!text_is_ascii(value, length))
		plan_fault(reading, reading->line, "%s", _("The device is `new`, or the serial number of one."));
	text_format(reading->plan->serial, sizeof reading->plan->serial, "%s", value);
}

static void
take_backup(struct plan_reading *reading, const char *value)
{
	if (strcmp(value, "m-of-n") == 0)
		reading->plan->form = PLAN_FORM_QUORUM;
	else if (strcmp(value, "passwords") == 0)
		reading->plan->form = PLAN_FORM_PASSWORDS;
	else
		plan_fault(reading, reading->line, "%s", _("The backup is `m-of-n` or `passwords`."));
}

/* Decimal, as it is written by people; 0 after a fault. */
static unsigned
take_number(struct plan_reading *reading, const char *value, unsigned least, unsigned most)
{
	unsigned number = 0;

	for (const char *at = value; *at >= '0' && *at <= '9' && number <= most; at++)
		number = number * 10 + (unsigned)(*at - '0');
	if (value[0] == '\0' || value[0] == '0' || strspn(value, "0123456789") != strlen(value) || number < least ||
		number > most) {
		plan_fault(reading, reading->line, _("This is a whole number from %u to %u."), least, most);
		return 0;
	}
	return number;
}

static void
take_custodians(struct plan_reading *reading, const char *value)
{
	reading->plan->custodians = take_number(reading, value, LIMIT_THRESHOLD_MIN, LIMIT_CUSTODIANS);
}

static void
take_threshold(struct plan_reading *reading, const char *value)
{
	reading->plan->threshold = take_number(reading, value, LIMIT_THRESHOLD_MIN, LIMIT_CUSTODIANS);
}

struct word {
	const char *text;
	unsigned flag;
};

static unsigned
find_word(const char *text, size_t length, const struct word *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i].text) == length && memcmp(words[i].text, text, length) == 0)
			return words[i].flag;
	return 0;
}

/* Words with commas between; "none" alone for none. */
static unsigned
take_words(struct plan_reading *reading, const char *value, const struct word *words, size_t count)
{
	unsigned flags = 0;
	char known[LIMIT_TEXT_INPUT] = "";

	if (strcmp(value, "none") == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		text_append(known, sizeof known, "%s, ", words[i].text);
	for (const char *at = value;; at++) {
		size_t length;
		unsigned flag;

		at += strspn(at, " ");
		length = strcspn(at, ",");
		while (length > 0 && at[length - 1] == ' ')
			length--;
		flag = find_word(at, length, words, count);
		if (flag == 0 || flags & flag) {
			plan_fault(reading, reading->line,
				flag == 0 ? _("`%.*s` cannot stand here. It is: %snone.")
					  : _("`%.*s` stands here twice. It is: %snone."),
				(int)(length < 40 ? length : 40), at, known);
			return flags;
		}
		flags |= flag;
		at += strcspn(at, ",");
		if (*at == '\0')
			return flags;
	}
}

static void
take_private(struct plan_reading *reading, const char *value)
{
	static const struct word words[] = {
		{ "names", PLAN_PRIVATE_NAMES },
		{ "custodians", PLAN_PRIVATE_CUSTODIANS },
		{ "threshold", PLAN_PRIVATE_THRESHOLD },
	};

	reading->plan->private_facts = take_words(reading, value, words, sizeof words / sizeof words[0]);
}

static void
take_sheets(struct plan_reading *reading, const char *value)
{
	static const struct word words[] = {
		{ "shares", PLAN_SHEET_SHARES },
		{ "share-file", PLAN_SHEET_SHARE_FILE },
	};

	reading->plan->sheets = take_words(reading, value, words, sizeof words / sizeof words[0]);
}

/* Only so that the file's digest cannot be guessed from what else stands in it. */
static void
take_salt(struct plan_reading *reading, const char *value)
{
	uint8_t bytes[PLAN_SALT_DIGITS / 2];

	if (hex_decode(value, strlen(value), bytes, sizeof bytes) != DONE)
		plan_fault(reading, reading->line, _("The salt is %d random hex digits."), PLAN_SALT_DIGITS);
}

static const struct {
	const char *name;
	unsigned takes; /* the kinds that it belongs to; 0: all */
	void (*take)(struct plan_reading *reading, const char *value);
} keys[KEY_COUNT] = {
	[KEY_NAME] = { "name", 0, take_name },
	[KEY_CEREMONY] = { "ceremony", 0, take_ceremony },
	[KEY_ORGANISATION] = { "organisation", 0, take_organisation },
	[KEY_ORGANISATION_ROMANISED] = { "organisation-romanised", 0, take_organisation_romanised },
	[KEY_LABEL] = { "label", TAKES_LABEL, take_label },
	[KEY_DEVICE] = { "device", TAKES_DEVICE, take_device },
	[KEY_BACKUP] = { "backup", TAKES_FORM, take_backup },
	[KEY_CUSTODIANS] = { "custodians", TAKES_CUSTODIANS, take_custodians },
	[KEY_THRESHOLD] = { "threshold", TAKES_CUSTODIANS, take_threshold },
	[KEY_PRIVATE] = { "private", 0, take_private },
	[KEY_SALT] = { "salt", 0, take_salt },
	[KEY_SHEETS] = { "sheets", TAKES_CUSTODIANS, take_sheets },
};

const char *
plan_key_word(enum plan_key_name key)
{
	return keys[key].name;
}

unsigned
plan_key_takes(enum plan_key_name key)
{
	return keys[key].takes;
}

/* False if the key was there already. */
static bool
is_first(struct plan_reading *reading, unsigned *line)
{
	if (*line != 0)
		plan_fault(reading, reading->line, _("This key is there already, in line %u."), *line);
	else
		*line = reading->line;
	return *line == reading->line;
}

static void
take_person(struct plan_reading *reading, const char *name, const char *value)
{
	struct plan_person *person = reading->person;

	if (strcmp(name, "name") == 0) {
		if (is_first(reading, &reading->person_lines[0])) {
			person->line = reading->line;
			take_text(reading, value, person->name, false);
		}
	} else if (strcmp(name, "romanised") == 0) {
		if (is_first(reading, &reading->person_lines[1]))
			take_text(reading, value, person->romanised, true);
	} else {
		plan_fault(reading, reading->line,
			_("There is no key `%s` in a person's section. There are: name, romanised."), name);
	}
}

void
plan_key_take(struct plan_reading *reading, const char *name, const char *value)
{
	if (reading->section != SECTION_PLAN) {
		take_person(reading, name, value);
		return;
	}
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (strcmp(keys[i].name, name) == 0) {
			if (is_first(reading, &reading->lines[i]))
				keys[i].take(reading, value);
			return;
		}
	plan_fault(reading, reading->line, _("There is no key `%s` in [plan]; see quorate-plan(5)."), name);
}
