#include "device.h"

#include <quorate/clock.h>
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

static bool
needs_care(const struct pin_status *pin)
{
	return pin->state == PIN_LOCKED || is_last_try(pin);
}

enum meaning
device_slot_condition(const struct slot_info *slot)
{
	bool is_user_low, is_so_low;
	struct pin_status user = slots_user_pin(slot->flags, &is_user_low);
	struct pin_status so = slots_so_pin(slot->flags, &is_so_low);

	return needs_care(&user) || needs_care(&so) ? MEANING_DANGER
	       : is_user_low || is_so_low           ? MEANING_WARNING
						    : MEANING_NORMAL;
}

const char *
device_pin_words(const struct pin_status *user, const struct pin_status *so)
{
	if (so->state == PIN_LOCKED)
		return _("SO-PIN LOCKED");
	if (user->state == PIN_LOCKED)
		return _("user PIN LOCKED");
	if (is_last_try(so))
		return _("SO-PIN: LAST TRY");
	if (is_last_try(user))
		return _("user PIN: LAST TRY");
	return user->state == PIN_TRANSPORT ? _("transport PIN") : "";
}

enum meaning
device_condition(const struct hsm_status *hsm)
{
	if (needs_care(&hsm->user_pin) || needs_care(&hsm->so_pin))
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
add_alarms(struct facts *facts, const struct pin_status *user_pin, const struct pin_status *so_pin)
{
	if (so_pin->state == PIN_LOCKED)
		facts_alarm(facts,
			_("The SO-PIN is LOCKED for ever: this device can no longer be initialised, nor its user PIN "
			  "reset."));
	else if (is_last_try(so_pin))
		facts_alarm(facts, _("LAST TRY for the SO-PIN: one more wrong SO-PIN and it is locked for ever."));
	if (user_pin->state == PIN_LOCKED)
		facts_alarm(facts, _("The user PIN is LOCKED: the keys cannot be used. The SO-PIN can reset it."));
	else if (is_last_try(user_pin))
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

static void
add_key_domains(struct facts *facts, const struct hsm_status *hsm)
{
	char label[24], kcv[DKEK_KCV_TEXT_SIZE];

	if (hsm->key_domain_count == 0)
		return;
	facts_add(facts, _("Key domains"), MEANING_NORMAL, "%u", hsm->key_domain_count);
	for (unsigned i = 0; i < hsm->key_domain_count && i < HSM_KEY_DOMAINS; i++) {
		const struct key_domain *domain = &hsm->key_domains[i];

		text_format(label, sizeof label, _("Key domain %u"), i);
		if (domain->state == KEY_DOMAIN_DKEK) {
			dkek_kcv_text(domain->kcv, kcv);
			facts_add(facts, label, domain->outstanding > 0 ? MEANING_WARNING : MEANING_NORMAL,
				_("shares %u, outstanding %u, KCV %s"), domain->shares, domain->outstanding,
				dkek_kcv_is_known(domain->kcv) ? kcv : _("not known yet"));
		} else if (domain->state == KEY_DOMAIN_EMPTY) {
			facts_add(facts, label, MEANING_MUTED, "%s", _("no DKEK in it"));
		}
	}
}

static void
add_key_authentication(struct facts *facts, const struct key_authentication *keys)
{
	if (!keys->is_set_up) {
		facts_add(facts, _("Public key auth."), MEANING_NORMAL, "%s", _("not set up"));
		return;
	}
	facts_add(facts, _("Public key auth."), keys->missing > 0 ? MEANING_WARNING : MEANING_NORMAL,
		_("%u of %u keys have to authenticate; %u not registered yet, %u authenticated now"), keys->required,
		keys->total, keys->missing, keys->authenticated);
}

static void
add_options(struct facts *facts, unsigned options)
{
	static const struct {
		unsigned bit;
		const char *text;
	} words[] = {
		{ HSM_OPTION_RESET_USER_PIN, N_("the SO-PIN may reset the user PIN") },
		{ HSM_OPTION_TRANSPORT_PIN, N_("the user PIN has to be changed at first use") },
		{ HSM_OPTION_SESSION_PIN, N_("a login lasts for one session") },
		{ HSM_OPTION_REPLACE_KEYS, N_("keys of public key authentication may be replaced") },
		{ HSM_OPTION_COMBINED_LOGIN, N_("user PIN and public key authentication are both needed") },
		{ HSM_OPTION_UNBLOCK_ONLY, N_("the SO-PIN resets the counter, not the PIN") },
	};
	char all[384] = "";

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (options & words[i].bit)
			text_append(all, sizeof all, "%s%s", all[0] == '\0' ? "" : ", ", _(words[i].text));
	facts_add(facts, _("Options"), MEANING_NORMAL, "%s", all[0] == '\0' ? _("none is set") : all);
}

/* The device's certificates from its own up; the one where the way to a root ends is red. */
static void
add_chain(struct facts *facts, const struct hsm_status *hsm)
{
	char label[40], text[256], today[CLOCK_STAMP_SIZE];

	clock_stamp(today);
	if (hsm->chain_count == 0)
		facts_add(
			facts, _("Certificates"), MEANING_DANGER, "%s", _("none: the device cannot prove what it is"));
	for (unsigned i = 0; i < hsm->chain_count && i < DEVICE_CHAIN_MOST; i++) {
		const struct device_certificate *one = &hsm->certificates[i];
		bool has_dates = one->valid_from[0] != '\0' && one->valid_to[0] != '\0';
		bool is_over = has_dates && strncmp(today, one->valid_to, sizeof one->valid_to - 1) > 0;

		text_format(label, sizeof label, "%s",
			i == 0         ? _("Certificate")
			: one->is_root ? _("Root")
				       : _("Its issuer's"));
		text_format(text, sizeof text, "%s", one->holder);
		if (has_dates)
			text_append(text, sizeof text, is_over ? _(", was valid %s to %s") : _(", valid %s to %s"),
				one->valid_from, one->valid_to);
		if (one->key[0] != '\0')
			text_append(text, sizeof text, ", %s", one->key);
		if (!one->is_signed)
			text_append(text, sizeof text, _("; NOT PROVEN to be signed by %s"), one->authority);
		facts_add(facts, label,
			!one->is_signed ? MEANING_DANGER
			: is_over       ? MEANING_WARNING
					: MEANING_MUTED,
			"%s", text);
	}
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
	if (hsm->so_pin.state == PIN_NOT_SET)
		facts_add(facts, _("State"), MEANING_ACCENT, "%s", _("new: it was never initialised"));
	facts_add(facts, _("Label"), MEANING_ACCENT, "%s", hsm->label);
	facts_add(facts, _("Serial number"), MEANING_NORMAL, "%s", hsm->serial);
	add_pin(facts, _("User PIN"), &hsm->user_pin, 0);
	add_pin(facts, _("SO-PIN"), &hsm->so_pin, LIMIT_SO_PIN_TRIES);
	facts_add(facts, _("Proof"), proofs[hsm->proof].meaning, "%s", _(proofs[hsm->proof].text));
	add_dkek(facts, hsm);
	add_key_domains(facts, hsm);
	add_key_authentication(facts, &hsm->key_authentication);
	add_options(facts, hsm->options);
	facts_add(facts, _("Objects"), MEANING_NORMAL, _("keys %u, certificates %u"), hsm->key_count,
		hsm->certificate_count);
	add_chain(facts, hsm);
	add_alarms(facts, &hsm->user_pin, &hsm->so_pin);
}

static void
add_slot_pin(struct facts *facts, const char *label, struct pin_status pin, bool is_low)
{
	/* PKCS#11 tells no numbers; that one was wrong it may tell. */
	if (pin.state == PIN_SET && pin.tries_left != 1 && is_low)
		facts_add(facts, label, MEANING_WARNING, "%s",
			_("set; a wrong one was entered since the last right one"));
	else
		add_pin(facts, label, &pin, 0);
}

/* "2 open, at most 10"; what is not told is left out. */
static void
add_sessions(struct facts *facts, const char *label, uint64_t open, uint64_t most)
{
	char text[96] = "";

	if (open != TOKEN_NOT_TOLD)
		text_format(text, sizeof text, _("%llu open"), (unsigned long long)open);
	if (most != TOKEN_NOT_TOLD)
		text_append(text, sizeof text, "%s", text[0] == '\0' ? "" : ", ");
	if (most == TOKEN_NO_LIMIT)
		text_append(text, sizeof text, "%s", _("as many as wanted"));
	else if (most != TOKEN_NOT_TOLD)
		text_append(text, sizeof text, _("at most %llu"), (unsigned long long)most);
	facts_add(facts, label, MEANING_NORMAL, "%s", text);
}

static void
add_memory(struct facts *facts, const char *label, uint64_t all, uint64_t left)
{
	if (all == TOKEN_NOT_TOLD && left == TOKEN_NOT_TOLD)
		return;
	if (all == TOKEN_NOT_TOLD)
		facts_add(facts, label, MEANING_NORMAL, _("%llu bytes free"), (unsigned long long)left);
	else if (left == TOKEN_NOT_TOLD)
		facts_add(facts, label, MEANING_NORMAL, _("%llu bytes"), (unsigned long long)all);
	else
		facts_add(facts, label, MEANING_NORMAL, _("%llu of %llu bytes free"), (unsigned long long)left,
			(unsigned long long)all);
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
	facts_add(facts, _("Hardware"), MEANING_NORMAL, "%s", slot->hardware);
	facts_add(facts, _("PIN length"), MEANING_NORMAL, _("%lu to %lu characters"), slot->pin_min, slot->pin_max);
	for (size_t i = 0; i < count; i++)
		text_append(all, sizeof all, "%s%s", i > 0 ? ", " : "", flags[i]);
	facts_add(facts, _("State"), MEANING_NORMAL, "%s", all);
	add_sessions(facts, _("Sessions"), slot->sessions, slot->sessions_most);
	add_sessions(facts, _("Write sessions"), slot->write_sessions, slot->write_sessions_most);
	add_memory(facts, _("Public memory"), slot->public_memory, slot->public_memory_free);
	add_memory(facts, _("Private memory"), slot->private_memory, slot->private_memory_free);
}

void
device_facts_slot(struct facts *facts, const struct slot_info *slot)
{
	struct pin_status user, so;
	bool is_user_low, is_so_low;

	facts_add(facts, _("Slot"), MEANING_NORMAL, _("%s (ID %lu)"), slot->description, slot->id);
	if (slot->outcome != DONE)
		add_failure(facts, slot->outcome, slot->code);
	if (!slot->has_token) {
		facts_add(facts, _("Token"), MEANING_NORMAL, "%s", _("none: the slot is empty"));
		return;
	}
	facts_add(facts, _("Token"), MEANING_ACCENT, "%s", slot->label[0] == '\0' ? _("(no label)") : slot->label);
	facts_add(facts, _("Serial number"), MEANING_NORMAL, "%s", slot->serial);
	if (slot->outcome != DONE)
		return;
	user = slots_user_pin(slot->flags, &is_user_low);
	so = slots_so_pin(slot->flags, &is_so_low);
	add_slot_pin(facts, _("User PIN"), user, is_user_low);
	add_slot_pin(facts, _("SO-PIN"), so, is_so_low);
	device_facts_token(facts, slot);
	add_alarms(facts, &user, &so);
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
