/* A set that is there already, to be replaced or to be used: its share file, how many of its shares are typed, and the
 * opening of the file with them. */
#include "steps.h"

#include <quorate/diagnosis.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <openssl/sha.h>
#include <string.h>

bool
old_set_is_replaced(const struct ceremony *ceremony)
{
	return ceremony_has(ceremony, &step_create_share_file);
}

bool
old_set_is_of_shares(const struct ceremony *ceremony)
{
	return !ceremony->old.is_by_password;
}

/* What the new set is called, unless the people say otherwise: as the old file, without its ending. */
static void
name_set(struct ceremony *ceremony)
{
	const char *slash = strrchr(ceremony->old.path, '/');
	char name[sizeof ceremony->old.path], *ending;

	text_format(name, sizeof name, "%s", slash == NULL ? ceremony->old.path : slash + 1);
	ending = strrchr(name, '.');
	if (ending != NULL && strcmp(ending, SHARE_FILE_ENDING) == 0)
		*ending = '\0';
	place_plain_name(name, ceremony->plan.label, sizeof ceremony->plan.label);
}

static void
choose_old_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	unsigned number = ceremony->secrets.collected_count + 1, files = plan_files(ceremony);

	ret->kind = PROMPT_TEXT;
	if (files > 1)
		text_format(ret->title, sizeof ret->title, _("Share file %u of %u"), number, files);
	else if (!old_set_is_replaced(ceremony))
		text_format(ret->title, sizeof ret->title, "%s", _("The share file"));
	text_format(ret->text, sizeof ret->text, "%s\n%s",
		old_set_is_replaced(ceremony) ? _("Where is the old share file?")
		: files > 1 ? _("Where is this share file of the key domain? All of them are needed, in any order; "
				"they may "
				"be of quorate or of sc-hsm-tool.")
			    : _("Where is the share file of the key domain? It may be one of quorate or of "
				"sc-hsm-tool."),
		_("Write its whole name, with the folder; it begins with a slash ( / ). The file is only read, never "
		  "changed. If it is left on paper only, the share-file sheet tells how to make a file of it again."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->old.path);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static void
choose_old_file_take(struct ceremony *ceremony, struct answer *answer)
{
	enum outcome outcome = place_check_name(answer->text, LIMIT_TEXT_INPUT - 1);

	text_format(ceremony->old.path, sizeof ceremony->old.path, "%s", answer->text);
	if (outcome == DONE && answer->text[0] != '/') {
		step_refuse_with(ceremony, FAIL_ARGUMENT, "%s",
			_("Write the whole name of the file: it begins with a slash ( / )."));
		return;
	}
	if (outcome == DONE)
		outcome = share_file_load(ceremony->old.path, &ceremony->old.file);
	if (outcome != DONE) {
		step_refuse(ceremony, outcome);
		return;
	}
	if (ceremony->journal == NULL && !ceremony_has(ceremony, &step_choose_device))
		name_set(ceremony);
	step_next(ceremony);
}

const struct step step_choose_old_file = {
	.name = "old-file",
	.title = N_("The old share file"),
	.event = "old-file-chosen",
	.ask = choose_old_file_ask,
	.take = choose_old_file_take,
	.resume = old_set_resume,
};

static void
choose_old_threshold_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_CHOOSE;
	if (!old_set_is_replaced(ceremony))
		text_format(ret->title, sizeof ret->title, "%s", _("How many shares"));
	text_format(ret->text, sizeof ret->text, "%s %s",
		old_set_is_replaced(ceremony) ? _("How many old shares are needed to open the old file?")
					      : _("How many shares are needed to open the file?"),
		_("It stands on the custodians' sheets, as the first number of \"2 of 3\"; with sc-hsm-tool it was "
		  "--pwd-shares-threshold. Neither the file nor a share says it. That many custodians type their "
		  "shares."));
	for (unsigned threshold = LIMIT_THRESHOLD_MIN; threshold <= LIMIT_CUSTODIANS; threshold++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			P_("%u share", "%u shares", threshold), threshold);
	if (ceremony->old.threshold != 0)
		ret->of.choose.initial = ceremony->old.threshold - LIMIT_THRESHOLD_MIN;
}

static void
choose_old_threshold_take(struct ceremony *ceremony, struct answer *answer)
{
	ceremony->old.threshold = (unsigned)answer->choice + LIMIT_THRESHOLD_MIN;
	step_next(ceremony);
}

const struct step step_choose_old_threshold = {
	.name = "old-threshold",
	.title = N_("How many old shares"),
	.event = "old-threshold-chosen",
	.is_wanted = old_set_is_of_shares,
	.ask = choose_old_threshold_ask,
	.take = choose_old_threshold_take,
	.resume = old_set_resume,
};

static void
enter_expected_kcv_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Which key check value do you expect? It stands on the share-file sheet, and a device with the key "
		  "shows it: 16 hex digits, blanks do not matter. It is not secret. Leave it empty if it is not "
		  "known."));
	if (old_set_is_replaced(ceremony))
		text_append(ret->text, sizeof ret->text, "\n%s",
			_("A file that is one of several for the same key has a value of its own, which no device "
			  "shows: leave it empty then."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->old.expected_text);
	ret->of.text_line.most = 2 * DKEK_KCV_TEXT_SIZE;
}

static void
enter_expected_kcv_take(struct ceremony *ceremony, struct answer *answer)
{
	struct old_set *old = &ceremony->old;
	size_t length = 0;

	text_format(old->expected_text, sizeof old->expected_text, "%s", answer->text);
	for (const char *at = answer->text; *at != '\0'; at++)
		if (*at != ' ' && *at != ':' && *at != '-')
			answer->text[length++] = *at;
	old->has_expected = length > 0;
	if (length == 0 || (hex_decode(answer->text, length, old->expected, sizeof old->expected) == DONE &&
				   dkek_kcv_is_known(old->expected))) {
		step_next(ceremony);
		return;
	}
	old->has_expected = false;
	step_refuse_with(ceremony, FAIL_HEX, "%s",
		_("A key check value has 16 hex digits (0-9, a-f), not all of them 0. Leave it empty if it is not "
		  "known."));
}

const struct step step_enter_expected_kcv = {
	.name = "expected-kcv",
	.title = N_("The key check value"),
	.event = "expected-kcv-entered",
	.ask = enter_expected_kcv_ask,
	.take = enter_expected_kcv_take,
	.resume = old_set_resume,
};

enum { OPEN_DERIVE, OPEN_REFUSED, OPEN_SHOW, OPEN_OTHER_KEY, OPEN_TWICE };
/* What can be done when the shares do not open the file; from TYPE_ONE on one choice a share. */
enum { TYPE_MORE, TYPE_ALL, OTHER_FILE, TYPE_ONE };
/* The same where one person's password opens it, or does not. */
enum { TYPE_AGAIN, NAME_OTHER, USE_SHARES };
/* And when they open it, for another key than expected. */
enum { EXPECT_ANOTHER, OPEN_ANOTHER };

/* Whether there are more files than this one to be opened. */
static bool
is_last(const struct ceremony *ceremony)
{
	return ceremony->secrets.collected_count + 1 == plan_files(ceremony);
}

static const struct step *
typing_step(const struct ceremony *ceremony)
{
	return old_set_is_of_shares(ceremony) ? &step_type_old_shares : &step_type_old_password;
}

/* To the question for a file, which another one is opened by afterwards. */
static void
name_file(struct ceremony *ceremony)
{
	secret_free(&ceremony->secrets.dkek_share);
	secrets_forget_typed(&ceremony->secrets);
	/* Where a set is replaced, the folder was chosen in between. */
	step_go(ceremony, restore_file_step(ceremony), old_set_is_replaced(ceremony) ? typing_step(ceremony) : NULL);
}

/* What the shares are for, in full, each time that they are tried. */
static bool
record_old_set(struct ceremony *ceremony, const char *event)
{
	char digest_text[2 * SHA256_DIGEST_LENGTH + 1], expected[2 * DKEK_KCV_SIZE + 1] = "";
	uint8_t bytes[SHARE_FILE_SIZE], digest[SHA256_DIGEST_LENGTH];
	const struct journal_field fields[] = {
		{ "file", ceremony->old.path, 0 },
		{ "sha256", digest_text, 0 },
		{ "shares", NULL, ceremony->secrets.typed_count },
		{ "expected_kcv", expected, 0 },
	};

	share_file_write(&ceremony->old.file, bytes);
	SHA256(bytes, sizeof bytes, digest);
	hex_encode(digest, sizeof digest, digest_text);
	if (ceremony->old.has_expected)
		hex_encode(ceremony->old.expected, sizeof ceremony->old.expected, expected);
	return record(ceremony, event, fields, sizeof fields / sizeof fields[0]);
}

static void
refuse_shares(struct ceremony *ceremony)
{
	if (!record_old_set(ceremony, "old-file-not-opened"))
		return;
	ceremony->part = OPEN_REFUSED;
	step_refuse(ceremony, old_set_is_of_shares(ceremony) ? FAIL_SHARES_FILE_KEY : FAIL_SHARE_FILE_KEY);
}

/* The next form of the password, in secrets.password; FAIL_SHARES_FILE_KEY if there is none. */
static enum outcome
next_form(struct ceremony *ceremony)
{
	struct old_set *old = &ceremony->old;
	enum outcome outcome;

	if (old->is_by_password)
		return old->variant == 0 ? DONE : FAIL_SHARES_FILE_KEY;
	outcome = secrets_rebuild_password(&ceremony->secrets, old->variant, old->is_hex);
	if (outcome == FAIL_ARGUMENT && old->variant > 0 && !old->is_hex && secrets_have_hex_ids(&ceremony->secrets)) {
		/* IDs as people learnt to type them for sc-hsm-tool. */
		old->is_hex = true;
		old->variant = 0;
		outcome = secrets_rebuild_password(&ceremony->secrets, 0, true);
	}
	/* No form left; a value that is not below a prime that was typed later; two IDs that are one in hex. */
	if (outcome == FAIL_ARGUMENT || outcome == FAIL_SHARE_VALUE || outcome == FAIL_SHARE_ID_TWICE)
		return FAIL_SHARES_FILE_KEY;
	return outcome;
}

/* Tries the next form of the password, if there is one. */
static void
try(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = next_form(ceremony);

	if (outcome == FAIL_SHARES_FILE_KEY) {
		refuse_shares(ceremony);
		return;
	}
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	ceremony->file = ceremony->old.file;
	ceremony->part = OPEN_DERIVE;
	if (step_derive(ceremony, 0, 1))
		secret_free(&secrets->password);
}

static void
open_old_file_enter(struct ceremony *ceremony)
{
	/* It is open already where only the expected value was typed once more. */
	if (ceremony->secrets.dkek_share == NULL) {
		ceremony->old.variant = 0;
		ceremony->old.is_hex = false;
		try(ceremony);
		return;
	}
	ceremony->part = OPEN_SHOW;
	if (collected_has(ceremony, ceremony->secrets.dkek_share)) {
		ceremony->part = OPEN_TWICE;
		step_refuse(ceremony, FAIL_SHARE_FILE_TWICE);
	} else if (is_last(ceremony) && ceremony->old.has_expected &&
		   memcmp(ceremony->old.expected, ceremony->kcv, sizeof ceremony->kcv) != 0) {
		ceremony->part = OPEN_OTHER_KEY;
		step_refuse(ceremony, FAIL_KCV);
	}
}

static void
open_old_file_derived(struct ceremony *ceremony, struct secret **key)
{
	struct secrets *secrets = &ceremony->secrets;
	enum outcome outcome = share_file_open(&ceremony->file, *key, &secrets->dkek_share);

	if (outcome == FAIL_SHARE_FILE_KEY) {
		ceremony->old.variant++;
		try(ceremony);
		return;
	}
	if (outcome == DONE)
		outcome = collected_kcv(ceremony, secrets->dkek_share, ceremony->kcv);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (record_old_set(ceremony, "old-file-opened"))
		open_old_file_enter(ceremony);
}

static void
ask_refused_password(struct prompt *ret)
{
	static const char *const ways[] = {
		[TYPE_AGAIN] = N_("Type the password again"),
		[NAME_OTHER] = N_("Name another file"),
		[USE_SHARES] = N_("It is opened by shares instead"),
	};

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("The password does not open the file. Either it was mistyped (look at capital letters and blanks), "
		  "or "
		  "it belongs to another file. Nothing is lost. What shall be tried?"));
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			"%s", _(ways[i]));
}

/* The file is open, and the key check value says for which key; of several files, not before the last. */
static void
ask_shown(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE];

	ret->kind = PROMPT_TELL;
	dkek_kcv_text(ceremony->kcv, kcv);
	if (ceremony->old.is_hex)
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("The share IDs of 10 and more were typed as sc-hsm-tool wants them, in hex digits; so they "
			  "were read."));
	if (!is_last(ceremony)) {
		text_append(ret->text, sizeof ret->text, _("Share file %u of %u is open. Next is another one of them."),
			ceremony->secrets.collected_count + 1, plan_files(ceremony));
		return;
	}
	text_append(ret->text, sizeof ret->text,
		plan_files(ceremony) == 1
			? _("The file is open. The key check value is %s.\n")
			: _("The last file is open. The key check value is %s: it belongs to all files together.\n"),
		kcv);
	text_append(ret->text, sizeof ret->text, "%s",
		ceremony->old.has_expected
			? _("It is the one that was expected: this is the right key.")
			: _("Compare it with a share-file sheet, or with the value that a device shows, before you go "
			    "on: a wrong key is of no use to anybody. If it differs, stop with Esc."));
}

static void
ask_refused(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct secrets *secrets = &ceremony->secrets;
	static const struct {
		const char *label, *detail;
	} ways[TYPE_ONE] = {
		[TYPE_MORE] = { N_("More shares are needed"),
			N_("The number was too small; the shares typed so far stay.") },
		[TYPE_ALL] = { N_("Type all shares again"), N_("With the prime, which may be wrong as well.") },
		[OTHER_FILE] = { N_("Name another file"), N_("The shares typed so far stay.") },
	};

	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("The shares were put together, and the file does not open. There are three causes: more shares are "
		  "needed than were typed; or one was mistyped or written down wrong; or the file is another one. "
		  "Shares whose check word fitted were typed right. Nothing is lost. What shall be tried?"));
	for (size_t i = 0; i < TYPE_ONE; i++) {
		struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count++];

		text_format(item->label, sizeof item->label, "%s", _(ways[i].label));
		text_format(item->detail, sizeof item->detail, "%s", _(ways[i].detail));
	}
	for (unsigned i = 0; i < secrets->typed_count && ret->of.choose.count < PROMPT_CHOICES_MOST; i++)
		text_format(ret->of.choose.items[ret->of.choose.count++].label, sizeof ret->of.choose.items[0].label,
			_("Type share %u again"), secrets->typed[i].id);
	/* No set needs more shares than that. */
	if (ceremony->old.threshold == LIMIT_CUSTODIANS) {
		ret->of.choose.items[TYPE_MORE].is_closed = true;
		ret->of.choose.initial = TYPE_ALL;
	}
}

static void
open_old_file_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	char kcv[DKEK_KCV_TEXT_SIZE], expected[DKEK_KCV_TEXT_SIZE];

	dkek_kcv_text(ceremony->kcv, kcv);
	if (!old_set_is_replaced(ceremony))
		text_format(ret->title, sizeof ret->title, "%s", _("The share file is opened"));
	switch (ceremony->part) {
	case OPEN_REFUSED:
		if (old_set_is_of_shares(ceremony))
			ask_refused(ceremony, ret);
		else
			ask_refused_password(ret);
		break;
	case OPEN_SHOW:
		ask_shown(ceremony, ret);
		break;
	case OPEN_TWICE:
		ret->kind = PROMPT_TELL;
		text_format(ret->text, sizeof ret->text, "%s",
			_("What is in this file was in one that was opened before. Go on to name another file."));
		break;
	case OPEN_OTHER_KEY:
		dkek_kcv_text(ceremony->old.expected, expected);
		ret->kind = PROMPT_CHOOSE;
		text_format(ret->text, sizeof ret->text,
			plan_files(ceremony) == 1
				? _("The file is open, but its key check value is %s, and %s was expected. Either the "
				    "expected value was mistyped, or this is the file of another key.")
				: _("The files are open, but together their key check value is %s, and %s was "
				    "expected. Either the expected value was mistyped, or one of them is of another "
				    "key."),
			kcv, expected);
		text_format(ret->of.choose.items[EXPECT_ANOTHER].label, sizeof ret->of.choose.items[0].label, "%s",
			_("Type the expected value again"));
		text_format(ret->of.choose.items[OPEN_ANOTHER].label, sizeof ret->of.choose.items[0].label, "%s",
			plan_files(ceremony) == 1 ? _("Name another file") : _("Begin again with the first file"));
		text_format(ret->of.choose.items[OPEN_ANOTHER].detail, sizeof ret->of.choose.items[0].detail, "%s",
			_("Its own custodians then type their shares; those typed so far are wiped."));
		ret->of.choose.count = 2;
		break;
	default:
		step_ask_work(ceremony, ret,
			!old_set_is_of_shares(ceremony) ? _("The share file is opened with the password.")
			: ceremony->old.variant == 0 && !ceremony->old.is_hex
				? _("The password is put together from the shares, and the share file is opened with "
				    "it.")
				: _("The usual form of the password does not open the file. The forms that sc-hsm-tool "
				    "has also used are tried."));
	}
}

/* Takes one share out; the others close up. */
static void
forget_one(struct secrets *secrets, size_t at)
{
	secret_free(&secrets->typed[at].value);
	secrets->typed_count--;
	for (size_t i = at; i < secrets->typed_count; i++)
		secrets->typed[i] = secrets->typed[i + 1];
	secrets->typed[secrets->typed_count] = (struct shamir_share){ .id = 0 };
}

static void
take_refused_password(struct ceremony *ceremony, size_t choice)
{
	if (choice == NAME_OTHER) {
		step_go(ceremony, &step_choose_old_file, &step_type_old_password);
		return;
	}
	ceremony->old.is_by_password = choice == TYPE_AGAIN;
	if (choice == TYPE_AGAIN)
		step_go(ceremony, &step_type_old_password, NULL);
	else
		step_go(ceremony, &step_choose_old_threshold, &step_type_old_shares);
}

static void
take_refused(struct ceremony *ceremony, size_t choice)
{
	switch (choice) {
	case TYPE_MORE:
		step_go(ceremony, &step_choose_old_threshold, &step_type_old_shares);
		break;
	case TYPE_ALL:
		secrets_forget_typed(&ceremony->secrets);
		step_go(ceremony, &step_type_old_shares, &step_open_old_file);
		break;
	case OTHER_FILE:
		step_go(ceremony, &step_choose_old_file, &step_open_old_file);
		break;
	default:
		forget_one(&ceremony->secrets, choice - TYPE_ONE);
		step_go(ceremony, &step_type_old_shares, &step_open_old_file);
	}
}

/* With the IDs as they were read, and without the key. */
static void
keep_typed(struct ceremony *ceremony)
{
	struct secrets *secrets = &ceremony->secrets;

	secret_free(&secrets->dkek_share);
	for (unsigned i = 0; i < secrets->typed_count && ceremony->old.is_hex; i++)
		if (diagnosis_hex_id(secrets->typed[i].id) != 0)
			secrets->typed[i].id = diagnosis_hex_id(secrets->typed[i].id);
}

/* What is in the file goes to the others, or stays in hand for the new file that takes the place of this one. */
static void
keep_share(struct ceremony *ceremony)
{
	bool was_last = is_last(ceremony);
	enum outcome outcome = DONE;

	/* Where sheets are renewed, each share is checked against these. */
	if (ceremony_has(ceremony, &step_renew_turns) || ceremony_has(ceremony, &step_confirm_turns)) {
		keep_typed(ceremony);
		step_next(ceremony);
		return;
	}
	secrets_forget_typed(&ceremony->secrets);
	if (!old_set_is_replaced(ceremony))
		outcome = collected_add(ceremony);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	} else if (was_last) {
		step_next(ceremony);
	} else {
		ceremony->old.path[0] = '\0';
		ceremony->old.threshold = 0;
		step_go(ceremony, restore_file_step(ceremony), NULL);
	}
}

static void
open_old_file_take(struct ceremony *ceremony, struct answer *answer)
{
	if (ceremony->part == OPEN_REFUSED) {
		if (old_set_is_of_shares(ceremony))
			take_refused(ceremony, answer->choice);
		else
			take_refused_password(ceremony, answer->choice);
	} else if (ceremony->part == OPEN_TWICE) {
		name_file(ceremony);
	} else if (ceremony->part == OPEN_SHOW && !is_last(ceremony)) {
		keep_share(ceremony);
	} else if (ceremony->part == OPEN_SHOW) {
		const char *expected = ceremony->old.has_expected ? "equal" : "not known";
		char kcv[2 * DKEK_KCV_SIZE + 1];
		const struct journal_field fields[] = { { "old", kcv, 0 }, { "expected", expected, 0 } };

		hex_encode(ceremony->kcv, sizeof ceremony->kcv, kcv);
		ceremony->old.is_open = true;
		if (record(ceremony, "key-check-value", fields, sizeof fields / sizeof fields[0]))
			keep_share(ceremony);
	} else if (answer->choice == EXPECT_ANOTHER) {
		step_go(ceremony, &step_enter_expected_kcv, &step_open_old_file);
	} else {
		secrets_forget_collected(&ceremony->secrets);
		name_file(ceremony);
	}
}

const struct step step_open_old_file = {
	.name = "open",
	.title = N_("The old share file is opened"),
	.enter = open_old_file_enter,
	.ask = open_old_file_ask,
	.take = open_old_file_take,
	.derived = open_old_file_derived,
	.resume = old_set_resume,
};
