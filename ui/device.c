#include "device.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 5))) static void
add(struct facts *facts, const char *label, enum meaning meaning, const char *format, ...)
{
	struct fact *fact = &facts->items[facts->count];
	va_list arguments;

	if (facts->count == DEVICE_FACTS_MOST)
		return;
	text_format(fact->label, sizeof fact->label, "%s", label);
	va_start(arguments, format);
	vsnprintf(fact->text, sizeof fact->text, format, arguments);
	va_end(arguments);
	fact->meaning = meaning;
	if (fact->text[0] != '\0')
		facts->count++;
}

static void
alarm_about(struct facts *facts, const char *sentence)
{
	text_append(facts->alarm, sizeof facts->alarm, "%s%s", facts->alarm[0] == '\0' ? "" : " ", sentence);
}

static void
add_failure(struct facts *facts, enum outcome outcome, struct code code)
{
	char small[128];

	outcome_code_text(code, small, sizeof small);
	add(facts, _("Problem"), MEANING_DANGER, "%s", outcome_text(outcome));
	add(facts, _("Code"), MEANING_MUTED, "%s", small);
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
		add(facts, label, MEANING_WARNING, "%s", _("the device does not tell"));
		break;
	case PIN_NOT_SET:
		add(facts, label, MEANING_NORMAL, "%s", _("not set: initialising chooses it"));
		break;
	case PIN_TRANSPORT:
		add(facts, label, MEANING_WARNING, "%s", _("transport PIN: has to be changed first"));
		break;
	case PIN_VERIFIED:
		add(facts, label, MEANING_GOOD, "%s", _("logged in right now"));
		break;
	case PIN_LOCKED:
		add(facts, label, MEANING_ALARM, "%s", _("LOCKED"));
		break;
	case PIN_SET:
		if (pin->tries_left < 0)
			add(facts, label, MEANING_NORMAL, "%s", _("set"));
		else if (pin->tries_left == 1)
			add(facts, label, MEANING_ALARM, "%s", _("LAST TRY"));
		else if (tries_most > 0 && pin->tries_left < tries_most)
			add(facts, label, MEANING_WARNING, P_("%d of %d tries left", "%d of %d tries left", tries_most),
				pin->tries_left, tries_most);
		else
			add(facts, label, MEANING_GOOD, P_("set, %d try left", "set, %d tries left", pin->tries_left),
				pin->tries_left);
		break;
	}
}

static void
add_alarms(struct facts *facts, const struct hsm_status *hsm)
{
	if (hsm->so_pin.state == PIN_LOCKED)
		alarm_about(facts,
			_("The SO-PIN is LOCKED for ever: this device can no longer be initialised, nor its user PIN "
			  "reset."));
	else if (is_last_try(&hsm->so_pin))
		alarm_about(facts, _("LAST TRY for the SO-PIN: one more wrong SO-PIN and it is locked for ever."));
	if (hsm->user_pin.state == PIN_LOCKED)
		alarm_about(facts, _("The user PIN is LOCKED: the keys cannot be used. The SO-PIN can reset it."));
	else if (is_last_try(&hsm->user_pin))
		alarm_about(facts, _("LAST TRY for the user PIN: one more wrong PIN and it is locked."));
}

static void
add_dkek(struct facts *facts, const struct hsm_status *hsm)
{
	static const uint8_t unknown[DKEK_KCV_SIZE];
	char kcv[2 * DKEK_KCV_SIZE + 8] = "";

	if (!hsm->has_dkek) {
		add(facts, _("DKEK"), MEANING_NORMAL, "%s", _("none: its keys cannot be backed up"));
		return;
	}
	add(facts, _("DKEK"), hsm->dkek_outstanding > 0 ? MEANING_WARNING : MEANING_GOOD,
		P_("%u share expected, %u outstanding", "%u shares expected, %u outstanding", hsm->dkek_total),
		hsm->dkek_total, hsm->dkek_outstanding);
	if (memcmp(hsm->kcv, unknown, DKEK_KCV_SIZE) == 0)
		return;
	for (size_t i = 0; i < DKEK_KCV_SIZE; i++)
		text_append(kcv, sizeof kcv, "%s%02X", i > 0 && i % 2 == 0 ? " " : "", hsm->kcv[i]);
	add(facts, _("Key check value"), MEANING_ACCENT, "%s", kcv);
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

	add(facts, _("Device"), MEANING_NORMAL, "SmartCard-HSM %u.%u", hsm->version_major, hsm->version_minor);
	add(facts, _("Label"), MEANING_ACCENT, "%s", hsm->label);
	add(facts, _("Serial number"), MEANING_NORMAL, "%s", hsm->serial);
	add_pin(facts, _("User PIN"), &hsm->user_pin, 0);
	add_pin(facts, _("SO-PIN"), &hsm->so_pin, LIMIT_SO_PIN_TRIES);
	add_dkek(facts, hsm);
	add(facts, _("Objects"), MEANING_NORMAL, _("keys %u, certificates %u"), hsm->key_count, hsm->certificate_count);
	add(facts, _("Proof"), proofs[hsm->proof].meaning, "%s", _(proofs[hsm->proof].text));
	add(facts, _("Certificates"), MEANING_MUTED, "%s", hsm->chain);
	add_alarms(facts, hsm);
}

void
device_facts_slot(struct facts *facts, const struct slot_info *slot)
{
	const char *flags[12];
	char all[192] = "";
	size_t count;

	add(facts, _("Slot"), MEANING_NORMAL, _("%s (ID %lu)"), slot->description, slot->id);
	if (slot->outcome != DONE)
		add_failure(facts, slot->outcome, slot->code);
	if (!slot->has_token) {
		add(facts, _("Token"), MEANING_NORMAL, "%s", _("none: the slot is empty"));
		return;
	}
	add(facts, _("Token"), MEANING_ACCENT, "%s", slot->label);
	add(facts, _("Model"), MEANING_NORMAL, "%s", slot->model);
	add(facts, _("Maker"), MEANING_NORMAL, "%s", slot->manufacturer);
	add(facts, _("Serial number"), MEANING_NORMAL, "%s", slot->serial);
	add(facts, _("Firmware"), MEANING_NORMAL, "%s", slot->firmware);
	add(facts, _("PIN length"), MEANING_NORMAL, _("%lu to %lu characters"), slot->pin_min, slot->pin_max);
	if (slot->outcome != DONE)
		return;
	count = slots_flag_texts(slot->flags, flags, sizeof flags / sizeof flags[0]);
	for (size_t i = 0; i < count; i++)
		text_append(all, sizeof all, "%s%s", i > 0 ? ", " : "", flags[i]);
	add(facts, _("State"), MEANING_NORMAL, "%s", all);
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

	add(facts, _("Module"), MEANING_ACCENT, "%s", module->name);
	add(facts, _("State"), states[module->state].meaning, "%s", _(states[module->state].text));
	if (module->outcome != DONE)
		add_failure(facts, module->outcome, module->code);
	add(facts, _("What it is"), MEANING_NORMAL, "%s", module->description);
	add(facts, _("Maker"), MEANING_NORMAL, "%s", module->manufacturer);
	add(facts, _("Version"), MEANING_NORMAL, "%s", module->version);
	add(facts, _("File"), MEANING_NORMAL, "%s", module->path);
}

void
device_facts_reader(struct facts *facts, const struct reader_info *reader)
{
	add(facts, _("Reader"), MEANING_NORMAL, "%s", reader->name);
	if (reader->outcome != DONE)
		add_failure(facts, reader->outcome, reader->code);
	if (!reader->has_card)
		add(facts, _("Card"), MEANING_NORMAL, "%s", _("none inserted"));
	else if (reader->is_hsm)
		device_facts_hsm(facts, &reader->hsm);
	else
		add(facts, _("Card"), MEANING_NORMAL, "%s", _("one that is not a SmartCard-HSM"));
}
