#include <quorate/outcome.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *text;
} table[OUTCOME_COUNT] = {
	[DONE] = { "DONE", N_("Done.") },
#define OUTCOME(name, text) [name] = { #name, text },
#include <quorate/outcome_table.h>
#undef OUTCOME
};

const char *
outcome_text(enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		outcome = FAIL_INTERNAL;
	return _(table[outcome].text);
}

const char *
outcome_name(enum outcome outcome)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		outcome = FAIL_INTERNAL;
	return table[outcome].name;
}

void
outcome_code_text(struct code code, char *ret, size_t size)
{
	switch (code.kind) {
	case CODE_ERRNO:
		snprintf(ret, size, "errno %u (%s)", (unsigned)code.value, strerror((int)code.value));
		return;
	case CODE_STATUS_WORD:
		snprintf(ret, size, "SW %04X", (unsigned)code.value);
		return;
	case CODE_CKR:
		snprintf(ret, size, "CKR 0x%08X", (unsigned)code.value);
		return;
	case CODE_SCARD:
		snprintf(ret, size, "PC/SC 0x%08X", (unsigned)code.value);
		return;
	case CODE_NONE:
		break;
	}
	if (size > 0)
		ret[0] = '\0';
}
