#include "device.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

static void
add_failure(struct facts *facts, enum outcome outcome, struct code code)
{
	char small[128];

	outcome_code_text(code, small, sizeof small);
	facts_add(facts, _("Problem"), MEANING_DANGER, "%s", outcome_text(outcome));
	facts_add(facts, _("Code"), MEANING_MUTED, "%s", small);
}

static bool
is_last_try(const struct pin_status *pin)
{
	return pin->state == PIN_SET && pin->tries_left == 1;
}

enum meaning
device_condition(const struct hsm_status *hsm)
{
	if (hsm->user_pin.state == PIN_LOCKED || hsm->so_pin.state == PIN_LOCKED || is_last_try(&hsm->user_pin) ||
		is_last_try(&hsm->so_pin))
		return MEANING_DANGER;
	if (hsm->so_pin.state == PIN_SET && hsm->so_pin.tries_left >= 0 && hsm->so_pin.tries_left < LIMIT_SO_PIN_TRIES)
		return MEANING_WARNING;
	return MEANING_NORMAL;
}

static void
add_pin(struct facts *facts, const char *label, const struct pin_status *pin, int tries_most)
{
	switch (pin->state) {
	case PIN_UNKNOWN:
		facts_add(facts, label, MEANING_WARNING, "%s", _("the device does not tell"));
		break;
	case PIN_NOT_SET:
		facts_add(facts, label, MEANING_NORMAL, "%s", _("not set: initialising chooses it"));
		break;
	case PIN_TRANSPORT:
		facts_add(facts, label, MEANING_WARNING, "%s", _("transport PIN: has to be changed first"));
		break;
	case PIN_VERIFIED:
		facts_add(facts, label, MEANING_GOOD, "%s", _("logged in right now"));
		break;
	case PIN_LOCKED:
		facts_add(facts, label, MEANING_ALARM, "%s", _("LOCKED"));
		break;
	case PIN_SET:
		if (pin->tries_left < 0)
			facts_add(facts, label, MEANING_NORMAL, "%s", _("set"));
		else if (pin->tries_left == 1)
			facts_add(facts, label, MEANING_ALARM, "%s", _("LAST TRY"));
		else if (tries_most > 0 && pin->tries_left < tries_most)
			facts_add(facts, label, MEANING_WARNING,
				P_("%d of %d tries left", "%d of %d tries left", tries_most), pin->tries_left,
				tries_most);
		else
			facts_add(facts, label, MEANING_GOOD,
				P_("set, %d try left", "set, %d tries left", pin->tries_left), pin->tries_left);
		break;
	}
}

static void
add_alarms(struct facts *facts, const struct hsm_status *hsm)
{
	if (hsm->so_pin.state == PIN_LOCKED)
		facts_alarm(facts,
			_("The SO-PIN is LOCKED for ever: this device can no longer be initialised, nor its user PIN "
			  "reset."));
	else if (is_last_try(&hsm->so_pin))
		facts_alarm(facts, _("LAST TRY for the SO-PIN: one more wrong SO-PIN and it is locked for ever."));
	if (hsm->user_pin.state == PIN_LOCKED)
		facts_alarm(facts, _("The user PIN is LOCKED: the keys cannot be used. The SO-PIN can reset it."));
	else if (is_last_try(&hsm->user_pin))
		facts_alarm(facts, _("LAST TRY for the user PIN: one more wrong PIN and it is locked."));
}

static void
add_dkek(struct facts *facts, const struct hsm_status *hsm)
{
	static const uint8_t unknown[DKEK_KCV_SIZE];
	char kcv[2 * DKEK_KCV_SIZE + 8] = "";

	if (!hsm->has_dkek) {
		facts_add(facts, _("DKEK"), MEANING_NORMAL, "%s", _("none: its keys cannot be backed up"));
		return;
	}
	facts_add(facts, _("DKEK"), hsm->dkek_outstanding > 0 ? MEANING_WARNING : MEANING_GOOD,
		P_("%u share expected, %u outstanding", "%u shares expected, %u outstanding", hsm->dkek_total),
		hsm->dkek_total, hsm->dkek_outstanding);
	if (memcmp(hsm->kcv, unknown, DKEK_KCV_SIZE) == 0)
		return;
	for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
		text_append(kcv, sizeof kcv, "%s%02X", i > 0 && i % 2 == 0 ? " " : "", hsm->kcv[i]);
	facts_add(facts, _("Key check value"), MEANING_ACCENT, "%s", kcv);
}

/* Bits of the options byte (CardContact's manual; OpenSC card-sc-hsm.h). */
static void
add_options(struct facts *facts, unsigned options)
{
	static const struct {
		unsigned bit;
		const char *text;
	} words[] = {
		{ 0x01, N_("the SO-PIN may reset the user PIN") },
		{ 0x02, N_("the user PIN has to be changed at first use") },
		{ 0x04, N_("a login lasts for one session") },
		{ 0x08, N_("keys of public key authentication may be replaced") },
		{ 0x10, N_("user PIN and public key authentication are both needed") },
		{ 0x20, N_("the SO-PIN resets the counter, not the PIN") },
	};
	char all[384] = "";

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (options & words[i].bit)
			text_append(all, sizeof all, "%s%s", all[0] == '\0' ? "" : ", ", _(words[i].text));
	facts_add(facts, _("Options"), MEANING_NORMAL, "%s", all[0] == '\0' ? _("none is set") : all);
}

void
device_facts_hsm(struct facts *facts, const struct hsm_status *hsm)
{
	static const struct {
		enum meaning meaning;
		const char *text;
	} proofs[] = {
		[DEVICE_UNPROVEN] = { MEANING_DANGER, N_("NOT PROVEN to be genuine") },
		[DEVICE_GENUINE] = { MEANING_GOOD, N_("genuine: proven by its certificate") },
		[DEVICE_REHEARSAL] = { MEANING_WARNING, N_("a rehearsal's, not genuine") },
	};

	facts_add(facts, _("Device"), MEANING_NORMAL, "SmartCard-HSM %u.%u", hsm->version_major, hsm->version_minor);
	facts_add(facts, _("Label"), MEANING_ACCENT, "%s", hsm->label);
	facts_add(facts, _("Serial number"), MEANING_NORMAL, "%s", hsm->serial);
	add_pin(facts, _("User PIN"), &hsm->user_pin, 0);
	add_pin(facts, _("SO-PIN"), &hsm->so_pin, LIMIT_SO_PIN_TRIES);
	add_dkek(facts, hsm);
	add_options(facts, hsm->options);
	facts_add(facts, _("Objects"), MEANING_NORMAL, _("keys %u, certificates %u"), hsm->key_count,
		hsm->certificate_count);
	facts_add(facts, _("Proof"), proofs[hsm->proof].meaning, "%s", _(proofs[hsm->proof].text));
	facts_add(facts, _("Certificates"), MEANING_MUTED, "%s", hsm->chain);
	add_alarms(facts, hsm);
}

void
device_facts_token(struct facts *facts, const struct slot_info *slot)
{
	const char *flags[16];
	char all[384] = "";
	size_t count = slots_flag_texts(slot->flags, flags, sizeof flags / sizeof flags[0]);

	facts_add(facts, _("Model"), MEANING_NORMAL, "%s", slot->model);
	facts_add(facts, _("Maker"), MEANING_NORMAL, "%s", slot->manufacturer);
	facts_add(facts, _("Firmware"), MEANING_NORMAL, "%s", slot->firmware);
	facts_add(facts, _("PIN length"), MEANING_NORMAL, _("%lu to %lu characters"), slot->pin_min, slot->pin_max);
	for (size_t i = 0; i < count; i++)
		text_append(all, sizeof all, "%s%s", i > 0 ? ", " : "", flags[i]);
	facts_add(facts, _("State"), MEANING_NORMAL, "%s", all);
}

void
device_facts_slot(struct facts *facts, const struct slot_info *slot)
{
	facts_add(facts, _("Slot"), MEANING_NORMAL, _("%s (ID %lu)"), slot->description, slot->id);
	if (slot->outcome != DONE)
		add_failure(facts, slot->outcome, slot->code);
	if (!slot->has_token) {
		facts_add(facts, _("Token"), MEANING_NORMAL, "%s", _("none: the slot is empty"));
		return;
	}
	facts_add(facts, _("Token"), MEANING_ACCENT, "%s", slot->label[0] == '\0' ? _("(no label)") : slot->label);
	facts_add(facts, _("Serial number"), MEANING_NORMAL, "%s", slot->serial);
	if (slot->outcome == DONE)
		device_facts_token(facts, slot);
}

void
device_facts_module(struct facts *facts, const struct module_info *module)
{
	static const struct {
		enum meaning meaning;
		const char *text;
	} states[] = {
		[MODULE_STARTING] = { MEANING_NORMAL, N_("being started") },
		[MODULE_READY] = { MEANING_GOOD, N_("works") },
		[MODULE_FAILED] = { MEANING_DANGER, N_("does not work") },
		[MODULE_HUNG] = { MEANING_DANGER, N_("does not answer") },
	};

	facts_add(facts, _("Module"), MEANING_ACCENT, "%s", module->name);
	facts_add(facts, _("State"), states[module->state].meaning, "%s", _(states[module->state].text));
	if (module->outcome != DONE)
		add_failure(facts, module->outcome, module->code);
	facts_add(facts, _("What it is"), MEANING_NORMAL, "%s", module->description);
	facts_add(facts, _("Maker"), MEANING_NORMAL, "%s", module->manufacturer);
	facts_add(facts, _("Version"), MEANING_NORMAL, "%s", module->version);
	facts_add(facts, _("File"), MEANING_NORMAL, "%s", module->path);
}

void
device_facts_reader(struct facts *facts, const struct reader_info *reader)
{
	facts_add(facts, _("Reader"), MEANING_NORMAL, "%s", reader->name);
	if (reader->outcome != DONE)
		add_failure(facts, reader->outcome, reader->code);
	if (!reader->has_card)
		facts_add(facts, _("Card"), MEANING_NORMAL, "%s", _("none inserted"));
	else if (reader->is_hsm)
		device_facts_hsm(facts, &reader->hsm);
	else
		facts_add(facts, _("Card"), MEANING_NORMAL, "%s", _("one that is not a SmartCard-HSM"));
}
