#include "status_report.h"

#include <quorate/hex.h>
#include <quorate/inspect.h>

#include <stdio.h>

/* The outcome's name, and the code's small type; both null where all is well. */
static json_t *
describe_outcome(enum outcome outcome, struct code code)
{
	char small[128];

	if (outcome == DONE)
		return json_null();
	outcome_code_text(code, small, sizeof small);
	return json_pack(
		"{s:s, s:s, s:s}", "name", outcome_name(outcome), "text", outcome_text(outcome), "code", small);
}

static json_t *
describe_module(const struct module_info *module)
{
	static const char *const states[] = { [MODULE_STARTING] = "starting",
		[MODULE_READY] = "ready",
		[MODULE_FAILED] = "failed",
		[MODULE_HUNG] = "hung" };

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "name", module->name, "path", module->path,
		"description", module->description, "manufacturer", module->manufacturer, "version", module->version,
		"state", states[module->state], "error", describe_outcome(module->outcome, module->code));
}

static json_t *
describe_pin(const struct pin_status *pin)
{
	static const char *const states[] = { [PIN_UNKNOWN] = "unknown",
		[PIN_NOT_SET] = "not-set",
		[PIN_TRANSPORT] = "transport",
		[PIN_SET] = "set",
		[PIN_VERIFIED] = "verified",
		[PIN_LOCKED] = "locked" };

	return json_pack("{s:s, s:o}", "state", states[pin->state], "tries_left",
		pin->tries_left < 0 ? json_null() : json_integer(pin->tries_left));
}

/* A number that the token keeps to itself is null. */
static json_t *
describe_count(uint64_t number)
{
	return number == TOKEN_NOT_TOLD ? json_null() : json_integer((json_int_t)number);
}

static json_t *
describe_sessions(const struct slot_info *slot)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "open", describe_count(slot->sessions), "most",
		describe_count(slot->sessions_most), "write_open", describe_count(slot->write_sessions), "write_most",
		describe_count(slot->write_sessions_most));
}

static json_t *
describe_memory(const struct slot_info *slot)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "public", describe_count(slot->public_memory), "public_free",
		describe_count(slot->public_memory_free), "private", describe_count(slot->private_memory),
		"private_free", describe_count(slot->private_memory_free));
}

static json_t *
describe_token(const struct slot_info *slot)
{
	struct pin_status user_pin = slots_user_pin(slot->flags, NULL), so_pin = slots_so_pin(slot->flags, NULL);

	if (!slot->has_token)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "label", slot->label,
		"manufacturer", slot->manufacturer, "model", slot->model, "serial", slot->serial, "firmware",
		slot->firmware, "hardware", slot->hardware, "flags", (json_int_t)slot->flags, "pin_min",
		(json_int_t)slot->pin_min, "pin_max", (json_int_t)slot->pin_max, "user_pin", describe_pin(&user_pin),
		"so_pin", describe_pin(&so_pin), "sessions", describe_sessions(slot), "memory", describe_memory(slot));
}

static json_t *
describe_slot(const struct slots *slots, size_t index, const struct slot_info *slot, const struct module_info *modules,
	const struct reader_info *readers)
{
	struct slot_look look;

	slots_look(slots, index, &look);
	return json_pack("{s:s, s:I, s:s, s:s?, s:o, s:o, s:o}", "module", modules[slot->module].name, "id",
		(json_int_t)slot->id, "description", slot->description, "reader",
		slot->reader == SIZE_MAX ? NULL : readers[slot->reader].name, "token", describe_token(slot), "look",
		look.state == LOOK_NONE ? json_null() : status_look_json(slots, index), "error",
		describe_outcome(slot->outcome, slot->code));
}

static json_t *
describe_dkek(const struct hsm_status *hsm)
{
	char digits[2 * DKEK_KCV_SIZE + 1];

	if (!hsm->has_dkek)
		return json_null();
	hex_encode(hsm->kcv, DKEK_KCV_SIZE, digits);
	for (char *at = digits; *at != '\0'; at++)
		if (*at >= 'a')
			*at = (char)(*at - 'a' + 'A');
	return json_pack("{s:i, s:i, s:s?}", "shares", hsm->dkek_total, "outstanding", hsm->dkek_outstanding, "kcv",
		dkek_kcv_is_known(hsm->kcv) ? digits : NULL);
}

static json_t *
describe_key_domains(const struct hsm_status *hsm)
{
	static const char *const states[] = {
		[KEY_DOMAIN_ABSENT] = "absent", [KEY_DOMAIN_EMPTY] = "empty", [KEY_DOMAIN_DKEK] = "dkek"
	};
	json_t *list = json_array();

	for (size_t i = 0; i < hsm->key_domain_count; i++) {
		const struct key_domain *domain = &hsm->key_domains[i];
		char digits[2 * DKEK_KCV_SIZE + 1];

		hex_encode(domain->kcv, DKEK_KCV_SIZE, digits);
		json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:s?}", "state", states[domain->state], "shares",
						    domain->shares, "outstanding", domain->outstanding, "kcv",
						    dkek_kcv_is_known(domain->kcv) ? digits : NULL));
	}
	return list;
}

static json_t *
describe_key_authentication(const struct key_authentication *keys)
{
	if (!keys->is_set_up)
		return json_null();
	return json_pack("{s:i, s:i, s:i, s:i}", "total", keys->total, "missing", keys->missing, "required",
		keys->required, "authenticated", keys->authenticated);
}

static json_t *
describe_chain(const struct hsm_status *hsm)
{
	json_t *list = json_array();

	for (size_t i = 0; i < hsm->chain_count && i < DEVICE_CHAIN_MOST; i++) {
		const struct device_certificate *one = &hsm->certificates[i];
		char digits[2 * sizeof one->digest + 1];

		hex_encode(one->digest, sizeof one->digest, digits);
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "holder", one->holder, "authority",
				      one->authority, "valid_from", one->valid_from, "valid_to", one->valid_to, "key",
				      one->key, "sha256", digits, "signed", one->is_signed, "root", one->is_root));
	}
	return list;
}

static json_t *
describe_hsm(const struct reader_info *reader)
{
	static const char *const proofs[] = {
		[DEVICE_UNPROVEN] = "unproven", [DEVICE_GENUINE] = "genuine", [DEVICE_REHEARSAL] = "rehearsal"
	};
	const struct hsm_status *hsm = &reader->hsm;
	char version[8];

	if (!reader->is_hsm)
		return json_null();
	snprintf(version, sizeof version, "%u.%u", hsm->version_major, hsm->version_minor);
	return json_pack("{s:s, s:s, s:s, s:i, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:s, s:s, s:o}", "version",
		version, "label", hsm->label, "serial", hsm->serial, "options", hsm->options, "user_pin_reset_allowed",
		hsm->options & 1, "transport_pin_used", hsm->options >> 1 & 1, "user_pin", describe_pin(&hsm->user_pin),
		"so_pin", describe_pin(&hsm->so_pin), "dkek", describe_dkek(hsm), "key_domains",
		describe_key_domains(hsm), "key_authentication", describe_key_authentication(&hsm->key_authentication),
		"keys", (int)hsm->key_count, "certificates", (int)hsm->certificate_count, "proof", proofs[hsm->proof],
		"chain", hsm->chain, "device_certificates", describe_chain(hsm));
}

static json_t *
describe_reader(const struct reader_info *reader)
{
	return json_pack("{s:s, s:b, s:o, s:o}", "name", reader->name, "has_card", reader->has_card, "smartcard_hsm",
		describe_hsm(reader), "error", describe_outcome(reader->outcome, reader->code));
}

enum outcome
status_print_json(const struct slots *slots)
{
	const struct module_info *modules;
	const struct slot_info *list;
	const struct reader_info *readers;
	size_t module_count = slots_modules(slots, &modules), slot_count = slots_slots(slots, &list);
	size_t reader_count = slots_readers(slots, &readers);
	json_t *module_array = json_array(), *slot_array = json_array(), *reader_array = json_array(), *all;
	struct code code;
	enum outcome pcsc = slots_pcsc(slots, &code), outcome = FAIL_MEMORY;
	bool is_whole = true;

	for (size_t i = 0; i < module_count; i++)
		is_whole = json_array_append_new(module_array, describe_module(&modules[i])) == 0 && is_whole;
	for (size_t i = 0; i < slot_count; i++)
		is_whole =
			json_array_append_new(slot_array, describe_slot(slots, i, &list[i], modules, readers)) == 0 &&
			is_whole;
	for (size_t i = 0; i < reader_count; i++)
		is_whole = json_array_append_new(reader_array, describe_reader(&readers[i])) == 0 && is_whole;
	all = json_pack("{s:i, s:b, s:o, s:o, s:o, s:o}", "format", 1, "settled", slots_is_settled(slots), "modules",
		module_array, "slots", slot_array, "readers", reader_array, "pcsc_error", describe_outcome(pcsc, code));
	if (all != NULL && is_whole && json_dumpf(all, stdout, JSON_INDENT(2)) == 0) {
		putchar('\n');
		outcome = DONE;
	}
	json_decref(all);
	return outcome;
}
