/* The token that a procedure is about: looked at first, named, and what its PINs are. */
#include "steps.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

/* PKCS#11's numbers for the flags of a token (CK_TOKEN_INFO). */
#define SLOT_WRITE_PROTECTED 0x2ul
#define SLOT_USER_PIN_INITIALISED 0x8ul
#define SLOT_PIN_PAD 0x100ul
#define SLOT_INITIALISED 0x400ul
#define SLOT_USER_PIN_LOCKED 0x40000ul
#define SLOT_USER_PIN_TO_BE_CHANGED 0x80000ul
#define SLOT_SO_PIN_LOCKED 0x400000ul

static enum outcome
fits_hsm(unsigned needs, const struct hsm_status *hsm)
{
	enum pin_state user = hsm->user_pin.state;

	if (needs & NEED_INITIALISED && hsm->so_pin.state == PIN_NOT_SET)
		return FAIL_TOKEN_EMPTY;
	if (needs & NEED_SO_PIN && hsm->so_pin.state == PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	if (needs & NEED_USER_PIN && user == PIN_LOCKED)
		return FAIL_PIN_LOCKED;
	if (needs & NEED_USER_PIN && (user == PIN_TRANSPORT || user == PIN_NOT_SET))
		return FAIL_PIN_TRANSPORT;
	if (needs & NEED_TRANSPORT_PIN && user != PIN_TRANSPORT)
		return FAIL_NOT_TRANSPORT;
	if (needs & NEED_RESET_ALLOWED && !(hsm->options & HSM_OPTION_RESET_USER_PIN))
		return FAIL_NOT_ALLOWED;
	if (needs & NEED_NO_OUTSTANDING && hsm->has_dkek && hsm->dkek_outstanding > 0)
		return FAIL_DKEK_OUTSTANDING;
	if (needs & NEED_DKEK && !hsm->has_dkek)
		return FAIL_DKEK_NOT_SET_UP;
	return needs & NEED_DKEK && hsm->dkek_outstanding > 0 ? FAIL_DKEK_OUTSTANDING : DONE;
}

/* A SmartCard-HSM of another machine, seen through a remote module (OpenSC's name for the maker). */
static bool
is_smartcard_hsm(const struct slot_info *slot)
{
	return strncmp(slot->manufacturer, "www.CardContact.de", 18) == 0;
}

static enum outcome
fits_slot(unsigned needs, const struct slot_info *slot)
{
	if (!slot->has_token)
		return FAIL_NO_TOKEN;
	/* What has to go through its reader is said before a PIN is typed. */
	if (is_smartcard_hsm(slot) && needs & (NEED_SO_PIN | NEED_SMARTCARD_HSM))
		return FAIL_SMARTCARD_HSM_HERE;
	if (needs & NEED_SMARTCARD_HSM)
		return FAIL_NOT_SMARTCARD_HSM;
	if (needs & NEED_WRITABLE && slot->flags & SLOT_WRITE_PROTECTED)
		return FAIL_TOKEN_READ_ONLY;
	if (!(slot->flags & SLOT_INITIALISED))
		return needs & NEED_INITIALISED ? FAIL_TOKEN_EMPTY : DONE;
	if (needs & NEED_SO_PIN && slot->flags & SLOT_SO_PIN_LOCKED)
		return FAIL_SO_PIN_LOCKED;
	if (needs & NEED_USER_PIN && slot->flags & SLOT_USER_PIN_LOCKED)
		return FAIL_PIN_LOCKED;
	if (needs & NEED_USER_PIN && !(slot->flags & SLOT_USER_PIN_INITIALISED))
		return FAIL_PIN_TRANSPORT;
	if (needs & NEED_TRANSPORT_PIN && !(slot->flags & SLOT_USER_PIN_TO_BE_CHANGED))
		return FAIL_NOT_TRANSPORT;
	return DONE;
}

enum outcome
ceremony_fits(const struct ceremony_kind *kind, const struct hsm_status *hsm, const struct slot_info *slot)
{
	if (hsm != NULL)
		return fits_hsm(kind->needs, hsm);
	return slot == NULL ? FAIL_NO_TOKEN : fits_slot(kind->needs, slot);
}

bool
ceremony_target(const struct ceremony *ceremony, struct token_target *ret)
{
	if (ceremony->kind == NULL || !ceremony->kind->is_procedure)
		return false;
	*ret = (struct token_target){ 0 };
	if (procedure_is_slot(ceremony)) {
		*ret = ceremony->procedure.target;
		return true;
	}
	text_format(ret->reader, sizeof ret->reader, "%s", ceremony->device.reader);
	text_format(ret->serial, sizeof ret->serial, "%s", ceremony->device.serial);
	return true;
}

enum outcome
procedure_open(struct ceremony **ret, const struct ceremony_world *world, const char *kind,
	const struct step *const *steps, size_t count)
{
	return ceremony_begin(ret, world, kind, steps, count);
}

void
procedure_clear(struct procedure *procedure)
{
	token_objects_free(&procedure->objects);
	token_bytes_free(&procedure->data);
	token_bytes_free(&procedure->description);
	token_bytes_free(&procedure->certificate);
	token_bytes_free(&procedure->attestation);
	procedure_forget_backups(procedure);
	request_free(&procedure->request);
	certificate_free(&procedure->x509);
	public_key_free(&procedure->key);
}

bool
procedure_is_slot(const struct ceremony *ceremony)
{
	return ceremony->procedure.target.module[0] != '\0';
}

bool
procedure_has_pin_pad(const struct ceremony *ceremony)
{
	return procedure_is_slot(ceremony) && ceremony->procedure.slot.flags & SLOT_PIN_PAD;
}

bool
procedure_asks_at_pad(const struct ceremony *ceremony, bool is_so)
{
	return procedure_has_pin_pad(ceremony) || (!is_so && ceremony->procedure.has_reader_pad);
}

bool
procedure_changes_at_pad(const struct ceremony *ceremony)
{
	return procedure_has_pin_pad(ceremony) ||
	       (ceremony->procedure.has_reader_pad && (ceremony_has(ceremony, &step_give_user_pin) ||
							      ceremony_has(ceremony, &step_give_transport_pin)));
}

struct pin_status
procedure_user_pin(const struct ceremony *ceremony)
{
	return procedure_is_slot(ceremony) ? slots_user_pin(ceremony->procedure.slot.flags, NULL)
					   : ceremony->device.hsm.user_pin;
}

struct pin_status
procedure_so_pin(const struct ceremony *ceremony)
{
	return procedure_is_slot(ceremony) ? slots_so_pin(ceremony->procedure.slot.flags, NULL)
					   : ceremony->device.hsm.so_pin;
}

const char *
procedure_label(const struct ceremony *ceremony)
{
	return procedure_is_slot(ceremony) ? ceremony->procedure.slot.label : ceremony->device.hsm.label;
}

void
procedure_name(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct slot_info *slot = &ceremony->procedure.slot;

	if (!procedure_is_slot(ceremony)) {
		card_name(ceremony, ret, size);
		return;
	}
	text_format(ret, size, _("%s, serial number %s, in slot %lu of the module %s"),
		slot->label[0] == '\0' ? _("the token without a label") : slot->label,
		slot->serial[0] == '\0' ? _("unknown") : slot->serial, slot->id, ceremony->procedure.target.module);
}

const char *
procedure_word(const struct ceremony *ceremony)
{
	const char *label = procedure_label(ceremony);
	const char *serial = procedure_is_slot(ceremony) ? ceremony->procedure.slot.serial : ceremony->device.serial;

	if (label[0] != '\0' && text_is_ascii(label, strlen(label)))
		return label;
	return serial[0] != '\0' && text_is_ascii(serial, strlen(serial)) ? serial : "initialise";
}

void
procedure_tell_tries(const struct pin_status *pin, char *ret, size_t size)
{
	if (pin->tries_left >= 0)
		text_append(ret, size, P_(" %d try is left.", " %d tries are left.", (unsigned long)pin->tries_left),
			pin->tries_left);
}

void
procedure_tell_tries_since(const struct ceremony *ceremony, bool is_so, char *ret, size_t size)
{
	struct pin_status now = is_so ? procedure_so_pin(ceremony) : procedure_user_pin(ceremony);
	int before = ceremony->procedure.tries_before;

	/* Right after a login a SmartCard-HSM does not tell the count, which is full again. */
	if (before >= 0 && now.tries_left >= 0)
		text_append(ret, size, _("Tries left: %d before, %d now.\n"), before, now.tries_left);
	else if (before >= 0)
		text_append(ret, size,
			P_("Before, %d try was left; the right PIN sets the count back to its full number.\n",
				"Before, %d tries were left; the right PIN sets the count back to its full number.\n",
				(unsigned long)before),
			before);
	else
		text_append(ret, size, "%s\n", _("This token does not tell how many tries are left."));
}

void
procedure_tell_remains(const struct ceremony *ceremony, char *ret, size_t size)
{
	const struct procedure *procedure = &ceremony->procedure;

	const struct progress *progress = &ceremony->progress;

	if (procedure->is_changed || progress->is_initialised)
		text_append(ret, size, "%s\n", _("What was done so far stays done on the token."));
	else if (procedure->is_sent || progress->is_initialise_sent)
		text_append(ret, size, "%s\n",
			_("The token was asked to do it. Whether it did is seen on the Status screen: look there "
			  "before you repeat anything."));
	else
		text_append(ret, size, "%s\n", _("Nothing on the token was changed."));
}

void
procedure_object_name(const struct token_object *object, char *ret, size_t size)
{
	char id[2 * TOKEN_OBJECT_ID_SIZE + 1];

	hex_encode(object->id, object->id_size, id);
	text_format(ret, size, _("%s (%s, ID %s)"), object->label[0] == '\0' ? _("without a label") : object->label,
		object->type[0] == '\0' ? token_object_class_text(object->class) : object->type,
		id[0] == '\0' ? _("none") : id);
}

/* The sentence of a wrong PIN, with the tries that are left. */
static void
refuse_pin(struct ceremony *ceremony, enum outcome outcome, bool is_so)
{
	struct pin_status pin = is_so ? procedure_so_pin(ceremony) : procedure_user_pin(ceremony);
	char tries[128] = "";

	procedure_tell_tries(&pin, tries, sizeof tries);
	step_refuse_with(ceremony, outcome, "%s%s", outcome_text(outcome), tries);
}

bool
procedure_refused(struct ceremony *ceremony, const struct token_answer *answer, const struct step *return_to)
{
	enum outcome outcome = answer->outcome;
	bool is_so = outcome == FAIL_SO_PIN_WRONG || !ceremony_has(ceremony, &step_give_user_pin);

	if (outcome == DONE)
		return false;
	ceremony->procedure.is_sent = false;
	if (outcome == FAIL_PIN_WRONG && ceremony_has(ceremony, &step_give_user_pin)) {
		refuse_pin(ceremony, outcome, false);
		step_go(ceremony, &step_give_user_pin, return_to);
	} else if (outcome == FAIL_PIN_WRONG && ceremony_has(ceremony, &step_give_transport_pin)) {
		refuse_pin(ceremony, outcome, false);
		step_go(ceremony, &step_give_transport_pin, return_to);
	} else if (outcome == FAIL_SO_PIN_WRONG && ceremony_has(ceremony, &step_give_so_pin)) {
		refuse_pin(ceremony, outcome, true);
		step_go(ceremony, &step_give_so_pin, return_to);
	} else if (outcome == FAIL_PIN_PAD &&
		   (ceremony_has(ceremony, &step_give_user_pin) || ceremony_has(ceremony, &step_give_so_pin))) {
		/* Nothing was tried. The pad asks again once somebody says so. */
		step_refuse(ceremony, outcome);
		step_go(ceremony, is_so ? &step_give_so_pin : &step_give_user_pin, return_to);
	} else if (!procedure_changes_at_pad(ceremony) &&
		   (outcome == FAIL_PIN_REFUSED || outcome == FAIL_PIN_TOKEN_LENGTH) &&
		   ceremony_has(ceremony, &step_new_user_pin)) {
		step_refuse(ceremony, outcome);
		step_go(ceremony, &step_new_user_pin, return_to);
	} else {
		step_fail(ceremony, outcome, answer->code);
	}
	return true;
}

void
procedure_ask_done(const struct ceremony *ceremony, struct prompt *ret, const char *text)
{
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	procedure_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_DONE;
	text_format(ret->text, sizeof ret->text, _("This was about %s.\n%s\n"), name, text);
	if (ceremony_has(ceremony, &step_give_user_pin) && ceremony->procedure.tries_before >= 0)
		procedure_tell_tries_since(ceremony, false, ret->text, sizeof ret->text);
}

void
procedure_ask_work(const struct ceremony *ceremony, struct prompt *ret)
{
	step_ask_work(ceremony, ret, _("The token is at work."));
}

enum { LOOK_READ, LOOK_TELL };

static void
look_at_token_enter(struct ceremony *ceremony)
{
	const struct token_target *target = &ceremony->world->target;

	ceremony->procedure.tries_before = -1;
	card_list(ceremony);
	for (size_t i = 0; i < ceremony->reader_count; i++)
		if (strcmp(ceremony->readers[i].name, target->reader) == 0)
			ceremony->procedure.has_reader_pad = ceremony->readers[i].has_pin_pad;
	if (target->reader[0] != '\0') {
		text_format(ceremony->device.reader, sizeof ceremony->device.reader, "%s", target->reader);
		text_format(ceremony->device.serial, sizeof ceremony->device.serial, "%s", target->serial);
	} else {
		ceremony->procedure.target = *target;
	}
	card_begin(ceremony, TOKEN_DESCRIBE);
}

static void
look_at_token_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	bool is_slot = procedure_is_slot(ceremony);
	enum outcome outcome = answer->outcome;

	(void)was_lost;
	if (outcome == DONE)
		outcome = ceremony_fits(ceremony->kind, is_slot ? NULL : &ceremony->device.hsm,
			is_slot ? &ceremony->procedure.slot : NULL);
	if (outcome != DONE) {
		step_fail(ceremony, outcome, answer->code);
		return;
	}
	text_format(ceremony->plan.label, sizeof ceremony->plan.label, "%s", procedure_label(ceremony));
	if (left_undone_find(ceremony))
		ceremony->part = LOOK_TELL;
	else
		step_next(ceremony);
}

static void
look_at_token_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	if (ceremony->part == LOOK_TELL)
		left_undone_ask(ceremony, ret);
	else
		procedure_ask_work(ceremony, ret);
}

static void
look_at_token_take(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	left_undone_take(ceremony);
	step_next(ceremony);
}

const struct step step_look_at_token = {
	.name = "token",
	.title = N_("The token"),
	.event = "token-seen",
	.enter = look_at_token_enter,
	.ask = look_at_token_ask,
	.take = look_at_token_take,
	.settled = look_at_token_settled,
	.ends_when_lost = true,
};
