/*
 * Who is called to the keyboard: everybody whose turn is still to come, by number unless the people choose otherwise.
 * Whoever is not there yet, or left, comes later; that is on record.
 */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

uint64_t
calling_bit(unsigned custodian)
{
	return (uint64_t)1 << (custodian - 1);
}

uint64_t
calling_left(const struct ceremony *ceremony)
{
	return (calling_bit(ceremony->plan.total + 1) - 1) & ~ceremony->progress.written;
}

/* From the one whose turn it is on, and round: who was put off is called last. */
unsigned
calling_next(const struct ceremony *ceremony, uint64_t left)
{
	unsigned total = ceremony->plan.total;

	for (unsigned i = 0; i < total; i++) {
		unsigned custodian = (ceremony->turn - 1 + i) % total + 1;

		if (left & calling_bit(custodian))
			return custodian;
	}
	return 0;
}

void
calling_end_turn(struct ceremony *ceremony)
{
	ceremony->progress.turns++;
	ceremony->progress.written |= calling_bit(ceremony->turn);
}

bool
calling_begin_next(struct ceremony *ceremony)
{
	unsigned next = calling_next(ceremony, calling_left(ceremony));

	if (next == 0)
		return false;
	ceremony->turn = next;
	ceremony->called = ceremony->progress.turns + 1;
	return true;
}

void
calling_list(uint64_t bits, char *ret, size_t size)
{
	ret[0] = '\0';
	for (unsigned i = 0; i < LIMIT_CUSTODIANS; i++)
		if (bits >> i & 1)
			text_append(ret, size, "%s%u", ret[0] == '\0' ? "" : ", ", i + 1);
}

void
calling_ask_gate(const struct ceremony *ceremony, uint64_t left, struct prompt *ret)
{
	uint64_t others = left & ~calling_bit(ceremony->turn);
	char list[CALLING_LIST_SIZE];

	ret->kind = PROMPT_GATE;
	ret->of.gate.custodian = ceremony->turn;
	ret->of.gate.may_call_another = others != 0;
	if (others == 0)
		return;
	if (private_has_numbers(ceremony)) {
		text_append(ret->text, sizeof ret->text, "\n%s",
			_("Any order will do: if the one called is not here, F4 calls another one first."));
		return;
	}
	calling_list(others, list, sizeof list);
	text_append(ret->text, sizeof ret->text,
		_("\nStill to come: %s. Any order will do: if custodian %u is not here, F4 calls another one first."),
		list, ceremony->turn);
}

void
calling_ask_another(const struct ceremony *ceremony, uint64_t left, struct prompt *ret)
{
	ret->kind = PROMPT_CHOOSE;
	text_format(ret->title, sizeof ret->title, "%s", _("Another custodian first"));
	text_format(ret->text, sizeof ret->text,
		_("Who comes to the keyboard next? Custodian %u comes later; it is noted in the record."),
		ceremony->turn);
	for (unsigned custodian = 1; custodian <= ceremony->plan.total; custodian++) {
		struct prompt_choice *item = &ret->of.choose.items[ret->of.choose.count];

		if (!(left & calling_bit(custodian)))
			continue;
		text_format(item->label, sizeof item->label, _("Custodian %u"), custodian);
		if (custodian == ceremony->turn)
			text_format(item->detail, sizeof item->detail, "%s", _("is here after all"));
		else if (ret->of.choose.initial == 0 && custodian > ceremony->turn)
			ret->of.choose.initial = ret->of.choose.count;
		ret->of.choose.count++;
	}
}

bool
calling_take_another(struct ceremony *ceremony, uint64_t left, size_t choice)
{
	unsigned custodian = 1;

	for (; custodian < ceremony->plan.total; custodian++)
		if (left & calling_bit(custodian) && choice-- == 0)
			break;
	const struct journal_field fields[] = {
		{ "custodian", NULL, ceremony->turn },
		{ "called", NULL, custodian },
	};

	if (custodian == ceremony->turn)
		return true;
	if (!record(ceremony, "turn-put-off", fields, sizeof fields / sizeof fields[0]))
		return false;
	ceremony->turn = custodian;
	return true;
}
