#include "status_report.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>

#define FLAGS_MOST 32

static void
print_failure(enum outcome outcome, struct code code)
{
	char small[128];

	outcome_code_text(code, small, sizeof small);
	printf("    %s%s%s\n", outcome_text(outcome), small[0] == '\0' ? "" : "  ", small);
}

static void
print_module(const struct module_info *module)
{
	printf("%s", module->name);
	if (module->state == MODULE_READY)
		printf("  %s %s", module->description, module->version);
	printf("\n");
	if (module->state == MODULE_STARTING)
		printf("    %s\n", _("has not answered yet"));
	else if (module->state != MODULE_READY)
		print_failure(module->outcome, module->code);
}

static void
print_slot(const struct slot_info *slot, const struct reader_info *reader)
{
	const char *flags[FLAGS_MOST];
	size_t count = slots_flag_texts(slot->flags, flags, FLAGS_MOST);

	printf(_("  slot %lu  %s\n"), slot->id, slot->description);
	if (slot->outcome != DONE) {
		print_failure(slot->outcome, slot->code);
	} else if (!slot->has_token) {
		printf("    %s\n", _("empty"));
	} else {
		printf(_("    token \"%s\"  %s %s  serial %s\n"), slot->label, slot->manufacturer, slot->model,
			slot->serial);
		/* OpenSC calls every SmartCard-HSM initialised. */
		if (reader != NULL && reader->is_hsm && reader->hsm.so_pin.state == PIN_NOT_SET)
			printf("    %s\n", _("new: it was never initialised"));
		for (size_t i = 0; i < count; i++)
			printf("%s%s", i == 0 ? "    " : ", ", flags[i]);
		if (count > 0)
			printf("\n");
	}
}

static void
print_pin(const char *name, const struct pin_status *pin)
{
	static const char *const states[] = {
		[PIN_UNKNOWN] = N_("not told"),
		[PIN_NOT_SET] = N_("not set"),
		[PIN_TRANSPORT] = N_("transport PIN"),
		[PIN_SET] = N_("set"),
		[PIN_VERIFIED] = N_("logged in"),
		[PIN_LOCKED] = N_("LOCKED"),
	};

	printf("    %s: %s", name, _(states[pin->state]));
	if (pin->tries_left >= 0)
		printf(P_(", %d try left", ", %d tries left", (unsigned long)pin->tries_left), pin->tries_left);
	printf("\n");
}

static void
print_certificate(const struct device_certificate *certificate)
{
	printf("      %s", certificate->holder);
	if (certificate->valid_from[0] != '\0' && certificate->valid_to[0] != '\0')
		printf(_("  valid %s to %s"), certificate->valid_from, certificate->valid_to);
	if (certificate->key[0] != '\0')
		printf("  %s", certificate->key);
	if (!certificate->is_signed)
		printf(_("  NOT PROVEN to be signed by %s"), certificate->authority);
	printf("%s\n", certificate->is_root ? _("  root") : "");
}

static void
print_hsm(const struct hsm_status *hsm)
{
	static const char *const proofs[] = {
		[DEVICE_UNPROVEN] = N_("NOT PROVEN GENUINE"),
		[DEVICE_GENUINE] = N_("genuine"),
		[DEVICE_REHEARSAL] = N_("rehearsal, not genuine"),
	};
	char kcv[DKEK_KCV_TEXT_SIZE];

	printf(_("    SmartCard-HSM %u.%u  label \"%s\"  serial %s\n"), hsm->version_major, hsm->version_minor,
		hsm->label, hsm->serial);
	if (hsm->so_pin.state == PIN_NOT_SET)
		printf("    %s\n", _("new: it was never initialised"));
	print_pin(_("User PIN"), &hsm->user_pin);
	print_pin(_("SO-PIN"), &hsm->so_pin);
	if (hsm->has_dkek) {
		dkek_kcv_text(hsm->kcv, kcv);
		printf(_("    DKEK: %u shares, %u outstanding, KCV %s\n"), hsm->dkek_total, hsm->dkek_outstanding,
			dkek_kcv_is_known(hsm->kcv) ? kcv : _("not known yet"));
	} else {
		printf("    %s\n", _("DKEK: none set up"));
	}
	printf(_("    Holds: keys: %u, certificates: %u\n"), hsm->key_count, hsm->certificate_count);
	printf(_("    Device: %s\n"), _(proofs[hsm->proof]));
	for (unsigned i = 0; i < hsm->chain_count; i++)
		print_certificate(&hsm->certificates[i]);
}

static void
print_reader(const struct reader_info *reader)
{
	printf(_("Reader %s\n"), reader->name);
	if (reader->outcome != DONE)
		print_failure(reader->outcome, reader->code);
	else if (!reader->has_card)
		printf("    %s\n", _("empty"));
	else if (reader->is_hsm)
		print_hsm(&reader->hsm);
	else
		printf("    %s\n", _("another kind of card"));
}

void
status_print_table(const struct slots *slots)
{
	const struct module_info *modules;
	const struct slot_info *list;
	const struct reader_info *readers;
	size_t module_count = slots_modules(slots, &modules), slot_count = slots_slots(slots, &list);
	size_t reader_count = slots_readers(slots, &readers);
	struct code code;
	enum outcome outcome = slots_pcsc(slots, &code);

	for (size_t i = 0; i < module_count; i++) {
		print_module(&modules[i]);
		for (size_t j = 0; j < slot_count; j++)
			if (list[j].module == i) {
				print_slot(&list[j], list[j].reader < reader_count ? &readers[list[j].reader] : NULL);
				status_print_look(slots, j);
			}
	}
	if (module_count == 0)
		printf("%s\n", _("No PKCS#11 module is registered."));
	for (size_t i = 0; i < reader_count; i++)
		print_reader(&readers[i]);
	if (outcome != DONE) {
		printf("%s\n", _("Card readers"));
		print_failure(outcome, code);
	} else if (reader_count == 0) {
		printf("%s\n", _("No card reader is connected."));
	}
}
