#include "command.h"

#include <quorate/file.h>
#include <quorate/hex.h>
#include <quorate/key_backup.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that was named, and what it says. */
struct entry {
	char name[LIMIT_TEXT_INPUT];
	enum outcome outcome;
	struct key_backup is;
	bool is_told;
};

static void
upper_hex(const uint8_t *bytes, size_t size, char *ret)
{
	hex_encode(bytes, size, ret);
	for (; *ret != '\0'; ret++)
		*ret = (char)(*ret >= 'a' && *ret <= 'f' ? *ret - 'a' + 'A' : *ret);
}

static void
print_entry(const struct entry *entry)
{
	const struct key_backup *is = &entry->is;
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1], fingerprint[2 * sizeof is->fingerprint + 1];

	hex_encode(is->key.id, is->key.id_size, id);
	hex_encode(is->fingerprint, sizeof is->fingerprint, fingerprint);
	printf("  %s: %s", entry->name, key_backup_kind_name(is->kind));
	if (is->key.label[0] != '\0')
		printf(_(", label \"%s\""), is->key.label);
	if (id[0] != '\0')
		printf(_(", ID %s"), id);
	putchar('\n');
	if (is->has_public_key)
		printf(_("    public key SHA-256 %s\n"), fingerprint);
}

/* One DKEK after the other, in the order in which the files name them. */
static void
print_groups(struct entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char kcv[2 * DKEK_KCV_SIZE + 1];

		if (entries[i].outcome != DONE || entries[i].is_told)
			continue;
		upper_hex(entries[i].is.kcv, DKEK_KCV_SIZE, kcv);
		printf("KCV %s\n", kcv);
		for (size_t j = i; j < count; j++) {
			if (entries[j].outcome != DONE ||
				memcmp(entries[j].is.kcv, entries[i].is.kcv, DKEK_KCV_SIZE) != 0)
				continue;
			print_entry(&entries[j]);
			entries[j].is_told = true;
		}
	}
}

static json_t *
describe(const struct entry *entry)
{
	const struct key_backup *is = &entry->is;
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1], fingerprint[2 * sizeof is->fingerprint + 1], kcv[2 * DKEK_KCV_SIZE + 1];

	if (entry->outcome != DONE)
		return json_pack("{s:s, s:{s:s, s:s}}", "file", entry->name, "error", "name",
			outcome_name(entry->outcome), "text", outcome_text(entry->outcome));
	hex_encode(is->key.id, is->key.id_size, id);
	hex_encode(is->fingerprint, sizeof is->fingerprint, fingerprint);
	upper_hex(is->kcv, DKEK_KCV_SIZE, kcv);
	return json_pack("{s:s, s:n, s:s, s:s, s:s, s:s, s:s?}", "file", entry->name, "error", "kcv", kcv, "key",
		key_backup_kind_name(is->kind), "label", is->key.label, "id", id, "fingerprint",
		is->has_public_key ? fingerprint : NULL);
}

static enum outcome
print_json(const struct entry *entries, size_t count)
{
	json_t *list = json_array(), *all;
	enum outcome outcome = FAIL_MEMORY;
	bool is_whole = list != NULL;

	for (size_t i = 0; i < count; i++)
		is_whole = json_array_append_new(list, describe(&entries[i])) == 0 && is_whole;
	all = json_pack("{s:i, s:o}", "format", 1, "keys", list);
	if (all != NULL && is_whole && json_dumpf(all, stdout, JSON_INDENT(2)) == 0) {
		putchar('\n');
		outcome = DONE;
	}
	json_decref(all);
	return outcome;
}

int
command_keys(const struct options *options)
{
	struct entry *entries = calloc(options->file_count, sizeof *entries);
	enum outcome outcome = DONE;
	int status = EXIT_DONE;

	if (entries == NULL)
		return report(NULL, FAIL_MEMORY);
	for (size_t i = 0; i < options->file_count; i++) {
		uint8_t *bytes = NULL;
		size_t size;

		text_clean(options->files[i], strlen(options->files[i]), entries[i].name, sizeof entries[i].name);
		entries[i].outcome = file_read(options->files[i], WRAPPED_FILE_MOST, &bytes, &size);
		if (entries[i].outcome == DONE)
			entries[i].outcome = key_backup_read(bytes, size, &entries[i].is);
		free(bytes);
		if (entries[i].outcome != DONE)
			status = options->wants_json ? EXIT_FAILED : report(options->files[i], entries[i].outcome);
	}
	if (options->wants_json)
		outcome = print_json(entries, options->file_count);
	else
		print_groups(entries, options->file_count);
	free(entries);
	return outcome == DONE ? status : report(NULL, outcome);
}
