/* The events of a record as sentences, for people in twenty years. */
#include <quorate/journal_read.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

/* {name} stands for a field of the event. */
static const struct {
	const char *event, *text;
} sentences[] = {
	{ "begun", N_("The ceremony {ceremony} began at {at}, held with quorate {quorate}; rehearsal: {rehearsal}.") },
	{ "preflight", N_("The machine was looked at; the worst of it was {state}. Red: {red}. The people's words: "
			  "{words}.") },
	{ "plan-agreed", N_("It follows the reviewed plan {plan}, SHA-256 {sha256}.") },
	{ "software", N_("Held with quorate {quorate} and {libcrypto}.") },
	{ "people", N_("The people of the plan:") },
	{ "plan-seen", N_("The people saw the plan and its digest.") },
	{ "person-present", N_("{role} is present, and agrees with the plan.") },
	{ "presence-confirmed", N_("Everybody of the plan is present.") },
	{ "person-back", N_("{role} is back after a pause.") },
	{ "device-confirmed", N_("{role} confirmed the device before it was changed.") },
	{ "device-agreed", N_("The device was confirmed.") },
	{ "ceremony-confirmed", N_("{role} confirmed what was done.") },
	{ "ceremony-attested", N_("What was done was confirmed.") },
	{ "privacy-chosen", N_("It was chosen what stays private.") },
	{ JOURNAL_OPEN_EVENT, N_("What is private stands here as digests, which the sealed sheet of salts opens.") },
	{ "salts-sealed", N_("The sheet of salts was put into an envelope and sealed.") },
	{ "person-named", N_("It was said whose token this is.") },
	{ "keyboard-handed-over", N_("The keyboard was handed over to {person}, whose token this is.") },
	{ "personal-pin-intended", N_("About to set the personal PIN with the SO-PIN.") },
	{ "personal-pin-set", N_("The token has the personal PIN.") },
	{ "personal-pin-not-set", N_("The personal PIN was not set: {outcome}.") },
	{ "personal-pin-done", N_("The personal PIN is set and proven.") },
	{ "few-tries-accepted", N_("The people accepted to try a PIN that has few tries left.") },
	{ "objects-listed", N_("The token told what it holds.") },
	{ "key-kind-chosen", N_("The kind of key was chosen.") },
	{ "object-label-chosen", N_("The key's label was chosen.") },
	{ "object-id-chosen", N_("The key's ID was chosen.") },
	{ "generation-intended", N_("A key pair is to be made on the token: {label}, ID {id}, {type}.") },
	{ "generated", N_("The token made the key pair {label}, ID {id}, {type}; SHA-256 of its public key: "
			  "{public_key_sha256}.") },
	{ "public-key-read", N_("The public key was read from the device, and is the one in the backup.") },
	{ "key-chosen", N_("The key was chosen.") },
	{ "attested", N_("The device {serial} signed that the key was made in it; its certificates: {proof}.") },
	{ "backup-written", N_("The key {label}, ID {id}, reference {key_reference}, is backed up in {file} (SHA-256 "
			       "{sha256}) under the DKEK with the key check value {kcv}.") },
	{ "backup-chosen", N_("The backup of a key was chosen.") },
	{ "restore-intended", N_("The key {label}, ID {id}, is to go into the device {serial}, from {file} (SHA-256 "
				 "{sha256}) under the DKEK with the key check value {kcv}.") },
	{ "restored", N_("The key {label}, ID {id}, is in the device as reference {key_reference}.") },
	{ "loss-noted", N_("What is lost was noted, object by object.") },
	{ "object-to-be-lost", N_("To be lost: {class} {name}.") },
	{ "signature-verified", N_("The key signed a test message, and the signature fits its public key.") },
	{ "public-key-saved", N_("The public key was saved as a file.") },
	{ "new-so-pin-chosen", N_("The new SO-PIN was chosen; the token has not seen it yet.") },
	{ "loss-told", N_("The people saw what is lost when the token is put out of use.") },
	{ "looked-into", N_("The token was asked what it holds: objects: {objects}.") },
	{ "seen-empty", N_("The token is empty.") },
	{ "token-seen", N_("The token was chosen on the Token screen, and looked at.") },
	{ "device-chosen", N_("The device was chosen.") },
	{ "device-proof-seen", N_("The people saw what proves that the device is genuine, or that nothing does.") },
	{ "unproven-device-accepted", N_("The people accepted a device that nothing proves to be genuine.") },
	{ "label-chosen", N_("The label was chosen.") },
	{ "keyboard-tried", N_("The keyboard was tried and is right.") },
	{ "so-pin-entered", N_("The SO-PIN was entered; the device has not seen it yet.") },
	{ "last-so-pin-try-accepted", N_("The people accepted to risk the last try of the SO-PIN.") },
	{ "new-user-pin-chosen", N_("The new user PIN was chosen; the device has not seen it yet.") },
	{ "user-pin-chosen", N_("The user PIN was entered; the device has not seen it yet.") },
	{ "decision-explained", N_("The people read what has to be decided about the backup.") },
	{ "form-chosen",
		N_("It was chosen how the key is kept: in one share file or in several, by shares or passwords.") },
	{ "files-chosen", N_("It was said how many share files the key has.") },
	{ "custodians-chosen", N_("The number of custodians was chosen.") },
	{ "threshold-chosen", N_("The threshold was chosen.") },
	{ "folder-chosen", N_("The folder was chosen, with this record in it.") },
	{ "file-name-chosen", N_("The share file is to be called {file}.") },
	{ "device", N_("The device: serial number {serial}, in the reader {reader}, label {label}, {proof}.") },
	{ "plan", N_("Agreed: label {label}, {custodians} custodians, threshold {threshold}.") },
	{ "plan-of-file", N_("Share file {share_file}: {custodians} custodians, threshold {threshold} (0: it has a "
			     "password).") },
	{ "files-planned", N_("It was chosen how each share file is opened.") },
	{ "share-file-begun", N_("The next share file was begun.") },
	{ "new-form-chosen", N_("It was chosen how the new share file is opened.") },
	{ "sheets-printed", N_("The sheets for this ceremony are there.") },
	{ "random", N_("Random numbers were drawn; of the device, too: {of_device}.") },
	{ "share-file-saved", N_("The share file {file} was saved, SHA-256 {sha256}; the key check value is {kcv}.") },
	{ "share-file-of-several-saved", N_("The share file {file} was saved, SHA-256 {sha256}; the value of this "
					    "share alone is {kcv_of_share}.") },
	{ "password-chosen", N_("Custodian {custodian} typed the same password twice.") },
	{ "password-mistyped", N_("Custodian {custodian} typed another password the second time.") },
	{ "passwords-done", N_("Every custodian has a share file and its password.") },
	{ "share-file-proven", N_("The share file was read back from the disk and opened.") },
	{ "initialise-intended", N_("About to initialise the device {label}, serial number {serial}.") },
	{ "initialised", N_("The device {label}, serial number {serial}, was initialised.") },
	{ "initialise-not-found-done",
		N_("The answer was lost ({outcome}), and the device {label}, serial number {serial}, does not look as "
		   "it does when it is initialised to the end: it is to be done again.") },
	{ "not-initialised", N_("The device {label}, serial number {serial}, was not initialised: {outcome}.") },
	{ "user-pin-proof-intended", N_("About to try the user PIN on the device.") },
	{ "user-pin-proven", N_("The device took the user PIN.") },
	{ "user-pin-refused", N_("The device refused the user PIN: {outcome}.") },
	{ "so-pin-proof-intended", N_("About to try the SO-PIN on the device.") },
	{ "so-pin-proven", N_("The device took the SO-PIN.") },
	{ "so-pin-refused", N_("The device refused the SO-PIN: {outcome}.") },
	{ "share-written", N_("Custodian {custodian} wrote the share down and typed it back right.") },
	{ "share-mistyped", N_("Custodian {custodian} typed it back wrong: {outcome}.") },
	{ "copy-device-chosen", N_("The key is to go into the device {label}, serial number {serial}.") },
	{ "turn-put-off", N_("Custodian {custodian} was put off to later; custodian {called} was called first.") },
	{ "turns-done", N_("Every custodian has a share on paper.") },
	{ "import-intended", N_("About to bring the DKEK share into the device, serial number {serial}.") },
	{ "imported", N_("The DKEK share is in the device, serial number {serial}.") },
	{ "import-found-done", N_("The answer was lost; the device says that the DKEK share is in it.") },
	{ "not-imported", N_("The DKEK share did not go into the device: {outcome}.") },
	{ "answer-lost", N_("The device's answer was lost: {outcome}.") },
	{ "key-check-value", N_("The key check values were compared.") },
	{ "result-sheets-printed", N_("The sheets to be kept are there.") },
	{ "old-file-chosen", N_("The share file to be opened was named.") },
	{ "old-form-chosen", N_("It was said whether shares or a password open it.") },
	{ "old-password-typed", N_("A password was typed in.") },
	{ "old-threshold-chosen", N_("It was said how many shares open it.") },
	{ "expected-kcv-entered", N_("The key check value that is expected was entered, or left open.") },
	{ "old-share-typed", N_("Share {share} was typed in.") },
	{ "old-share-mistyped", N_("A share was typed in wrong: {outcome}.") },
	{ "sheet-renewed", N_("Share {share} stands on a new sheet, and was typed back right.") },
	{ "sheets-renewed", N_("Every custodian has the share on a new sheet.") },
	{ "receipt-confirmed", N_("Share {share} was typed from its sheet, and is right.") },
	{ "receipts-confirmed", N_("Every custodian has a sheet that is right.") },
	{ "destroyed", N_("Destroyed before everybody's eyes: {thing}") },
	{ "all-destroyed", N_("That was all that was destroyed.") },
	{ "old-turns-done", N_("As many shares as are needed were typed in.") },
	{ "old-file-opened", N_("The shares opened the file {file}, SHA-256 {sha256}.") },
	{ "old-file-not-opened", N_("The shares did not open the file {file}, SHA-256 {sha256}.") },
	{ "set-proven", N_("The new shares were seen to open the new file.") },
	{ "wrapped-key-proven", N_("The wrapped key {file}, SHA-256 {sha256}, opens with this DKEK; its public key "
				   "beside it: {public_key}.") },
	{ "wrapped-key-refused", N_("The file {file}, SHA-256 {sha256}, is not a good backup: {outcome}.") },
	{ "wrapped-keys-checked", N_("The backups of keys were looked at.") },
	{ "domain-named", N_("The key domain was named.") },
	{ "old-sheets-counted", N_("Of {sheets} old sheets {destroyed} were destroyed, {still_out} are still out "
				   "(-1: nobody knows); copies of the old file destroyed: {file_copies_destroyed}.") },
	{ "all-files-proven", N_("All share files are made and proven; the key check value is {kcv}.") },
	{ "share-shown", N_("Custodian {custodian} was shown a share.") },
	{ "initialise-found-done", N_("The device {label}, serial number {serial}, was found initialised.") },
	{ "import-vouched-for", N_("The people say that the DKEK share is in the device, which does not tell.") },
	{ "resumed", N_("The ceremony went on after an interruption, with quorate {quorate}; the last event was "
			"{after}; a line that was cut off was taken away: {mended}.") },
	{ "sheet-read-back",
		N_("A printed sheet of the share file {file}, SHA-256 {sha256}, was read back and is right.") },
	{ "sheet-differs", N_("A sheet that was read back is not that of the share file {file}, SHA-256 {sha256}.") },
	{ "sheet-not-read-back",
		N_("Another way than planned: no printed sheet of the share file {file} was read back; "
		   "lines that were right: {lines}.") },
	{ "read-back-done", N_("Reading printed sheets back is over.") },
	{ "share-file-restored",
		N_("The share file came back from its sheet as {file}, SHA-256 {sha256}; the digest on "
		   "the sheet: {digest}.") },
	{ "wrapped-key-read",
		N_("A wrapped key came back from its sheet as {file}, SHA-256 {sha256}; the digest on the "
		   "sheet: {digest}.") },
	{ "paper-key-intended", N_("About to bring the wrapped key {file} into the device.") },
	{ "paper-key-unwrapped", N_("The wrapped key is in the device, serial number {serial}.") },
	{ "paper-key-refused", N_("The wrapped key did not go into the device: {outcome}.") },
	{ "paper-keys-done", N_("No more wrapped keys were brought from paper.") },
	{ "set-void", N_("The share file {file} is void, and with it the sheets of the custodians {written}; sheets "
			 "that were begun: {begun}.") },
	{ "void-sheets-destroyed",
		N_("The void sheets of the custodians {sheets} were destroyed before everybody's eyes.") },
	{ "share-retyped", N_("Share {share} was typed once more.") },
	{ "shares-retyped", N_("The shares typed once more open the share file.") },
	{ "password-retyped", N_("Custodian {custodian} typed the password once more; it opens the share file.") },
	{ "password-refused", N_("The password that custodian {custodian} typed does not open the share file.") },
	{ "passwords-retyped", N_("Every password that was needed once more opens its share file.") },
	{ "share-file-set-aside",
		N_("The share file {file} was cut off before it counted; it is called {to} now, and of no use.") },
	{ "told-later", N_("What was cut off here was told when the token was taken up again ({on_beginning}).") },
	{ "interrupted", N_("The ceremony was interrupted at the step {step}.") },
	{ "note", N_("Note: {text}") },
	{ "paused", N_("The ceremony rested.") },
	{ "everybody-present", N_("The ceremony went on; everybody is present, say the people.") },
	{ "done", N_("The ceremony is complete.") },
	{ "stopped", N_("The ceremony was stopped at the step {step}, as the people asked.") },
	{ "failed", N_("The ceremony failed at the step {step}: {outcome}.") },
};

static const char *
find_sentence(const char *event)
{
	for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if (strcmp(sentences[i].event, event) == 0)
			return _(sentences[i].text);
	return NULL;
}

static void
append_value(const struct journal_field *field, char *ret, size_t size)
{
	if (field->text == NULL)
		text_append(ret, size, "%lld", (long long)field->number);
	else
		text_append(ret, size, "%s", field->text[0] == '\0' ? "-" : field->text);
}

/* Which field a brace at text names; NULL: none of the line. *ret_length: of the name with its braces. */
static const struct journal_field *
named_field(const struct journal_line *line, const char *text, size_t *ret_length)
{
	*ret_length = strcspn(text, "}") + 1;
	for (size_t i = 0; i < line->field_count; i++)
		if (strlen(line->fields[i].name) == *ret_length - 2 &&
			strncmp(line->fields[i].name, text + 1, *ret_length - 2) == 0)
			return &line->fields[i];
	return NULL;
}

static bool
is_named(const char *sentence, const char *name)
{
	char brace[64];

	text_format(brace, sizeof brace, "{%s}", name);
	return strstr(sentence, brace) != NULL;
}

/* A record may come from anywhere. */
static void
clean(char *text, size_t size)
{
	char *copy = strdup(text);

	if (copy == NULL)
		text[0] = '\0';
	else
		text_clean(copy, strlen(copy), text, size);
	free(copy);
}

bool
journal_words(const struct journal_line *line, char *ret, size_t size)
{
	const char *sentence = find_sentence(line->event), *between = " [", *end = "";
	size_t length;

	ret[0] = '\0';
	if (sentence == NULL)
		text_append(ret, size, "%s:", line->event);
	for (const char *at = sentence; at != NULL && *at != '\0'; at += length) {
		const struct journal_field *field = NULL;

		if (*at != '{') {
			length = strcspn(at, "{");
			text_append(ret, size, "%.*s", (int)length, at);
			continue;
		}
		field = named_field(line, at, &length);
		if (field == NULL)
			text_append(ret, size, "%s", _("(not told)"));
		else
			append_value(field, ret, size);
	}
	for (size_t i = 0; i < line->field_count; i++) {
		const struct journal_field *field = &line->fields[i];

		if (sentence != NULL && is_named(sentence, field->name))
			continue;
		text_append(ret, size, "%s%s ", between, field->name);
		append_value(field, ret, size);
		between = ", ";
		end = "]";
	}
	text_append(ret, size, "%s", end);
	clean(ret, size);
	return sentence != NULL;
}
