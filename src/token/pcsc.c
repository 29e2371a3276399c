#include "pcsc_library.h"

#include <quorate/hsm.h>
#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a new event has to differ in: who else uses the card (SCARD_STATE_INUSE) is no change. The upper half counts
   insertions and removals. */
#define STATE_MASK (0xffff0000U | SCARD_STATE_PRESENT | SCARD_STATE_UNAVAILABLE | SCARD_STATE_MUTE)
/* Seconds between two looks for a PC/SC service that is away. */
#define AWAY_SECONDS 5
/* pcscd answers this name when readers come and go. */
#define NOTIFICATION "\\\\?PnP?\\Notification"

/* With the notification pcsclite takes 16 names (PCSCLITE_MAX_READERS_CONTEXTS). */
#define WATCH_MOST (LIMIT_READERS - 1)

struct reader {
	char name[MAX_READERNAME]; /* as PC/SC has it */
	DWORD state;               /* masked, as of the description */
	bool is_described;
};

struct pcsc {
	struct pcsc_library library;
	SCARDCONTEXT context;
	bool has_context;
	struct reader readers[LIMIT_READERS];
	struct reader_info infos[LIMIT_READERS];
	size_t count;
	/* The watcher's: what it has told of. */
	struct reader seen[WATCH_MOST];
	size_t seen_count;
	bool has_seen, is_away;
};

enum outcome
pcsc_open(struct pcsc **ret, const char *library)
{
	struct pcsc *pcsc = calloc(1, sizeof *pcsc);
	enum outcome outcome;

	*ret = NULL;
	if (pcsc == NULL)
		return FAIL_MEMORY;
	outcome = pcsc_library_open(&pcsc->library, library);
	if (outcome == DONE)
		*ret = pcsc;
	else
		free(pcsc);
	return outcome;
}

static void
hang_up(struct pcsc *pcsc)
{
	if (pcsc->has_context)
		pcsc->library.ReleaseContext(pcsc->context);
	pcsc->has_context = false;
}

void
pcsc_free(struct pcsc **pcsc)
{
	if (*pcsc == NULL)
		return;
	hang_up(*pcsc);
	pcsc_library_close(&(*pcsc)->library);
	free(*pcsc);
	*pcsc = NULL;
}

static LONG
call(struct pcsc *pcsc)
{
	LONG result = SCARD_S_SUCCESS;

	if (!pcsc->has_context)
		result = pcsc->library.EstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &pcsc->context);
	pcsc->has_context = result == SCARD_S_SUCCESS;
	return result;
}

/* Lists the names, a row of strings that ends with an empty one; ret is always a proper row. */
static LONG
list_names(struct pcsc *pcsc, char *ret, DWORD size)
{
	LONG result = call(pcsc);

	memset(ret, 0, size);
	if (result != SCARD_S_SUCCESS)
		return result;
	size -= 2;
	result = pcsc->library.ListReaders(pcsc->context, NULL, ret, &size);
	if ((uint32_t)result == (uint32_t)SCARD_E_NO_READERS_AVAILABLE) {
		ret[0] = '\0';
		return SCARD_S_SUCCESS;
	}
	return result;
}

#define NAMES_SIZE ((LIMIT_READERS + 1) * MAX_READERNAME + 2)

/* The readers as they are now, each with what was known of it before. */
static LONG
list_readers(struct pcsc *pcsc)
{
	struct reader old[LIMIT_READERS];
	struct reader_info old_infos[LIMIT_READERS];
	char names[NAMES_SIZE];
	size_t old_count = pcsc->count;
	LONG result = list_names(pcsc, names, sizeof names);

	memcpy(old, pcsc->readers, sizeof old);
	memcpy(old_infos, pcsc->infos, sizeof old_infos);
	pcsc->count = 0;
	if (result != SCARD_S_SUCCESS)
		return result;
	for (const char *name = names; *name != '\0' && pcsc->count < LIMIT_READERS; name += strlen(name) + 1) {
		struct reader *reader = &pcsc->readers[pcsc->count];
		struct reader_info *info = &pcsc->infos[pcsc->count];

		if (strlen(name) >= sizeof reader->name)
			continue;
		memset(reader, 0, sizeof *reader);
		memset(info, 0, sizeof *info);
		for (size_t i = 0; i < old_count; i++)
			if (strcmp(old[i].name, name) == 0) {
				*reader = old[i];
				*info = old_infos[i];
			}
		text_format(reader->name, sizeof reader->name, "%s", name);
		text_clean(name, strlen(name), info->name, sizeof info->name);
		pcsc->count++;
	}
	return result;
}

static void
describe(struct pcsc *pcsc, const char *reader, struct reader_info *ret)
{
	struct pcsc_card card;

	ret->is_hsm = false;
	ret->outcome = pcsc_card_open(&card, &pcsc->library, pcsc->context, reader, &ret->code);
	if (ret->outcome != DONE) {
		/* The card left between two calls. */
		ret->has_card = ret->outcome != FAIL_NO_TOKEN;
		return;
	}
	ret->has_pin_pad = card.card.enter_pin != NULL;
	ret->outcome = hsm_describe(&card.card, &ret->hsm, &ret->code);
	pcsc_card_close(&card);
	ret->is_hsm = ret->outcome == DONE;
}

static LONG
look_at_readers(struct pcsc *pcsc, bool is_fresh)
{
	SCARD_READERSTATE states[LIMIT_READERS];
	LONG result;

	memset(states, 0, sizeof states);
	for (size_t i = 0; i < pcsc->count; i++)
		states[i].szReader = pcsc->readers[i].name;
	result = pcsc->count == 0 ? SCARD_S_SUCCESS
				  : pcsc->library.GetStatusChange(pcsc->context, 0, states, pcsc->count);
	if (result != SCARD_S_SUCCESS)
		return result;
	for (size_t i = 0; i < pcsc->count; i++) {
		struct reader *reader = &pcsc->readers[i];
		struct reader_info *info = &pcsc->infos[i];
		DWORD state = states[i].dwEventState & STATE_MASK;

		if (reader->is_described && reader->state == state && !is_fresh)
			continue;
		memset(&info->hsm, 0, sizeof info->hsm);
		info->has_pin_pad = false;
		info->has_card = (state & SCARD_STATE_PRESENT) != 0;
		info->is_hsm = false;
		info->outcome = DONE;
		info->code = (struct code){ CODE_NONE, 0 };
		reader->state = state;
		reader->is_described = true;
		if (info->has_card)
			describe(pcsc, reader->name, info);
	}
	return result;
}

enum outcome
pcsc_look(struct pcsc *pcsc, bool is_fresh, const struct reader_info **ret, size_t *ret_count, struct code *ret_code)
{
	LONG result = list_readers(pcsc);

	if (result == SCARD_S_SUCCESS)
		result = look_at_readers(pcsc, is_fresh);
	if (result != SCARD_S_SUCCESS) {
		hang_up(pcsc);
		pcsc->count = 0;
	}
	*ret = pcsc->infos;
	*ret_count = pcsc->count;
	*ret_code = result == SCARD_S_SUCCESS ? (struct code){ CODE_NONE, 0 }
					      : (struct code){ CODE_SCARD, (uint32_t)result };
	return result == SCARD_S_SUCCESS ? DONE : FAIL_NO_PCSC;
}

void
pcsc_act(struct pcsc *pcsc, const struct token_request *request, struct token_answer *ret)
{
	struct pcsc_card card;
	LONG result = call(pcsc);

	memset(ret, 0, sizeof *ret);
	ret->act = request->act;
	ret->outcome = result == SCARD_S_SUCCESS ? FAIL_NO_READER : FAIL_NO_PCSC;
	if (result != SCARD_S_SUCCESS) {
		ret->code = (struct code){ CODE_SCARD, (uint32_t)result };
		return;
	}
	for (size_t i = 0; i < pcsc->count; i++) {
		if (strcmp(pcsc->infos[i].name, request->target.reader) != 0)
			continue;
		ret->outcome = pcsc_card_open(&card, &pcsc->library, pcsc->context, pcsc->readers[i].name, &ret->code);
		if (ret->outcome == DONE) {
			hsm_act(&card.card, request, ret);
			pcsc_card_close(&card);
		}
		pcsc->readers[i].is_described = false;
		return;
	}
}

enum outcome
pcsc_keys(struct pcsc *pcsc, const char *reader, const char *serial, struct token_objects *ret, struct code *ret_code)
{
	struct pcsc_card card;
	enum outcome outcome;

	*ret_code = (struct code){ CODE_NONE, 0 };
	for (size_t i = 0; i < pcsc->count; i++) {
		if (strcmp(pcsc->infos[i].name, reader) != 0)
			continue;
		/* As described last; a card that was exchanged since is described anew at once. */
		if (strcmp(pcsc->infos[i].hsm.serial, serial) != 0)
			return FAIL_TOKEN_OTHER;
		outcome = pcsc_card_open(&card, &pcsc->library, pcsc->context, pcsc->readers[i].name, ret_code);
		if (outcome != DONE)
			return outcome;
		outcome = hsm_keys(&card.card, ret, ret_code);
		pcsc_card_close(&card);
		return outcome;
	}
	return FAIL_NO_READER;
}

/* Takes the states as seen now; true if they differ from those seen before, names included. */
static bool
note_seen(struct pcsc *pcsc, const SCARD_READERSTATE *states, size_t count)
{
	bool is_changed = pcsc->seen_count != count || !pcsc->has_seen;

	for (size_t i = 0; i < count; i++) {
		struct reader *seen = &pcsc->seen[i];

		is_changed |= strncmp(seen->name, states[i].szReader, sizeof seen->name) != 0;
		is_changed |= seen->state != (states[i].dwEventState & STATE_MASK);
		text_format(seen->name, sizeof seen->name, "%s", states[i].szReader);
		seen->state = states[i].dwEventState & STATE_MASK;
	}
	pcsc->seen_count = count;
	pcsc->has_seen = true;
	return is_changed;
}

/* Lists the readers and waits for the first change to what was seen; nothing that happens between two waits is lost. */
static LONG
wait_for_change(struct pcsc *pcsc)
{
	SCARD_READERSTATE states[WATCH_MOST + 1];
	char names[NAMES_SIZE];
	size_t count = 0;
	LONG result = list_names(pcsc, names, sizeof names);

	memset(states, 0, sizeof states);
	for (const char *name = names; *name != '\0' && count < WATCH_MOST; name += strlen(name) + 1)
		states[count++].szReader = name;
	if (result == SCARD_S_SUCCESS && count > 0)
		result = pcsc->library.GetStatusChange(pcsc->context, 0, states, count);
	states[count].szReader = NOTIFICATION;
	while (result == SCARD_S_SUCCESS) {
		if (note_seen(pcsc, states, count) || (states[count].dwEventState & SCARD_STATE_CHANGED) != 0)
			break;
		for (size_t i = 0; i <= count; i++)
			states[i].dwCurrentState = states[i].dwEventState;
		result = pcsc->library.GetStatusChange(pcsc->context, INFINITE, states, count + 1);
	}
	return result;
}

void
pcsc_wait(struct pcsc *pcsc)
{
	const struct timespec pause = { AWAY_SECONDS, 0 };
	LONG result;

	/* The first failure is news at once; from then on only what ends it is. */
	do {
		if (pcsc->is_away)
			nanosleep(&pause, NULL);
		result = wait_for_change(pcsc);
		if (result == SCARD_S_SUCCESS)
			break;
		hang_up(pcsc);
		pcsc->has_seen = false;
	} while (pcsc->is_away);
	pcsc->is_away = result != SCARD_S_SUCCESS;
}
