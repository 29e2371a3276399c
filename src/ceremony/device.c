/* Which device, and whether anything proves that it is what it says. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* The word to be typed for a device that nothing vouches for. */
#define UNPROVEN_WORD "unproven"

static void
choose_device_enter(struct ceremony *ceremony)
{
	card_list(ceremony);
}

static unsigned
count_devices(const struct ceremony *ceremony)
{
	unsigned count = 0;

	for (size_t i = 0; i < ceremony->reader_count; i++)
		count += ceremony->readers[i].has_card && ceremony->readers[i].is_hsm;
	return count;
}

/* Why a device cannot be chosen; DONE if it can. */
static enum outcome
judge_device(const struct hsm_status *hsm)
{
	switch (hsm->so_pin.state) {
	case PIN_NOT_SET:
	case PIN_SET:
	case PIN_VERIFIED:
		return DONE;
	case PIN_LOCKED:
		return FAIL_SO_PIN_LOCKED;
	default:
		return FAIL_CARD_ANSWER;
	}
}

static void
tell_contents(const struct hsm_status *hsm, char *ret, size_t size)
{
	if (card_is_new(hsm)) {
		text_append(ret, size, "%s", _("new, never initialised"));
		return;
	}
	text_append(ret, size, "%s", _("used: "));
	text_append(ret, size, P_("%u key", "%u keys", hsm->key_count), hsm->key_count);
	text_append(ret, size, P_(", %u certificate on it", ", %u certificates on it", hsm->certificate_count),
		hsm->certificate_count);
	if (hsm->so_pin.tries_left >= 0)
		text_append(ret, size,
			P_("; SO-PIN: %d try left", "; SO-PIN: %d tries left", (unsigned long)hsm->so_pin.tries_left),
			hsm->so_pin.tries_left);
}

static void
describe_choice(const struct ceremony *ceremony, const struct reader_info *reader, struct prompt_choice *ret)
{
	const struct hsm_status *hsm = &reader->hsm;
	enum outcome outcome = reader->outcome;

	if (outcome == DONE)
		outcome = reader->is_hsm ? judge_device(hsm) : FAIL_NOT_SMARTCARD_HSM;
	if (outcome == DONE)
		outcome = agreed_judge_device(ceremony, hsm);
	if (reader->is_hsm)
		text_format(ret->label, sizeof ret->label, _("%s, serial number %s"),
			hsm->label[0] == '\0' ? _("(no label)") : hsm->label,
			hsm->serial[0] == '\0' ? _("unknown") : hsm->serial);
	else
		text_format(ret->label, sizeof ret->label, "%s", _("A card of another kind"));
	text_format(ret->detail, sizeof ret->detail, _("in %s: "), reader->name);
	ret->is_closed = outcome != DONE;
	if (ret->is_closed)
		text_append(ret->detail, sizeof ret->detail, "%s", outcome_text(outcome));
	else
		tell_contents(hsm, ret->detail, sizeof ret->detail);
}

static void
choose_device_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	struct prompt_choice *again;

	if (count_devices(ceremony) == 0) {
		ret->kind = PROMPT_INSERT_TOKEN;
		text_format(ret->text, sizeof ret->text, "%s\n",
			_("Plug in the SmartCard-HSM or Nitrokey HSM that this ceremony is about. It is only looked at "
			  "now; before anything on it is changed, you are asked again."));
		for (size_t i = 0; i < ceremony->reader_count; i++)
			text_append(ret->text, sizeof ret->text, "%s: %s\n", ceremony->readers[i].name,
				!ceremony->readers[i].has_card         ? _("empty")
				: ceremony->readers[i].outcome == DONE ? outcome_text(FAIL_NOT_SMARTCARD_HSM)
								       : outcome_text(ceremony->readers[i].outcome));
		return;
	}
	ret->kind = PROMPT_CHOOSE;
	text_format(ret->text, sizeof ret->text, "%s",
		_("Which device shall it be? Compare the serial number with the one printed on the device, if there is "
		  "one. Nothing on it is changed yet."));
	for (size_t i = 0; i < ceremony->reader_count; i++)
		if (ceremony->readers[i].has_card)
			describe_choice(ceremony, &ceremony->readers[i], &ret->of.choose.items[ret->of.choose.count++]);
	again = &ret->of.choose.items[ret->of.choose.count++];
	text_format(again->label, sizeof again->label, "%s", _("Look again"));
	text_format(again->detail, sizeof again->detail, "%s", _("after a device was plugged in or taken out"));
}

/* The reader behind a choice; NULL: look again. */
static const struct reader_info *
chosen_reader(const struct ceremony *ceremony, size_t choice)
{
	for (size_t i = 0; i < ceremony->reader_count; i++)
		if (ceremony->readers[i].has_card && choice-- == 0)
			return &ceremony->readers[i];
	return NULL;
}

static void
choose_device_take(struct ceremony *ceremony, struct answer *answer)
{
	const struct reader_info *reader =
		answer->kind == ANSWER_CHOICE ? chosen_reader(ceremony, answer->choice) : NULL;
	struct device *device = &ceremony->device;

	if (reader == NULL) {
		card_list(ceremony);
		return;
	}
	text_format(device->reader, sizeof device->reader, "%s", reader->name);
	text_format(device->serial, sizeof device->serial, "%s", reader->hsm.serial);
	device->hsm = reader->hsm;
	card_begin(ceremony, TOKEN_DESCRIBE);
}

static void
choose_device_settled(struct ceremony *ceremony, const struct token_answer *answer, bool was_lost)
{
	enum outcome outcome = answer->outcome == DONE ? judge_device(&ceremony->device.hsm) : answer->outcome;

	(void)was_lost;
	if (outcome == DONE)
		outcome = ceremony_fits(ceremony->kind, &ceremony->device.hsm, NULL);
	if (outcome == DONE)
		outcome = agreed_judge_device(ceremony, &ceremony->device.hsm);
	if (outcome != DONE) {
		card_list(ceremony);
		step_refuse(ceremony, outcome);
		return;
	}
	step_next(ceremony);
}

const struct step step_choose_device = {
	.name = "device",
	.title = N_("The device"),
	.event = "device-chosen",
	.enter = choose_device_enter,
	.ask = choose_device_ask,
	.take = choose_device_take,
	.settled = choose_device_settled,
};

static const char *
so_pin_sentence(const struct hsm_status *hsm)
{
	if (card_is_new(hsm))
		return _("The device is new: its SO-PIN, the master PIN for initialising it, is chosen today, once and "
			 "for all.");
	return _("The device was used before: its SO-PIN is set already, and the one that it has now is needed. If "
		 "nobody knows it, stop here and take another device.");
}

static void
prove_device_ask(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct hsm_status *hsm = &ceremony->device.hsm;
	char name[LIMIT_TEXT_INPUT + TOKEN_NAME_SIZE];

	card_name(ceremony, name, sizeof name);
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, _("This is %s.\n"), name);
	switch (hsm->proof) {
	case DEVICE_GENUINE:
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("It is genuine: its certificate leads to CardContact's root."));
		if (ceremony->world->is_rehearsal)
			text_append(ret->text, sizeof ret->text, "%s\n",
				_("TAKE CARE: you are rehearsing, but this is a real device. What follows really "
				  "erases it."));
		break;
	case DEVICE_REHEARSAL:
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("It is a rehearsal's device: software, not hardware. Good for learning, and never for keys "
			  "that matter: whoever can read this computer's disk can read everything on it."));
		break;
	default:
		ret->kind = PROMPT_CONFIRM;
		ret->is_alarm = true;
		text_format(ret->of.confirm.word, sizeof ret->of.confirm.word, UNPROVEN_WORD);
		text_append(ret->text, sizeof ret->text, "%s\n",
			_("WARNING: nothing proves that this device is genuine: its certificate leads to no known "
			  "root. A counterfeit could keep a copy of the key that you are about to put into it. Some "
			  "honest devices of other makers have no such certificate."));
		text_append(ret->text, sizeof ret->text,
			_("To go on all the same, type the word %s. It is noted in the record.\n"), UNPROVEN_WORD);
	}
	if (hsm->chain[0] != '\0')
		text_format(ret->small, sizeof ret->small, "%s", hsm->chain);
	if (ceremony_has(ceremony, &step_enter_so_pin))
		text_append(ret->text, sizeof ret->text, "%s", so_pin_sentence(hsm));
}

static void
prove_device_take(struct ceremony *ceremony, struct answer *answer)
{
	if (answer->kind == ANSWER_WORD) {
		if (strcmp(answer->text, UNPROVEN_WORD) != 0) {
			step_refuse(ceremony, FAIL_WORD);
			return;
		}
		if (!record(ceremony, "unproven-device-accepted", NULL, 0))
			return;
		ceremony->device.is_unproven_accepted = true;
	}
	step_next(ceremony);
}

bool
device_is_suspect(const struct ceremony *ceremony)
{
	return ceremony->device.hsm.proof == DEVICE_UNPROVEN && !ceremony->device.is_unproven_accepted;
}

static bool
prove_device_resume(struct ceremony *ceremony, const struct step *step)
{
	ceremony->device.is_unproven_accepted = resume_find(ceremony, "unproven-device-accepted") != NULL;
	return resume_find(ceremony, step->event) != NULL;
}

const struct step step_prove_device = {
	.name = "proof",
	.title = N_("Is the device genuine?"),
	.event = "device-proof-seen",
	.ask = prove_device_ask,
	.take = prove_device_take,
	.resume = prove_device_resume,
};
