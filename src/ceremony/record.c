/* What goes into the ceremony's record: events of the steps, and the card's state around every act that changes it. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>
#include <quorate/words.h>

#include <string.h>

/* PGP words: so many fit a line of the screen. */
#define WORDS_A_LINE 4
#define FIELD_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELDS(array) (array), FIELD_COUNT(array)

bool
record_early(struct ceremony *ceremony, const char *event, const char *note)
{
	if (ceremony->early_count == STEP_EARLY_MOST)
		return false;
	ceremony->early[ceremony->early_count].event = event;
	text_format(ceremony->early[ceremony->early_count].note, LIMIT_TEXT_INPUT, "%s", note);
	clock_stamp(ceremony->early[ceremony->early_count++].stamp);
	return true;
}

bool
record(struct ceremony *ceremony, const char *event, const struct journal_field *fields, size_t count)
{
	enum outcome outcome;
	bool is_left_out;

	if (ceremony->journal == NULL) {
		record_early(ceremony, event, "");
		return true;
	}
	outcome = private_split(ceremony, event, fields, &count, &is_left_out);
	if (outcome == DONE && !is_left_out)
		outcome = journal_append(ceremony->journal, event, fields, count);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	return outcome == DONE;
}

/* The state of a PIN in the record, for people and programs in twenty years. */
static const char *
pin_word(const struct pin_status *pin)
{
	static const char *const words[] = {
		[PIN_UNKNOWN] = "unknown",
		[PIN_NOT_SET] = "not set",
		[PIN_TRANSPORT] = "transport",
		[PIN_SET] = "set",
		[PIN_VERIFIED] = "verified",
		[PIN_LOCKED] = "locked",
	};

	return words[pin->state];
}

/* A token in a slot, whose module tells less. */
static bool
record_slot(struct ceremony *ceremony, const char *event, bool has_outcome, enum outcome outcome, const char *code)
{
	const struct slot_info *slot = &ceremony->procedure.slot;
	const struct journal_field fields[] = {
		{ "module", ceremony->procedure.target.module, 0 },
		{ "slot", NULL, (int64_t)slot->id },
		{ "serial", slot->serial, 0 },
		{ "label", slot->label, 0 },
		{ "model", slot->model, 0 },
		{ "flags", NULL, (int64_t)slot->flags },
		{ "outcome", outcome_name(outcome), 0 },
		{ "code", code, 0 },
	};

	return record(ceremony, event, fields, sizeof fields / sizeof fields[0] - (has_outcome ? 0 : 2));
}

/* The card as last read; outcome and code (the last two fields) only where something came of something. */
static bool
record_state(struct ceremony *ceremony, const char *event, bool has_outcome, enum outcome outcome, struct code code)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	char kcv[2 * DKEK_KCV_SIZE + 1], code_text[128];
	const struct journal_field fields[] = {
		{ "serial", ceremony->device.serial, 0 },
		{ "reader", ceremony->device.reader, 0 },
		{ "label", hsm->label, 0 },
		{ "user_pin", pin_word(&hsm->user_pin), 0 },
		{ "user_pin_tries", NULL, hsm->user_pin.tries_left },
		{ "so_pin", pin_word(&hsm->so_pin), 0 },
		{ "so_pin_tries", NULL, hsm->so_pin.tries_left },
		{ "dkek_shares", NULL, hsm->has_dkek ? hsm->dkek_total : -1 },
		{ "dkek_outstanding", NULL, hsm->has_dkek ? hsm->dkek_outstanding : -1 },
		{ "kcv", kcv, 0 },
		{ "keys", NULL, hsm->key_count },
		{ "certificates", NULL, hsm->certificate_count },
		{ "outcome", outcome_name(outcome), 0 },
		{ "code", code_text, 0 },
	};

	hex_encode(hsm->kcv, sizeof hsm->kcv, kcv);
	outcome_code_text(code, code_text, sizeof code_text);
	if (procedure_is_slot(ceremony))
		return record_slot(ceremony, event, has_outcome, outcome, code_text);
	return record(ceremony, event, fields, sizeof fields / sizeof fields[0] - (has_outcome ? 0 : 2));
}

bool
record_intent(struct ceremony *ceremony, const char *event)
{
	return record_state(ceremony, event, false, DONE, CODE_OF_NOTHING);
}

bool
record_card(struct ceremony *ceremony, const char *event, enum outcome outcome, struct code code)
{
	return record_state(ceremony, event, true, outcome, code);
}

static const char *const forms[] = {
	[BACKUP_QUORUM] = "shares",
	[BACKUP_PASSWORDS] = "passwords",
	[BACKUP_MIXED] = "each its own",
};

static enum outcome
append_plan(struct ceremony *ceremony)
{
	const struct journal_field plan[] = {
		{ "label", ceremony->plan.label, 0 },
		{ "share_files", NULL, plan_files(ceremony) },
		{ "opened_by", forms[ceremony->plan.form], 0 },
		{ "custodians", NULL, ceremony->plan.total },
		/* Where each has a password of their own, all are needed. */
		{ "threshold", NULL, plan_is_single(ceremony) ? ceremony->plan.threshold : ceremony->plan.total },
	};
	struct journal_field told[sizeof plan / sizeof plan[0]];
	enum outcome outcome = private_append(ceremony, "plan", FIELDS(plan));
	size_t count = 3;

	memcpy(told, plan, sizeof plan);
	if (!private_has(ceremony, PLAN_PRIVATE_CUSTODIANS))
		told[count++] = plan[3];
	if (!private_has(ceremony, PLAN_PRIVATE_THRESHOLD))
		told[count++] = plan[4];
	if (outcome == DONE)
		outcome = journal_append(ceremony->journal, "plan", told, count);
	for (unsigned file = 1; plan_is_mixed(ceremony) && file <= plan_files(ceremony) && outcome == DONE; file++) {
		const struct journal_field own[] = {
			{ "share_file", NULL, file },
			{ "custodians", NULL, ceremony->plan.each[file - 1].total },
			/* 0: a password. */
			{ "threshold", NULL, ceremony->plan.each[file - 1].threshold },
		};

		outcome = journal_append(ceremony->journal, "plan-of-file", FIELDS(own));
	}
	return outcome;
}

/* The reviewed plan, and the people in it. */
static enum outcome
append_agreed(struct ceremony *ceremony)
{
	const struct plan_file *agreed = ceremony->agreed;
	struct journal_field people[PLAN_WITNESSES_MOST + LIMIT_CUSTODIANS + 1];
	char roles[PLAN_WITNESSES_MOST + LIMIT_CUSTODIANS + 1][PEOPLE_ROLE_SIZE];
	unsigned count = people_count(ceremony), named = 0;
	enum outcome outcome;

	if (agreed == NULL)
		return DONE;
	const struct journal_field plan[] = {
		{ "plan", agreed->name, 0 },
		{ "sha256", agreed->digest, 0 },
		{ "organisation", agreed->organisation, 0 },
	};

	outcome = journal_append(
		ceremony->journal, "plan-agreed", plan, FIELD_COUNT(plan) - (agreed->organisation[0] == '\0'));
	for (unsigned i = 0; i < count && !private_has(ceremony, PLAN_PRIVATE_NAMES); i++) {
		const struct plan_person *person = people_get(ceremony, i, roles[named]);

		if (person->name[0] != '\0') {
			people[named] = (struct journal_field){ roles[named], person->name, 0 };
			named++;
		}
	}
	if (outcome == DONE && named > 0)
		outcome = journal_append(ceremony->journal, "people", people, named);
	return outcome;
}

bool
record_turn(struct ceremony *ceremony, const char *event, enum outcome outcome)
{
	const struct journal_field fields[] = {
		{ "custodian", NULL, ceremony->turn },
		{ "outcome", outcome_name(outcome), 0 },
		{ "share_file", NULL, ceremony->plan.file },
	};

	return record(ceremony, event, fields, plan_is_mixed(ceremony) ? 3 : 2);
}

bool
record_files(struct ceremony *ceremony)
{
	char kcv[2 * DKEK_KCV_SIZE + 1];
	const struct journal_field field = { "kcv", kcv, 0 };

	hex_encode(ceremony->kcv, sizeof ceremony->kcv, kcv);
	return record(ceremony, "all-files-proven", &field, 1);
}

/* Before there is a record: record_open writes it. */
bool
record_plan(struct ceremony *ceremony)
{
	enum outcome outcome = ceremony->journal == NULL ? DONE : append_plan(ceremony);

	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	return outcome == DONE;
}

static enum outcome
append_preflight(struct ceremony *ceremony)
{
	const struct ceremony_preflight *preflight = &ceremony->world->preflight;
	const struct journal_field fields[] = {
		{ "state", preflight->state, 0 },
		{ "red", preflight->red, 0 },
		{ "words", preflight->words, 0 },
	};

	return preflight->state == NULL ? DONE : journal_append(ceremony->journal, "preflight", FIELDS(fields));
}

bool
record_preflight(struct ceremony *ceremony)
{
	enum outcome outcome = append_preflight(ceremony);

	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	return outcome == DONE;
}

/* The facts from before there was a folder come first, each with the time at which it happened. */
static enum outcome
write_early(struct ceremony *ceremony)
{
	static const char *const proofs[] = {
		[DEVICE_UNPROVEN] = "unproven", [DEVICE_GENUINE] = "genuine", [DEVICE_REHEARSAL] = "rehearsal"
	};
	const struct hsm_status *hsm = &ceremony->device.hsm;
	char facts[64];
	const struct journal_field begun[] = {
		{ "ceremony", ceremony->kind == NULL ? "" : ceremony->kind->name, 0 },
		{ "quorate", ceremony->world->version, 0 },
		{ "rehearsal", ceremony->world->is_rehearsal ? "yes" : "no", 0 },
		{ "label", ceremony->plan.label, 0 },
		{ "share_files", NULL, plan_files(ceremony) },
		{ "at", ceremony->plan.stamp, 0 },
		{ "private", facts, 0 },
	};
	const struct journal_field device[] = {
		{ "serial", ceremony->device.serial, 0 },
		{ "reader", ceremony->device.reader, 0 },
		{ "label", hsm->label, 0 },
		{ "chain_of", hsm->chain, 0 },
		{ "proof", proofs[hsm->proof], 0 },
		{ "version_major", NULL, hsm->version_major },
		{ "version_minor", NULL, hsm->version_minor },
		{ "is_new", card_is_new(hsm) ? "yes" : "no", 0 },
	};
	enum outcome outcome;

	private_tell(ceremony->plan.private_facts, facts, sizeof facts);
	outcome = journal_append(
		ceremony->journal, "begun", begun, FIELD_COUNT(begun) - (ceremony->plan.private_facts == 0));
	if (outcome == DONE)
		outcome = append_agreed(ceremony);
	if (outcome == DONE)
		outcome = append_preflight(ceremony);
	for (size_t i = 0; i < ceremony->early_count && outcome == DONE; i++) {
		bool is_note = strcmp(ceremony->early[i].event, "note") == 0;
		const struct journal_field early[] = { { "at", ceremony->early[i].stamp, 0 },
			{ is_note ? "text" : "role", ceremony->early[i].note, 0 } };

		outcome = journal_append(
			ceremony->journal, ceremony->early[i].event, early, ceremony->early[i].note[0] == '\0' ? 1 : 2);
	}
	if (outcome == DONE && ceremony_has(ceremony, &step_choose_device))
		outcome = journal_append(ceremony->journal, "device", FIELDS(device));
	if (outcome == DONE)
		outcome = software_append(ceremony);
	if (outcome == DONE && ceremony->plan.total > 0)
		outcome = append_plan(ceremony);
	return outcome;
}

enum outcome
record_open(struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];
	enum outcome outcome;

	place_path(ceremony, RECORD_FILE, path);
	outcome = journal_create(&ceremony->journal, path);
	if (outcome != DONE)
		return outcome;
	outcome = agreed_keep(ceremony);
	if (outcome == DONE)
		outcome = private_open(ceremony);
	if (outcome == DONE)
		outcome = write_early(ceremony);
	if (outcome != DONE) {
		journal_close(&ceremony->journal);
		journal_close(&ceremony->private_journal);
	}
	return outcome;
}

void
record_close(struct ceremony *ceremony, const char *event)
{
	const struct journal_field fields[] = {
		{ "step", ceremony->step->name, 0 },
		{ "outcome", outcome_name(ceremony->failure), 0 },
	};

	if (ceremony->journal == NULL)
		return;
	/* Nothing more can be done about a record that takes no line now: what it holds is whole, and the end is
	 * missing. */
	(void)journal_append(ceremony->journal, event, FIELDS(fields));
	journal_digest(ceremony->journal, ceremony->digest);
	journal_close(&ceremony->journal);
	private_close(ceremony, strcmp(event, "interrupted") != 0);
}

bool
ceremony_record_path(const struct ceremony *ceremony, char ret[CEREMONY_PATH_SIZE])
{
	bool is_there = ceremony->journal != NULL || ceremony->digest[0] != '\0';

	if (is_there)
		place_path(ceremony, RECORD_FILE, ret);
	return is_there;
}

void
record_tell_digest(const struct ceremony *ceremony, char *ret, size_t size)
{
	uint8_t bytes[(JOURNAL_DIGEST_TEXT_SIZE - 1) / 2];
	char words[WORDS_SIZE(WORDS_A_LINE)];

	text_append(ret, size, "%s",
		_("Write this down and sign it; it names the whole record (SHA-256 of its last line):"));
	for (size_t i = 0; ceremony->digest[i] != '\0'; i += 4)
		text_append(ret, size, "%s%.4s", i % 32 == 0 ? "\n" : " ", ceremony->digest + i);
	if (hex_decode(ceremony->digest, strlen(ceremony->digest), bytes, sizeof bytes) != DONE)
		return;
	text_append(ret, size, "\n%s", _("The same in words, to be read aloud while somebody follows on the sheet:"));
	for (size_t i = 0; i < sizeof bytes; i += WORDS_A_LINE) {
		words_encode(bytes + i, WORDS_A_LINE, words, sizeof words);
		text_append(ret, size, "\n%s", words);
	}
	text_append(ret, size, "\n%s", _("F6 shows the record, and prints it for signing."));
}
