/* Files of a procedure: where something is saved that the token gave. */
#include "steps.h"

#include <quorate/file.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is saved without a folder of a procedure's own lies beside the ceremonies' folders. */
static const char *
folder_of(const struct ceremony *ceremony)
{
	return ceremony->plan.folder[0] != '\0' ? ceremony->plan.folder : ceremony->world->folder;
}

static enum outcome
free_path(const struct ceremony *ceremony, const char *stem, const char *ending, char ret[LIMIT_TEXT_INPUT])
{
	char plain[STEP_FILE_NAME_SIZE - 16];

	place_plain_name(stem[0] == '\0' ? "token" : stem, plain, sizeof plain);
	for (int i = 1; i < 1000; i++) {
		char number[8] = "";

		if (i > 1)
			text_format(number, sizeof number, "-%d", i);
		if (snprintf(ret, LIMIT_TEXT_INPUT, "%s/%s%s%s", folder_of(ceremony), plain, number, ending) >=
			LIMIT_TEXT_INPUT)
			return FAIL_TOO_LONG;
		if (access(ret, F_OK) != 0)
			return DONE;
	}
	return FAIL_FILE_EXISTS;
}

enum outcome
procedure_save(struct ceremony *ceremony, const char *stem, const char *ending, const void *bytes, size_t size,
	char ret_path[LIMIT_TEXT_INPUT])
{
	enum outcome outcome = free_path(ceremony, stem, ending, ret_path);

	return outcome == DONE ? file_save(ret_path, bytes, size) : outcome;
}

static void
save_as_enter(struct ceremony *ceremony)
{
	struct procedure *procedure = &ceremony->procedure;
	const char *ending = procedure->request != NULL ? ".csr"
			     : procedure->x509 != NULL  ? ".crt"
			     : procedure->data.size > 0 ? ".pem"
							: ATTESTATION_ENDING;

	if (free_path(ceremony, procedure->object.label, ending, procedure->path) != DONE)
		procedure->path[0] = '\0';
}

static void
save_as_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_TEXT;
	text_format(ret->text, sizeof ret->text, "%s",
		ceremony->procedure.data.size > 0
			? _("Under which name shall it be saved, as PEM? Nothing in it is secret. A file that is there "
			    "already is never overwritten.")
			: _("Under which name shall it be saved? Nothing in it is secret. A file that is there already "
			    "is never overwritten."));
	text_format(ret->of.text_line.initial, sizeof ret->of.text_line.initial, "%s", ceremony->procedure.path);
	ret->of.text_line.most = LIMIT_TEXT_INPUT - 1;
}

static void
save_as_take(struct ceremony *ceremony, struct answer *answer)
{
	struct procedure *procedure = &ceremony->procedure;
	const struct token_bytes *bytes = procedure->data.size > 0 ? &procedure->data : &procedure->attestation;
	enum outcome outcome = place_check_name(answer->text, LIMIT_TEXT_INPUT - 1);

	text_format(procedure->path, sizeof procedure->path, "%s", answer->text);
	if (outcome == DONE && answer->text[0] != '/') {
		step_refuse_with(ceremony, FAIL_ARGUMENT, "%s",
			_("Write the whole name of the file: it begins with a slash ( / )."));
		return;
	}
	if (outcome == DONE)
		outcome = file_save(procedure->path, bytes->bytes, bytes->size);
	if (outcome == DONE)
		step_next(ceremony);
	else
		step_refuse(ceremony, outcome);
}

const struct step step_save_as = {
	.name = "save-as",
	.title = N_("The file"),
	.event = "file-saved",
	.enter = save_as_enter,
	.ask = save_as_ask,
	.take = save_as_take,
};
