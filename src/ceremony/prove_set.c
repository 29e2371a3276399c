/* Where no device takes the key: the file that was made opens with what stands on the sheets, for the same key. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/tongue.h>

#include <string.h>

/* The file, read from the disk, with the shares as the custodians typed them back from paper. */
static void
prove_enter(struct ceremony *ceremony)
{
	char name[STEP_FILE_NAME_SIZE], path[STEP_PATH_SIZE];
	enum outcome outcome = secrets_rebuild_password(&ceremony->secrets, 0, false);

	secrets_forget_typed(&ceremony->secrets);
	place_share_file(ceremony, plan_file(ceremony), name);
	place_path(ceremony, name, path);
	if (outcome == DONE)
		outcome = share_file_load(path, &ceremony->file);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (step_derive(ceremony, 0, 1))
		secret_free(&ceremony->secrets.password);
}

static void
prove_derived(struct ceremony *ceremony, struct secret **key)
{
	struct secret *share = NULL;
	uint8_t kcv[DKEK_KCV_SIZE];
	char text[2 * DKEK_KCV_SIZE + 1];
	const struct journal_field fields[] = { { "new", text, 0 }, { "expected", "equal", 0 } };
	enum outcome outcome = share_file_open(&ceremony->file, *key, &share);

	if (outcome == FAIL_SHARE_FILE_KEY)
		outcome = FAIL_SHARES_FILE_KEY;
	if (outcome == DONE)
		outcome = dkek_kcv(share, kcv);
	if (outcome == DONE && memcmp(kcv, ceremony->kcv, sizeof kcv) != 0)
		outcome = FAIL_KCV;
	/* One of several: it goes to the others. */
	if (outcome == DONE && plan_is_mixed(ceremony)) {
		ceremony->secrets.dkek_share = secret_move(&share);
		outcome = collected_add(ceremony);
	}
	secret_free(&share);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
		return;
	}
	if (plan_is_mixed(ceremony)) {
		files_end_one(ceremony);
		return;
	}
	hex_encode(kcv, sizeof kcv, text);
	ceremony->progress.is_set_proven = true;
	if (record(ceremony, "key-check-value", fields, sizeof fields / sizeof fields[0]))
		step_next(ceremony);
}

static void
prove_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	step_ask_work(ceremony, ret,
		ceremony->old.is_open
			? _("The new share file is opened with the shares as they stand on the new sheets, and its key "
			    "check value is compared with the old one.")
			: _("The share file is opened with the shares as they stand on the sheets, and its key check "
			    "value is compared with that of the key that was drawn."));
}

const struct step step_prove_set = {
	.name = "prove-set",
	.title = N_("The set is proven"),
	.event = "set-proven",
	.is_wanted = plan_is_single,
	.enter = prove_enter,
	.ask = prove_ask,
	.derived = prove_derived,
	.resume = resume_in_set,
};

const struct step step_prove_set_of_file = {
	.name = "prove-file",
	.title = N_("The set is proven"),
	.event = "set-proven",
	.is_wanted = files_is_of_shares,
	.enter = prove_enter,
	.ask = prove_ask,
	.derived = prove_derived,
	.resume = files_resume,
};
