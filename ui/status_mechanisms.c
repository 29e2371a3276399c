#include "status_objects.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

enum column { COLUMN_NAME, COLUMN_SIZES, COLUMN_USES, COLUMN_COUNT };

static const struct table_column columns[] = {
	[COLUMN_NAME] = { N_("Mechanism"), 24, 48 },
	[COLUMN_SIZES] = { N_("Key sizes"), 12, 24 },
	[COLUMN_USES] = { N_("What for"), 12, 60 },
};

static const struct token_mechanism *mechanisms;
static struct table_rows rows;

static void
cell(const void *context, size_t row, size_t column, char *ret, size_t size)
{
	const char *words[20];
	size_t count;

	(void)context;
	*ret = '\0';
	switch ((enum column)column) {
	case COLUMN_NAME:
		text_format(ret, size, "%s", mechanisms[row].name);
		break;
	case COLUMN_SIZES:
		token_mechanism_sizes_text(&mechanisms[row], ret, size);
		break;
	default:
		count = token_mechanism_flag_texts(mechanisms[row].flags, words, 20);
		for (size_t i = 0; i < count; i++)
			text_append(ret, size, "%s%s", i > 0 ? ", " : "", words[i]);
		break;
	}
}

static uint64_t
identity(const void *context, size_t row)
{
	(void)context;
	return mechanisms[row].type;
}

const struct table_rows *
status_mechanism_rows(const struct slots *slots, size_t slot)
{
	struct slot_look look;

	slots_look(slots, slot, &look);
	rows = (struct table_rows){ .columns = columns,
		.column_count = COLUMN_COUNT,
		.count = slots_mechanisms(slots, slot, &mechanisms),
		.number = look.number,
		.cell = cell,
		.identity = identity };
	return &rows;
}

void
status_mechanism_facts(size_t row, struct facts *facts)
{
	char text[TABLE_CELL_SIZE];

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		cell(NULL, row, i, text, sizeof text);
		facts_add(facts, _(columns[i].title), MEANING_NORMAL, "%s", text);
	}
	facts_add(facts, _("Number"), MEANING_NORMAL, "0x%lx", mechanisms[row].type);
	if (mechanisms[row].outcome != DONE)
		facts_add(facts, _("Problem"), MEANING_DANGER, "%s", outcome_text(mechanisms[row].outcome));
}
