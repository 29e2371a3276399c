/* The ceremonies there are. */
#include "steps.h"

#include <quorate/tongue.h>

static const struct ceremony_kind kinds[] = {
	{ "new-key-domain", N_("New key domain"),
		N_("Initialise a device, make a DKEK share file, and divide its password among custodians."),
		new_key_domain_open },
	{ "join", N_("Join a key domain"),
		N_("Initialise a device and bring the key of a share file that is there already into it."), join_open },
	{ "create-share", N_("Create a share file only"),
		N_("Draw a key, make its share file, and divide its password among custodians; no device is needed."),
		create_share_open },
	{ "renew-sheets", N_("New sheets for old shares"),
		N_("Shares of sc-hsm-tool get sheets with check words; no custodian, share or file changes."),
		renew_sheets_open },
	{ "change-custodians", N_("Change custodians"),
		N_("From shares of the old custodians to a new set, with a new share file for the same key."),
		change_custodians_open },
};

size_t
ceremony_kinds(const struct ceremony_kind **ret)
{
	*ret = kinds;
	return sizeof kinds / sizeof kinds[0];
}
