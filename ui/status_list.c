#include "status_list.h"

#include "device.h"

#include <quorate/text.h>
#include <quorate/tongue.h>
#include <string.h>

/* Modules, slots, readers, and PC/SC itself. */
#define ROWS_MOST (LIMIT_MODULES + LIMIT_SLOTS + LIMIT_READERS + 1)

enum column { COLUMN_NAME, COLUMN_TOKEN, COLUMN_STATE, COLUMN_SERIAL, COLUMN_COUNT };

static const struct table_column columns[] = {
	[COLUMN_NAME] = { N_("Where"), 18, 48 },
	[COLUMN_TOKEN] = { N_("Token"), 10, 32 },
	[COLUMN_STATE] = { N_("State"), 18, 32 },
	[COLUMN_SERIAL] = { N_("Serial number"), 13, 20 },
};

static const struct slots *known;
static struct status_row list[ROWS_MOST];
static struct table_rows rows;

/* A row in words. */
struct entry {
	char name[TOKEN_NAME_SIZE + 32], token[TOKEN_LABEL_SIZE + 32], serial[TOKEN_SERIAL_SIZE];
	const char *state;
	enum meaning meaning;
	bool is_head;
};

const struct reader_info *
status_list_reader(const struct slots *slots, const struct slot_info *slot)
{
	const struct reader_info *readers;
	size_t count = slots_readers(slots, &readers);

	return slot->reader < count && readers[slot->reader].is_hsm ? &readers[slot->reader] : NULL;
}

static const char *
hsm_state(const struct hsm_status *hsm)
{
	const char *words = device_pin_words(&hsm->user_pin, &hsm->so_pin);

	return *words != '\0' ? words : hsm->so_pin.state == PIN_NOT_SET ? _("new") : _("ready");
}

static const char *
slot_state(const struct slot_info *slot)
{
	struct pin_status user = slots_user_pin(slot->flags, NULL), so = slots_so_pin(slot->flags, NULL);

	return device_pin_words(&user, &so);
}

static void
describe_slot(const struct slot_info *slot, struct entry *ret)
{
	const struct reader_info *reader = status_list_reader(known, slot);
	/* OpenSC gives a device that was never initialised a label and calls it initialised. */
	bool is_new = reader != NULL && reader->hsm.so_pin.state == PIN_NOT_SET;

	text_format(ret->name, sizeof ret->name, "%s", slot->description);
	text_format(ret->token, sizeof ret->token, "%s",
		slot->outcome != DONE    ? _("(problem)")
		: !slot->has_token       ? _("(empty)")
		: is_new                 ? _("(new)")
		: slot->label[0] != '\0' ? slot->label
					 : _("(no label)"));
	text_format(ret->serial, sizeof ret->serial, "%s", slot->serial);
	ret->state = slot->outcome != DONE || !slot->has_token ? ""
		     : reader != NULL                          ? hsm_state(&reader->hsm)
							       : slot_state(slot);
	ret->meaning = slot->outcome != DONE ? MEANING_DANGER
		       : !slot->has_token    ? MEANING_MUTED
		       : reader != NULL      ? device_condition(&reader->hsm)
					     : device_slot_condition(slot);
}

static void
describe_module(const struct module_info *module, struct entry *ret)
{
	static const char *const states[] = { [MODULE_STARTING] = N_("(being started)"),
		[MODULE_READY] = "",
		[MODULE_FAILED] = N_("(does not work)"),
		[MODULE_HUNG] = N_("(does not answer)") };

	ret->is_head = true;
	ret->meaning = module->state >= MODULE_FAILED ? MEANING_DANGER : MEANING_ACCENT;
	text_format(ret->name, sizeof ret->name, "%s", module->name);
	text_format(
		ret->token, sizeof ret->token, "%s", states[module->state][0] == '\0' ? "" : _(states[module->state]));
}

static void
describe_pcsc(struct entry *ret)
{
	const struct reader_info *readers;
	struct code code;
	bool works = slots_pcsc(known, &code) == DONE;

	ret->is_head = true;
	ret->meaning = works ? MEANING_ACCENT : MEANING_DANGER;
	text_format(ret->name, sizeof ret->name, "%s", _("Card readers"));
	if (!works)
		text_format(ret->token, sizeof ret->token, "%s", _("(problem)"));
	else if (slots_readers(known, &readers) == 0)
		text_format(ret->token, sizeof ret->token, "%s", _("(none)"));
}

static void
describe_reader(const struct reader_info *reader, struct entry *ret)
{
	text_format(ret->name, sizeof ret->name, "%s", reader->name);
	text_format(ret->token, sizeof ret->token, "%s",
		reader->outcome != DONE                   ? _("(problem)")
		: !reader->has_card                       ? _("(no card)")
		: !reader->is_hsm                         ? _("(other card)")
		: reader->hsm.so_pin.state == PIN_NOT_SET ? _("(new)")
		: reader->hsm.label[0] != '\0'            ? reader->hsm.label
							  : _("(no label)"));
	if (reader->is_hsm && reader->outcome == DONE) {
		text_format(ret->serial, sizeof ret->serial, "%s", reader->hsm.serial);
		ret->state = hsm_state(&reader->hsm);
	}
	ret->meaning = reader->outcome != DONE ? MEANING_DANGER
		       : !reader->is_hsm       ? MEANING_MUTED
					       : device_condition(&reader->hsm);
}

static void
describe(size_t row, struct entry *ret)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;

	*ret = (struct entry){ .meaning = MEANING_NORMAL, .state = "" };
	switch (list[row].kind) {
	case STATUS_MODULE:
		slots_modules(known, &modules);
		describe_module(modules + list[row].index, ret);
		break;
	case STATUS_SLOT:
		slots_slots(known, &infos);
		describe_slot(infos + list[row].index, ret);
		break;
	case STATUS_PCSC:
		describe_pcsc(ret);
		break;
	case STATUS_READER:
		slots_readers(known, &readers);
		describe_reader(readers + list[row].index, ret);
		break;
	}
}

static void
cell(const void *context, size_t row, size_t column, char *ret, size_t size)
{
	struct entry entry;

	(void)context;
	describe(row, &entry);
	switch ((enum column)column) {
	case COLUMN_NAME:
		/* What needs a look has a sign as well as a colour. */
		text_format(ret, size, "%s%s",
			entry.is_head ? ""
			: entry.meaning >= MEANING_WARNING && entry.meaning <= MEANING_DANGER
				? theme_glyph(GLYPH_WARNING)
				: " ",
			entry.is_head ? "" : " ");
		text_append(ret, size, "%s", entry.name);
		break;
	case COLUMN_TOKEN:
		text_format(ret, size, "%s", entry.token);
		break;
	case COLUMN_SERIAL:
		text_format(ret, size, "%s", entry.serial);
		break;
	default:
		text_format(ret, size, "%s", entry.state);
		break;
	}
}

static enum meaning
meaning(const void *context, size_t row)
{
	struct entry entry;

	(void)context;
	describe(row, &entry);
	return entry.meaning;
}

/* FNV-1a, 64 bits. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
	return hash;
}

/* Modules and readers are known by their names, a slot by its module and ID. */
static uint64_t
identity(const void *context, size_t row)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	uint64_t hash = mix(0xcbf29ce484222325u, &list[row].kind, sizeof list[row].kind);
	size_t index = list[row].index;

	(void)context;
	slots_modules(known, &modules);
	slots_slots(known, &infos);
	slots_readers(known, &readers);
	switch (list[row].kind) {
	case STATUS_SLOT:
		hash = mix(hash, &infos[index].id, sizeof infos[index].id);
		index = infos[index].module;
		return mix(hash, modules[index].name, strlen(modules[index].name));
	case STATUS_MODULE:
		return mix(hash, modules[index].name, strlen(modules[index].name));
	case STATUS_READER:
		return mix(hash, readers[index].name, strlen(readers[index].name));
	default:
		return hash;
	}
}

static void
push(enum status_kind kind, size_t index)
{
	if (rows.count < ROWS_MOST)
		list[rows.count++] = (struct status_row){ kind, index };
}

const struct table_rows *
status_list_rows(const struct slots *slots)
{
	const struct module_info *modules;
	const struct slot_info *infos;
	const struct reader_info *readers;
	size_t module_count = slots_modules(slots, &modules), slot_count = slots_slots(slots, &infos);
	size_t reader_count = slots_readers(slots, &readers);
	bool has_slot[LIMIT_READERS] = { false };

	known = slots;
	rows = (struct table_rows){ .columns = columns,
		.column_count = COLUMN_COUNT,
		.number = rows.number + 1,
		.cell = cell,
		.identity = identity,
		.meaning = meaning };
	for (size_t i = 0; i < module_count; i++) {
		push(STATUS_MODULE, i);
		for (size_t j = 0; j < slot_count; j++)
			if (infos[j].module == i) {
				push(STATUS_SLOT, j);
				if (infos[j].reader < LIMIT_READERS)
					has_slot[infos[j].reader] = true;
			}
	}
	push(STATUS_PCSC, 0);
	for (size_t i = 0; i < reader_count; i++)
		if (!has_slot[i])
			push(STATUS_READER, i);
	return &rows;
}

const struct status_row *
status_list_row(size_t row)
{
	return row < rows.count ? &list[row] : NULL;
}
