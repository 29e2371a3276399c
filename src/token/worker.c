#include "message.h"
#include "pcsc.h"
#include "pkcs11.h"

#include <quorate/process.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

/* The launcher leaves the socket here. */
#define WORKER_SOCKET 3

static enum outcome
send_looked(enum outcome outcome, struct code code)
{
	struct message message;

	message_begin(&message, MESSAGE_LOOKED);
	message.as.looked.outcome = outcome;
	message.as.looked.code = code;
	return message_send(WORKER_SOCKET, &message, true);
}

/* The next request; anything but an expected one ends the worker. */
static bool
receive(struct message *ret)
{
	if (message_receive(WORKER_SOCKET, ret, true) == DONE &&
		(ret->kind == MESSAGE_LOOK || ret->kind == MESSAGE_ACT || ret->kind == MESSAGE_INSPECT))
		return true;
	message_clear(ret);
	return false;
}

static void
work_modules(const char *subject)
{
	struct module_info modules[LIMIT_MODULES];
	size_t count = pkcs11_registered(modules, LIMIT_MODULES);
	struct message message;

	(void)subject;
	for (size_t i = 0; i < count; i++) {
		message_begin(&message, MESSAGE_MODULE);
		message.as.module = modules[i];
		if (message_send(WORKER_SOCKET, &message, true) != DONE)
			return;
	}
	send_looked(DONE, (struct code){ CODE_NONE, 0 });
}

static enum outcome
answer_module(struct pkcs11 *module, bool is_fresh)
{
	const struct slot_info *slots;
	struct message message;
	struct code code;
	size_t count;
	enum outcome looked;

	message_begin(&message, MESSAGE_MODULE);
	looked = pkcs11_look(module, is_fresh, &message.as.module, &slots, &count, &code);
	if (message_send(WORKER_SOCKET, &message, true) != DONE)
		return FAIL_WORKER_GONE;
	for (size_t i = 0; i < count; i++) {
		message_begin(&message, MESSAGE_SLOT);
		message.as.slot = slots[i];
		if (message_send(WORKER_SOCKET, &message, true) != DONE)
			return FAIL_WORKER_GONE;
	}
	return send_looked(looked, code);
}

/* An answer, and before it its objects one by one: a packet does not hold thousands. */
static enum outcome
send_answer(struct message *answer)
{
	struct token_objects *objects = &answer->as.answer.objects;
	struct message message;
	enum outcome outcome = DONE;

	message_begin(&message, MESSAGE_OBJECT);
	for (size_t i = 0; outcome == DONE && i < objects->count; i++) {
		message.as.object = objects->list[i];
		outcome = message_send(WORKER_SOCKET, &message, true);
	}
	if (outcome == DONE)
		outcome = message_send(WORKER_SOCKET, answer, true);
	message_clear(answer);
	return outcome;
}

static bool
send_mechanism(void *context, const struct token_mechanism *mechanism)
{
	struct message message;

	(void)context;
	message_begin(&message, MESSAGE_MECHANISM);
	message.as.mechanism = *mechanism;
	return message_send(WORKER_SOCKET, &message, true) == DONE;
}

static bool
send_object(void *context, const struct token_object *object)
{
	struct message message;

	(void)context;
	message_begin(&message, MESSAGE_OBJECT);
	message.as.object = *object;
	return message_send(WORKER_SOCKET, &message, true) == DONE;
}

static bool
send_attribute(void *context, const struct token_attribute *attribute)
{
	struct message message;

	(void)context;
	message_begin(&message, MESSAGE_ATTRIBUTE);
	message.as.attribute = *attribute;
	return message_send(WORKER_SOCKET, &message, true) == DONE;
}

static enum outcome
answer_inspection(struct pkcs11 *module, const struct message *request)
{
	static const struct pkcs11_sink sink = { send_mechanism, send_object, send_attribute, NULL };
	struct token_target target = { .slot = (unsigned long)request->as.inspect.slot };
	struct message message;

	memcpy(target.serial, request->as.inspect.serial, sizeof target.serial);
	memcpy(target.label, request->as.inspect.label, sizeof target.label);
	message_begin(&message, MESSAGE_INSPECTED);
	if (request->as.inspect.is_object)
		message.as.inspected.outcome = pkcs11_inspect_object(
			module, &target, &request->as.inspect.object, &sink, &message.as.inspected.code);
	else
		message.as.inspected.outcome =
			pkcs11_inspect(module, &target, &sink, &message.as.inspected.kinds, &message.as.inspected.code);
	return message_send(WORKER_SOCKET, &message, true);
}

/* Every request, to a module that could not be loaded. */
static enum outcome
refuse(const struct message *request, enum outcome reason)
{
	const struct code none = { CODE_NONE, 0 };
	struct message message;

	if (request->kind == MESSAGE_LOOK)
		return send_looked(reason, none);
	message_begin(&message, request->kind == MESSAGE_ACT ? MESSAGE_ANSWER : MESSAGE_INSPECTED);
	if (request->kind == MESSAGE_ACT) {
		message.as.answer.act = request->as.act.act;
		message.as.answer.is_slot = true;
		message.as.answer.outcome = reason;
	} else {
		message.as.inspected.outcome = reason;
	}
	return message_send(WORKER_SOCKET, &message, true);
}

static void
work_pkcs11(const char *subject)
{
	struct pkcs11 *module = NULL;
	struct message message, answer;
	enum outcome loaded = pkcs11_open(&module, subject), outcome = DONE;

	if (subject[0] != '/' && (module == NULL || !pkcs11_is_remote(module)) &&
		process_confine(PROCESS_WORKER) != DONE)
		return;

	while (outcome == DONE && receive(&message)) {
		if (module == NULL) {
			outcome = refuse(&message, loaded);
		} else if (message.kind == MESSAGE_ACT) {
			message_begin(&answer, MESSAGE_ANSWER);
			pkcs11_act(module, &message.as.act, &answer.as.answer);
			outcome = send_answer(&answer);
		} else if (message.kind == MESSAGE_INSPECT) {
			outcome = answer_inspection(module, &message);
		} else {
			outcome = answer_module(module, message.as.look.is_fresh);
		}
		message_clear(&message);
	}
	pkcs11_free(&module);
}

static enum outcome
answer_readers(struct pcsc *pcsc, bool is_fresh)
{
	const struct reader_info *readers;
	struct message message;
	struct code code;
	size_t count;
	enum outcome looked = pcsc_look(pcsc, is_fresh, &readers, &count, &code);

	for (size_t i = 0; i < count; i++) {
		message_begin(&message, MESSAGE_READER);
		message.as.reader = readers[i];
		if (message_send(WORKER_SOCKET, &message, true) != DONE)
			return FAIL_WORKER_GONE;
	}
	return send_looked(looked, code);
}

static enum outcome
answer_act(struct pcsc *pcsc, const struct token_request *request)
{
	struct message message;

	message_begin(&message, MESSAGE_ANSWER);
	message.as.answer.act = request->act;
	message.as.answer.outcome = FAIL_NO_PCSC;
	if (pcsc != NULL)
		pcsc_act(pcsc, request, &message.as.answer);
	return send_answer(&message);
}

static enum outcome
answer_keys(struct pcsc *pcsc, const struct message *request)
{
	struct token_objects keys = { 0, NULL };
	struct message message, end;
	enum outcome outcome = DONE;

	message_begin(&end, MESSAGE_INSPECTED);
	end.as.inspected.outcome = FAIL_NO_PCSC;
	if (pcsc != NULL)
		end.as.inspected.outcome = pcsc_keys(
			pcsc, request->as.inspect.reader, request->as.inspect.serial, &keys, &end.as.inspected.code);
	message_begin(&message, MESSAGE_OBJECT);
	for (size_t i = 0; outcome == DONE && i < keys.count; i++) {
		message.as.object = keys.list[i];
		outcome = message_send(WORKER_SOCKET, &message, true);
	}
	token_objects_free(&keys);
	return outcome == DONE ? message_send(WORKER_SOCKET, &end, true) : outcome;
}

static void
work_pcsc(const char *subject)
{
	const struct code none = { CODE_NONE, 0 };
	struct pcsc *pcsc = NULL;
	struct message message;
	enum outcome outcome = pcsc_open(&pcsc, subject);

	while (receive(&message)) {
		if (message.kind == MESSAGE_ACT)
			outcome = answer_act(pcsc, &message.as.act);
		else if (message.kind == MESSAGE_INSPECT)
			outcome = answer_keys(pcsc, &message);
		else if (pcsc == NULL)
			outcome = send_looked(FAIL_NO_PCSC, none);
		else
			outcome = answer_readers(pcsc, message.as.look.is_fresh);
		message_clear(&message);
		if (outcome != DONE)
			break;
	}
	pcsc_free(&pcsc);
}

static void
work_watch(const char *subject)
{
	struct pcsc *pcsc;
	struct message message;

	/* Without the library there is nothing to wait for; the PC/SC worker says so. */
	if (pcsc_open(&pcsc, subject) != DONE)
		return;
	message_begin(&message, MESSAGE_CHANGED);
	do {
		pcsc_wait(pcsc);
	} while (message_send(WORKER_SOCKET, &message, true) == DONE);
	pcsc_free(&pcsc);
}

/* Ends where the module cannot wait: then its worker is asked instead. */
static void
work_wait(const char *subject)
{
	const struct timespec pause = { 0, 200000000 };
	struct pkcs11 *module;
	struct message message;

	if (pkcs11_open(&module, subject) != DONE ||
		(subject[0] != '/' && !pkcs11_is_remote(module) && process_confine(PROCESS_WORKER) != DONE))
		return;
	message_begin(&message, MESSAGE_CHANGED);
	while (pkcs11_wait(module) && message_send(WORKER_SOCKET, &message, true) == DONE)
		/* One that has events without end is no faster than this. */
		nanosleep(&pause, NULL);
	pkcs11_free(&module);
}

static const struct {
	void (*work)(const char *subject);
	bool needs_subject;
} roles[WORKER_KIND_COUNT] = {
	[WORKER_MODULES] = { work_modules, false },
	[WORKER_PKCS11] = { work_pkcs11, true },
	[WORKER_PCSC] = { work_pcsc, false },
	[WORKER_WATCH] = { work_watch, false },
	[WORKER_WAIT] = { work_wait, true },
};

/* Before foreign code is loaded. A remote module's command needs the network, and nobody but p11-kit knows yet whether
   one that is called by its name is such. */
static bool
confine(unsigned long kind, const char *subject)
{
	bool may_be_remote = (kind == WORKER_PKCS11 || kind == WORKER_WAIT) && subject != NULL && subject[0] != '/';

	return may_be_remote || process_confine(PROCESS_WORKER) == DONE;
}

int
worker_main(int argc, char **argv)
{
	unsigned long kind;
	char *end;

	/* A dead launcher takes its workers along. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || process_begin() != DONE || argc < 3 || argc > 4)
		return 1;
	kind = strtoul(argv[2], &end, 10);
	if (*argv[2] == '\0' || *end != '\0' || kind >= WORKER_KIND_COUNT || (roles[kind].needs_subject && argc != 4))
		return 1;
	if (!confine(kind, argc == 4 ? argv[3] : NULL))
		return 1;
	if (fcntl(WORKER_SOCKET, F_GETFD) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR || secret_open() != DONE)
		return 1;
	roles[kind].work(argc == 4 ? argv[3] : NULL);
	return 0;
}
