/* Where no device takes the key: the file that was made opens with what stands on the sheets, for the same key. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/tongue.h>

#include <string.h>

/* The file, read from the disk, with the shares as the custodians typed them back from paper. */
static void
prove_enter(struct ceremony *ceremony)
{
	char path[STEP_PATH_SIZE];
	enum outcome outcome = secrets_rebuild_password(&ceremony->secrets, 0, false);

	secrets_forget_typed(&ceremony->secrets);
	place_path(ceremony, ceremony->plan.share_file, path);
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
	secret_free(&share);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
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
	.is_wanted = plan_is_quorum,
	.enter = prove_enter,
	.ask = prove_ask,
	.derived = prove_derived,
	.resume = resume_in_set,
};
