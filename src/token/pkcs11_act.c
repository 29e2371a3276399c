#include "pkcs11_inside.h"

#include <quorate/text.h>

#include <string.h>

enum outcome
pkcs11_check(struct pkcs11_run *run, CK_RV rv, enum pin_owner owner)
{
	run->code = rv == CKR_OK ? (struct code){ CODE_NONE, 0 } : (struct code){ CODE_CKR, (uint32_t)rv };
	return ckr_outcome(rv, owner);
}

/* Whether the token in a slot is the one that the target expects; no expectation fits every token. */
static bool
is_expected(const struct slot_info *slot, const struct token_target *target)
{
	if (!slot->has_token || slot->outcome != DONE)
		return false;
	if (target->serial[0] == '\0' && target->label[0] == '\0')
		return true;
	return strcmp(slot->serial, target->serial) == 0 &&
	       (target->label[0] == '\0' || strcmp(slot->label, target->label) == 0);
}

/* In the slot of the target, or, for one that is told by its serial number, in another one. */
static enum outcome
find(struct pkcs11_run *run, const struct token_target *target)
{
	CK_SLOT_ID ids[LIMIT_SLOTS];
	CK_ULONG count;
	struct slot_info other;
	enum outcome outcome;
	bool is_other;

	pkcs11_read_slot(run->module, target->slot, &run->slot);
	if (is_expected(&run->slot, target))
		return DONE;
	is_other = run->slot.outcome == DONE && run->slot.has_token;
	outcome = pkcs11_check(run, pkcs11_slots(run->module, ids, &count), PIN_OF_NOBODY);
	for (CK_ULONG i = 0; outcome == DONE && target->serial[0] != '\0' && i < count; i++) {
		if (ids[i] == target->slot)
			continue;
		pkcs11_read_slot(run->module, ids[i], &other);
		if (is_expected(&other, target)) {
			run->slot = other;
			return DONE;
		}
	}
	if (outcome == DONE && run->slot.outcome != DONE) {
		run->code = run->slot.code;
		return ckr_outcome(run->slot.code.value, PIN_OF_NOBODY);
	}
	if (outcome == DONE)
		outcome = is_other ? FAIL_TOKEN_OTHER : FAIL_NO_TOKEN;
	return outcome;
}

enum outcome
pkcs11_find(struct pkcs11 *module, const struct token_target *target, bool is_fresh, struct pkcs11_run *ret)
{
	CK_RV rv = pkcs11_initialise(module, is_fresh);

	memset(ret, 0, sizeof *ret);
	ret->module = module;
	ret->functions = module->functions;
	if (rv != CKR_OK) {
		(void)pkcs11_check(ret, rv, PIN_OF_NOBODY);
		return module->is_softhsm ? FAIL_MODULE_SOFTHSM : FAIL_MODULE_INIT;
	}
	return find(ret, target);
}

enum outcome
pkcs11_session(struct pkcs11_run *run, bool is_writing)
{
	CK_FLAGS flags = CKF_SERIAL_SESSION | (is_writing ? CKF_RW_SESSION : 0);
	enum outcome outcome = pkcs11_check(
		run, run->functions->C_OpenSession(run->slot.id, flags, NULL, NULL, &run->session), PIN_OF_NOBODY);

	run->has_session = outcome == DONE;
	/* A module that opened one all the same would keep it, and refuse the SO a login for it; nobody has its handle.
	 */
	if (outcome != DONE && run->code.value != CKR_TOKEN_NOT_PRESENT && run->code.value != CKR_DEVICE_REMOVED)
		(void)pkcs11_initialise(run->module, true);
	return outcome;
}

/* Closing the last session is a logout, but not every module knows. Where it does not close, the module begins anew: no
   login outlives its act. */
void
pkcs11_end(struct pkcs11_run *run)
{
	if (!run->has_session)
		return;
	(void)run->functions->C_Logout(run->session);
	if (run->functions->C_CloseSession(run->session) != CKR_OK)
		(void)pkcs11_initialise(run->module, true);
	run->has_session = false;
}

/* A PIN as C_Login and the others take it; at a PIN pad there is none. */
static CK_UTF8CHAR *
pin_bytes(const struct token_request *request, const struct secret *pin)
{
	return request->is_pin_pad || pin == NULL ? NULL : pin->bytes;
}

static CK_ULONG
pin_size(const struct token_request *request, const struct secret *pin)
{
	return request->is_pin_pad || pin == NULL ? 0 : pin->size;
}

/* Without a PIN the module would ask somewhere else, or take an empty one. */
static bool
has_pin(const struct token_request *request, const struct secret *pin)
{
	return request->is_pin_pad || (pin != NULL && pin->size > 0);
}

static enum outcome
login(struct pkcs11_run *run, const struct token_request *request, enum pin_owner owner)
{
	const struct secret *pin = owner == PIN_OF_SO ? request->so_pin : request->user_pin;
	CK_USER_TYPE user = owner == PIN_OF_SO ? CKU_SO : CKU_USER;

	if (!has_pin(request, pin))
		return FAIL_ARGUMENT;
	/* An answer that somebody is logged in proves nothing of this PIN: it is not taken for success. */
	return pkcs11_check(run,
		run->functions->C_Login(run->session, user, pin_bytes(request, pin), pin_size(request, pin)), owner);
}

static enum outcome
act_nothing(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)run;
	(void)request;
	(void)ret;
	return DONE;
}

static enum outcome
act_random(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)request;
	return pkcs11_check(
		run, run->functions->C_GenerateRandom(run->session, ret->random, TOKEN_RANDOM_SIZE), PIN_OF_NOBODY);
}

static enum outcome
set_pin(struct pkcs11_run *run, const struct token_request *request, enum pin_owner owner)
{
	const struct secret *old = owner == PIN_OF_SO ? request->so_pin : request->user_pin;

	if (!has_pin(request, old) || !has_pin(request, request->new_pin))
		return FAIL_ARGUMENT;
	return pkcs11_check(run,
		run->functions->C_SetPIN(run->session, pin_bytes(request, old), pin_size(request, old),
			pin_bytes(request, request->new_pin), pin_size(request, request->new_pin)),
		owner);
}

/* Without a login C_SetPIN is about the user PIN, and tries it once; a login first would be another try. */
static enum outcome
act_change_user_pin(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)ret;
	return set_pin(run, request, PIN_OF_USER);
}

static enum outcome
act_set_transport_pin(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)ret;
	if (slots_user_pin(run->slot.flags, NULL).state != PIN_TRANSPORT)
		return FAIL_NOT_ALLOWED;
	return set_pin(run, request, PIN_OF_USER);
}

static enum outcome
act_change_so_pin(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)ret;
	return set_pin(run, request, PIN_OF_SO);
}

static enum outcome
init_pin(struct pkcs11_run *run, const struct token_request *request, const struct secret *pin)
{
	if (!has_pin(request, pin))
		return FAIL_ARGUMENT;
	return pkcs11_check(run,
		run->functions->C_InitPIN(run->session, pin_bytes(request, pin), pin_size(request, pin)),
		PIN_OF_NOBODY);
}

static enum outcome
act_reset_user_pin(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	(void)ret;
	return init_pin(run, request, request->new_pin);
}

static bool
keep_object(void *context, const struct token_object *object)
{
	struct token_answer *answer = context;

	return token_objects_add(&answer->objects, object) == DONE;
}

static enum outcome
act_list(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	enum outcome outcome = pkcs11_mechanisms(run, NULL, NULL, &ret->kinds);

	(void)request;
	return outcome == DONE ? pkcs11_each(run, NULL, 0, keep_object, ret) : outcome;
}

/* C_InitToken wants no session. Afterwards the token has another serial number, and with SoftHSM another slot as soon
   as the module begins anew; until then it is where it was. */
static enum outcome
act_initialise(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	CK_UTF8CHAR label[TOKEN_NEW_LABEL_SIZE - 1];
	enum outcome outcome = token_check_slot_label(request->label);

	(void)ret;
	if (outcome != DONE)
		return outcome;
	if (!has_pin(request, request->so_pin) || !has_pin(request, request->user_pin))
		return FAIL_ARGUMENT;
	memset(label, ' ', sizeof label);
	memcpy(label, request->label, strlen(request->label));
	outcome = pkcs11_check(run,
		run->functions->C_InitToken(
			run->slot.id, pin_bytes(request, request->so_pin), pin_size(request, request->so_pin), label),
		PIN_OF_SO);
	if (outcome == DONE)
		outcome = pkcs11_session(run, true);
	if (outcome == DONE)
		outcome = login(run, request, PIN_OF_SO);
	if (outcome == DONE)
		outcome = init_pin(run, request, request->user_pin);
	return outcome;
}

/* Each act: whose login it wants, whether it may go without one where no PIN was given, whether it writes. */
static const struct {
	pkcs11_work *work;
	enum pin_owner login;
	bool is_optional, is_writing, takes_empty;
	bool is_of_card;  /* a SmartCard-HSM does it through its reader only */
	bool begins_anew; /* the module is not to answer from what it remembers of PINs and tokens */
} acts[TOKEN_ACT_COUNT] = {
	[TOKEN_DESCRIBE] = { .work = act_nothing, .takes_empty = true },
	[TOKEN_INITIALISE] = { .work = act_initialise,
		.begins_anew = true,
		.is_writing = true,
		.is_of_card = true,
		.takes_empty = true },
	[TOKEN_VERIFY_USER_PIN] = { .work = act_nothing, .begins_anew = true, .login = PIN_OF_USER },
	[TOKEN_PROVE_SO_PIN] = { .work = act_nothing, .begins_anew = true, .login = PIN_OF_SO, .is_of_card = true },
	[TOKEN_RANDOM] = { .work = act_random, .takes_empty = true },
	[TOKEN_CHANGE_USER_PIN] = { .work = act_change_user_pin, .begins_anew = true, .is_writing = true },
	[TOKEN_CHANGE_SO_PIN] = { .work = act_change_so_pin,
		.begins_anew = true,
		.login = PIN_OF_SO,
		.is_writing = true,
		.is_of_card = true },
	[TOKEN_RESET_USER_PIN] = { .work = act_reset_user_pin,
		.begins_anew = true,
		.login = PIN_OF_SO,
		.is_writing = true,
		.is_of_card = true },
	[TOKEN_SET_TRANSPORT_PIN] = { .work = act_set_transport_pin, .begins_anew = true, .is_writing = true },
	[TOKEN_LIST_OBJECTS] = { .work = act_list, .begins_anew = true, .login = PIN_OF_USER, .is_optional = true },
	[TOKEN_GENERATE] = { .work = pkcs11_generate, .login = PIN_OF_USER, .is_writing = true },
	[TOKEN_SIGN] = { .work = pkcs11_sign, .login = PIN_OF_USER },
	[TOKEN_READ_VALUE] = { .work = pkcs11_read_value, .login = PIN_OF_USER, .is_optional = true },
	[TOKEN_WRITE_CERTIFICATE] = { .work = pkcs11_write_certificate, .login = PIN_OF_USER, .is_writing = true },
	[TOKEN_DELETE_OBJECT] = { .work = pkcs11_delete, .login = PIN_OF_USER, .is_writing = true },
	[TOKEN_RENAME_OBJECT] = { .work = pkcs11_rename, .login = PIN_OF_USER, .is_writing = true },
};

/* OpenSC's name for the maker of a SmartCard-HSM: its SO login is not checked, and its C_InitToken sets no DKEK. */
static bool
is_smartcard_hsm(const struct slot_info *slot)
{
	return strncmp(slot->manufacturer, "www.CardContact.de", 18) == 0;
}

/* What the state before rules out is not sent. */
static enum outcome
rule_out(const struct pkcs11_run *run, const struct token_request *request)
{
	const struct slot_info *slot = &run->slot;
	bool is_initialised = (slot->flags & CKF_TOKEN_INITIALIZED) != 0;
	enum token_act act = request->act;
	bool is_of_user =
		acts[act].login == PIN_OF_USER || act == TOKEN_CHANGE_USER_PIN || act == TOKEN_SET_TRANSPORT_PIN;
	bool is_of_so = acts[act].login == PIN_OF_SO || act == TOKEN_INITIALISE;

	if (acts[act].is_of_card && is_smartcard_hsm(slot))
		return FAIL_SMARTCARD_HSM_HERE;
	/* Somebody else initialised it since the people looked. */
	if (act == TOKEN_INITIALISE && is_initialised && request->target.serial[0] == '\0')
		return FAIL_TOKEN_OTHER;
	if (!is_initialised && !acts[act].takes_empty)
		return FAIL_TOKEN_EMPTY;
	if (acts[act].is_writing && (slot->flags & CKF_WRITE_PROTECTED) != 0)
		return FAIL_TOKEN_READ_ONLY;
	if (is_of_so && is_initialised && (slot->flags & CKF_SO_PIN_LOCKED) != 0)
		return FAIL_SO_PIN_LOCKED;
	if (is_of_user && has_pin(request, request->user_pin)) {
		if ((slot->flags & CKF_USER_PIN_LOCKED) != 0)
			return FAIL_PIN_LOCKED;
		if ((slot->flags & CKF_USER_PIN_INITIALIZED) == 0)
			return FAIL_PIN_TRANSPORT;
	}
	return DONE;
}

static enum outcome
work(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	enum token_act act = request->act;
	enum outcome outcome = rule_out(run, request);
	bool wants_login =
		acts[act].login != PIN_OF_NOBODY && (!acts[act].is_optional || has_pin(request, request->user_pin));

	if (outcome != DONE || act == TOKEN_INITIALISE || act == TOKEN_DESCRIBE)
		return outcome == DONE ? acts[act].work(run, request, ret) : outcome;
	/* A session that only reads forbids the login of the SO. */
	outcome = pkcs11_session(run, acts[act].is_writing || acts[act].login == PIN_OF_SO);
	if (outcome == DONE && wants_login)
		outcome = login(run, request, acts[act].login);
	if (outcome == DONE)
		outcome = acts[act].work(run, request, ret);
	return outcome;
}

/* The state afterwards. A token that was initialised is looked for under its new label, the module beginning anew. */
static void
read_after(struct pkcs11_run *run, const struct token_request *request, struct token_answer *ret)
{
	struct token_target target = { .slot = run->slot.id };
	struct slot_info now;

	pkcs11_read_slot(run->module, run->slot.id, &now);
	if (request->act == TOKEN_INITIALISE && now.outcome == DONE && now.has_token) {
		struct pkcs11_run again = *run;

		text_format(target.serial, sizeof target.serial, "%s", now.serial);
		text_format(target.label, sizeof target.label, "%s", now.label);
		if (pkcs11_initialise(run->module, true) == CKR_OK && find(&again, &target) == DONE)
			now = again.slot;
	}
	ret->has_after = now.outcome == DONE && now.has_token;
	ret->slot_after = now;
}

void
pkcs11_act(struct pkcs11 *module, const struct token_request *request, struct token_answer *ret)
{
	struct pkcs11_run run;

	memset(ret, 0, sizeof *ret);
	ret->act = request->act;
	ret->is_slot = true;
	ret->outcome = FAIL_CARD_UNSUPPORTED;
	if ((unsigned)request->act >= TOKEN_ACT_COUNT || acts[request->act].work == NULL)
		return;
	/* SoftHSM keeps PINs in memory that another program has changed since. */
	ret->outcome = pkcs11_find(module, &request->target,
		request->is_fresh || (module->is_softhsm && acts[request->act].begins_anew), &run);
	if (ret->outcome == DONE) {
		ret->has_before = true;
		ret->slot_before = run.slot;
		ret->outcome = work(&run, request, ret);
		pkcs11_end(&run);
		read_after(&run, request, ret);
	}
	ret->code = run.code;
	if (ret->outcome == DONE)
		ret->code = (struct code){ CODE_NONE, 0 };
}

enum outcome
pkcs11_inspect(struct pkcs11 *module, const struct token_target *target, const struct pkcs11_sink *sink,
	key_kinds *ret_kinds, struct code *ret_code)
{
	struct pkcs11_run run;
	enum outcome outcome = pkcs11_find(module, target, false, &run);

	*ret_kinds = 0;
	if (outcome == DONE)
		outcome = pkcs11_mechanisms(&run, sink->mechanism, sink->context, ret_kinds);
	/* A token that is not initialised takes no session. */
	if (outcome == DONE && (run.slot.flags & CKF_TOKEN_INITIALIZED) != 0) {
		outcome = pkcs11_session(&run, false);
		if (outcome == DONE)
			outcome = pkcs11_each(&run, NULL, 0, sink->object, sink->context);
		pkcs11_end(&run);
	}
	*ret_code = run.code;
	return outcome;
}

enum outcome
pkcs11_inspect_object(struct pkcs11 *module, const struct token_target *target, const struct token_object *object,
	const struct pkcs11_sink *sink, struct code *ret_code)
{
	struct pkcs11_run run;
	struct token_object found;
	CK_OBJECT_HANDLE handle;
	enum outcome outcome = pkcs11_find(module, target, false, &run);

	if (outcome == DONE)
		outcome = pkcs11_session(&run, false);
	if (outcome == DONE)
		outcome = pkcs11_find_object(&run, object, &found, &handle);
	if (outcome == DONE)
		outcome = pkcs11_attributes(&run, handle, sink->attribute, sink->context);
	pkcs11_end(&run);
	*ret_code = run.code;
	return outcome;
}
