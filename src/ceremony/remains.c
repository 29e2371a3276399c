/* What was done so far and what is left of it: said when the people ask to stop, and when a ceremony failed. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

static void
tell_device(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct progress *progress = &ceremony->progress;

	if (!ceremony_has(ceremony, &step_choose_device))
		text_append(ret, size, "%s\n",
			ceremony_has(ceremony, &step_choose_old_file)
				? _("No device was changed, and the old share file is as it was: it is only read.")
				: _("No device was changed."));
	else if (progress->is_imported)
		text_append(ret, size, "%s\n",
			_("The device is initialised and the key of the key domain is in it: it can be used."));
	else if (progress->is_import_sent)
		text_append(ret, size, "%s\n",
			_("The device is initialised. Whether the key reached it is not known: look at it on the "
			  "Status screen, and do not import the share a second time before."));
	else if (progress->is_initialised)
		text_append(ret, size,
			_("The device was initialised: what was on it is gone. It has the new PINs, is called %s, and "
			  "waits for a DKEK share. To begin anew, it is initialised again with the SO-PIN.\n"),
			ceremony->plan.label);
	else if (progress->is_initialise_sent)
		text_append(ret, size, "%s\n",
			_("It was tried to initialise the device: look at it on the Status screen before you use it."));
	else
		text_append(ret, size, "%s\n", _("No device was changed."));
}

/* Files with a password each: all of them, or none is of use. */
static void
tell_password_files(const struct ceremony *ceremony, char *ret, size_t size)
{
	unsigned made = ceremony->progress.files, files = plan_files(ceremony);

	if (files == 1)
		text_append(ret, size,
			made == 1
				? _("The share file %s was made and opened with its password: keep both.\n")
				: _("The share file %s stays, and is of no use: it was not seen to open. Delete it.\n"),
			ceremony->plan.share_file);
	else if (made < files)
		text_append(ret, size,
			P_("Of the %u share files %u was made; without the others it is of no use. Delete it.\n",
				"Of the %u share files %u were made; without the others they are of no use. Delete "
				"them.\n",
				made),
			files, made);
	else
		text_append(ret, size,
			_("All %u share files were made and proven: keep them, with their passwords and sheets. With "
			  "Join a key domain they bring the key into any device.\n"),
			files);
}

static void
tell_papers(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct progress *progress = &ceremony->progress;
	const struct plan *plan = &ceremony->plan;

	if (!progress->has_share_file) {
		if (progress->has_sheets)
			text_append(ret, size, "%s\n", _("The blank sheets can be used another time."));
		return;
	}
	if (!plan_is_single(ceremony)) {
		tell_password_files(ceremony, ret, size);
		return;
	}
	if (progress->is_imported) {
		text_append(ret, size,
			_("The share file %s and the custodians' sheets belong to this device: keep them. The "
			  "share-file sheet can be made at any time with: quorate sheet share-file FILE -o OUT.pdf\n"),
			plan->share_file);
		return;
	}
	if (progress->turns == plan->total && !ceremony_has(ceremony, &step_choose_device)) {
		text_append(ret, size,
			progress->is_set_proven
				? _("The share file %s and the custodians' new sheets are whole and proven: keep them. "
				    "The share-file sheet can be made at any time with: quorate sheet share-file FILE "
				    "-o "
				    "OUT.pdf\n")
				: _("The share file %s and the custodians' new sheets were not proven together: rely "
				    "on nothing that only they protect until they are.\n"),
			plan->share_file);
		return;
	}
	if (progress->turns == plan->total) {
		text_append(ret, size,
			_("The share file %s and the custodians' sheets belong together and are whole: keep them until "
			  "you know what became of the device.\n"),
			plan->share_file);
		return;
	}
	text_append(ret, size, _("The share file %s stays, and is of no use: "), plan->share_file);
	if (progress->turns == 0)
		text_append(ret, size, "%s\n",
			_("nobody finished writing down a share. Delete it, and destroy a sheet that was begun."));
	else
		text_append(ret, size,
			P_("only %u custodian of %u finished writing down a share. Delete it, and destroy the sheet "
			   "that was written for it.\n",
				"only %u custodians of %u finished writing down their shares. Delete it, and destroy "
				"the sheets that were written for it.\n",
				progress->turns),
			progress->turns, plan->total);
}

void
remains_tell(const struct ceremony *ceremony, char *ret, size_t size)
{
	bool has_record = ceremony->journal != NULL || ceremony->digest[0] != '\0';

	if ((ceremony->kind != NULL && ceremony->kind->is_procedure) || ceremony_has(ceremony, &step_unwrap_key)) {
		procedure_tell_remains(ceremony, ret, size);
	} else {
		tell_device(ceremony, ret, size);
		tell_papers(ceremony, ret, size);
	}
	if (has_record)
		text_append(ret, size, _("The record of what was done is kept in %s."), ceremony->plan.folder);
	else
		text_append(ret, size, "%s", _("Nothing was written to the disk."));
}
