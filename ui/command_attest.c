#include "command.h"

#include <quorate/attestation.h>
#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_words(const char *name, const struct attestation *is)
{
	char fingerprint[2 * sizeof is->fingerprint + 1], clean[LIMIT_TEXT_INPUT];

	text_clean(name, strlen(name), clean, sizeof clean);
	hex_encode(is->fingerprint, sizeof is->fingerprint, fingerprint);
	printf("%s: %s\n", clean, attestation_proof_text(is->proof));
	printf(_("  device        %s\n"), is->serial);
	printf(_("  certificates  %s\n"), is->chain);
	if (is->valid_from[0] != '\0')
		printf(_("  valid         %s to %s\n"), is->valid_from, is->valid_to);
	printf(_("  key           %s\n"), is->kind);
	printf(_("  SHA-256       %s\n"), fingerprint);
}

static json_t *
describe(const char *name, const struct attestation *is, enum outcome outcome)
{
	char fingerprint[2 * sizeof is->fingerprint + 1], clean[LIMIT_TEXT_INPUT];

	text_clean(name, strlen(name), clean, sizeof clean);
	hex_encode(is->fingerprint, sizeof is->fingerprint, fingerprint);
	if (outcome != DONE)
		return json_pack("{s:s, s:{s:s, s:s}}", "file", clean, "error", "name", outcome_name(outcome), "text",
			outcome_text(outcome));
	return json_pack("{s:s, s:n, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "file", clean, "error", "proof",
		attestation_proof_name(is->proof), "serial", is->serial, "chain", is->chain, "valid_from",
		is->valid_from, "valid_to", is->valid_to, "key", is->kind, "fingerprint", fingerprint);
}

int
command_attest(const struct options *options)
{
	json_t *list = json_array();
	int status = EXIT_DONE;
	bool is_whole = list != NULL;

	for (size_t i = 0; i < options->file_count; i++) {
		struct attestation is = { 0 };
		uint8_t *bytes = NULL;
		size_t size;
		enum outcome outcome = file_read(options->files[i], ATTESTATION_MOST, &bytes, &size);

		if (outcome == DONE)
			outcome = attestation_read(bytes, size, &is);
		free(bytes);
		if (options->wants_json)
			is_whole =
				json_array_append_new(list, describe(options->files[i], &is, outcome)) == 0 && is_whole;
		else if (outcome == DONE)
			print_words(options->files[i], &is);
		if (outcome != DONE)
			status = options->wants_json ? EXIT_FAILED : report(options->files[i], outcome);
		else if (is.proof != DEVICE_GENUINE && status == EXIT_DONE)
			status = EXIT_AT_RISK;
	}
	if (options->wants_json) {
		json_t *all = json_pack("{s:i, s:o}", "format", 1, "attestations", list);

		list = NULL;
		if (!is_whole || all == NULL || json_dumpf(all, stdout, JSON_INDENT(2)) != 0)
			status = report(NULL, FAIL_MEMORY);
		else
			putchar('\n');
		json_decref(all);
	}
	json_decref(list);
	return status;
}
