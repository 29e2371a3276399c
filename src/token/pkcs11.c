#include "pkcs11_inside.h"

#include <quorate/text.h>

#include <stdlib.h>
#include <string.h>

static bool
is_trust_only(CK_FUNCTION_LIST *module)
{
	char *policy = p11_kit_config_option(module, "trust-policy");
	bool is = policy != NULL && strcmp(policy, "yes") == 0;

	free(policy);
	return is;
}

size_t
pkcs11_registered(struct module_info *ret, size_t most)
{
	CK_FUNCTION_LIST **all;
	size_t count = 0;

	p11_kit_be_quiet();
	all = p11_kit_modules_load(NULL, 0);
	for (CK_FUNCTION_LIST **module = all; module != NULL && *module != NULL && count < most; module++) {
		char *name, *path;

		if (is_trust_only(*module))
			continue;
		name = p11_kit_module_get_name(*module);
		path = p11_kit_module_get_filename(*module);
		memset(&ret[count], 0, sizeof ret[count]);
		if (name != NULL && strlen(name) < sizeof ret->name &&
			(path == NULL || strlen(path) < sizeof ret->path)) {
			text_format(ret[count].name, sizeof ret->name, "%s", name);
			text_format(ret[count].path, sizeof ret->path, "%s", path == NULL ? "" : path);
			count++;
		}
		free(name);
		free(path);
	}
	if (all != NULL)
		p11_kit_modules_release(all);
	return count;
}

/* A module without a file (remote) can be had from the registered ones only; the others are let go. */
static CK_FUNCTION_LIST *
load_registered(const char *name, CK_FUNCTION_LIST ***ret_all)
{
	CK_FUNCTION_LIST **all = p11_kit_modules_load(NULL, 0), *module;

	*ret_all = NULL;
	if (all == NULL)
		return NULL;
	module = p11_kit_module_for_name(all, name);
	if (module == NULL)
		p11_kit_modules_release(all);
	else
		*ret_all = all;
	return module;
}

enum outcome
pkcs11_open(struct pkcs11 **ret, const char *subject)
{
	struct pkcs11 *module = calloc(1, sizeof *module);
	const char *file = strrchr(subject, '/');

	*ret = NULL;
	if (module == NULL)
		return FAIL_MEMORY;
	p11_kit_be_quiet();
	if (file == NULL)
		module->functions = load_registered(subject, &module->all);
	if (module->functions == NULL)
		module->functions = p11_kit_module_load(subject, P11_KIT_MODULE_CRITICAL);
	if (module->functions == NULL) {
		free(module);
		return FAIL_MODULE_LOAD;
	}
	module->is_softhsm = strstr(file == NULL ? subject : file, "softhsm") != NULL;
	*ret = module;
	return DONE;
}

void
pkcs11_free(struct pkcs11 **module)
{
	if (*module == NULL)
		return;
	if ((*module)->is_initialised)
		p11_kit_module_finalize((*module)->functions);
	if ((*module)->all != NULL)
		p11_kit_modules_release((*module)->all);
	else
		p11_kit_module_release((*module)->functions);
	free(*module);
	*module = NULL;
}

bool
pkcs11_is_remote(const struct pkcs11 *module)
{
	char *path = p11_kit_module_get_filename(module->functions);
	bool has_path = path != NULL;

	free(path);
	return !has_path;
}

CK_RV
pkcs11_initialise(struct pkcs11 *module, bool is_fresh)
{
	CK_RV rv = CKR_OK;

	if (module->is_initialised && is_fresh) {
		p11_kit_module_finalize(module->functions);
		module->is_initialised = false;
	}
	if (!module->is_initialised)
		rv = p11_kit_module_initialize(module->functions);
	if (!module->is_initialised && rv == CKR_OK)
		module->beginnings++;
	module->is_initialised = rv == CKR_OK;
	return rv;
}

#define CLEAN(field, to) text_clean(field, sizeof(field), to, sizeof(to))

static CK_RV
read_info(struct pkcs11 *module, struct module_info *ret)
{
	CK_INFO info;
	CK_RV rv;

	memset(&info, 0, sizeof info);
	rv = module->functions->C_GetInfo(&info);
	if (rv != CKR_OK)
		return rv;
	CLEAN(info.libraryDescription, ret->description);
	CLEAN(info.manufacturerID, ret->manufacturer);
	text_format(ret->version, sizeof ret->version, "%u.%u", info.libraryVersion.major, info.libraryVersion.minor);
	return rv;
}

/* A token may come between the two calls; OpenSC looks for readers in the first alone. */
CK_RV
pkcs11_slots(struct pkcs11 *module, CK_SLOT_ID ret[LIMIT_SLOTS], CK_ULONG *ret_count)
{
	CK_RV rv = CKR_BUFFER_TOO_SMALL;

	*ret_count = 0;
	for (int i = 0; rv == CKR_BUFFER_TOO_SMALL && i < 5; i++) {
		rv = module->functions->C_GetSlotList(CK_FALSE, NULL, ret_count);
		if (rv != CKR_OK)
			return rv;
		if (*ret_count == 0)
			return rv;
		/* What is beyond the limit is left out, which the module calls too small a buffer. */
		*ret_count = LIMIT_SLOTS;
		rv = module->functions->C_GetSlotList(CK_FALSE, ret, ret_count);
	}
	if (*ret_count > LIMIT_SLOTS)
		*ret_count = LIMIT_SLOTS;
	return rv;
}

static bool
is_absent(CK_RV rv)
{
	return rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_DEVICE_REMOVED;
}

void
pkcs11_read_slot(struct pkcs11 *module, CK_SLOT_ID id, struct slot_info *ret)
{
	CK_SLOT_INFO slot;
	CK_TOKEN_INFO token;
	CK_RV rv;

	memset(&slot, 0, sizeof slot);
	memset(&token, 0, sizeof token);
	memset(ret, 0, sizeof *ret);
	ret->id = id;
	rv = module->functions->C_GetSlotInfo(id, &slot);
	if (rv == CKR_OK) {
		CLEAN(slot.slotDescription, ret->description);
		ret->has_token = (slot.flags & CKF_TOKEN_PRESENT) != 0;
	}
	if (rv == CKR_OK && ret->has_token)
		rv = module->functions->C_GetTokenInfo(id, &token);
	if (is_absent(rv)) {
		ret->has_token = false;
		rv = CKR_OK;
	}
	if (rv != CKR_OK) {
		ret->outcome = FAIL_MODULE;
		ret->code = (struct code){ CODE_CKR, (uint32_t)rv };
		return;
	}
	CLEAN(token.label, ret->label);
	CLEAN(token.manufacturerID, ret->manufacturer);
	CLEAN(token.model, ret->model);
	CLEAN(token.serialNumber, ret->serial);
	if (!ret->has_token)
		return;
	text_format(
		ret->hardware, sizeof ret->hardware, "%u.%u", token.hardwareVersion.major, token.hardwareVersion.minor);
	text_format(
		ret->firmware, sizeof ret->firmware, "%u.%u", token.firmwareVersion.major, token.firmwareVersion.minor);
	ret->flags = token.flags;
	ret->pin_min = token.ulMinPinLen;
	ret->pin_max = token.ulMaxPinLen;
	ret->sessions = token.ulSessionCount;
	ret->sessions_most = token.ulMaxSessionCount;
	ret->write_sessions = token.ulRwSessionCount;
	ret->write_sessions_most = token.ulMaxRwSessionCount;
	ret->public_memory = token.ulTotalPublicMemory;
	ret->public_memory_free = token.ulFreePublicMemory;
	ret->private_memory = token.ulTotalPrivateMemory;
	ret->private_memory_free = token.ulFreePrivateMemory;
}

enum outcome
pkcs11_look(struct pkcs11 *module, bool is_fresh, struct module_info *ret_info, const struct slot_info **ret,
	size_t *ret_count, struct code *ret_code)
{
	CK_SLOT_ID ids[LIMIT_SLOTS];
	CK_ULONG count = 0;
	bool is_other = softhsm_has_changed(module);
	CK_RV rv = pkcs11_initialise(module, is_fresh || is_other);
	enum outcome outcome = module->is_softhsm ? FAIL_MODULE_SOFTHSM : FAIL_MODULE_INIT;

	memset(ret_info, 0, sizeof *ret_info);
	*ret = module->slots;
	*ret_count = 0;
	if (rv == CKR_OK) {
		outcome = FAIL_MODULE;
		rv = read_info(module, ret_info);
	}
	if (rv == CKR_OK)
		rv = pkcs11_slots(module, ids, &count);
	*ret_code = rv == CKR_OK ? (struct code){ CODE_NONE, 0 } : (struct code){ CODE_CKR, (uint32_t)rv };
	if (rv != CKR_OK)
		return outcome;
	for (CK_ULONG i = 0; i < count; i++)
		pkcs11_read_slot(module, ids[i], &module->slots[i]);
	*ret_count = count;
	return DONE;
}

bool
pkcs11_wait(struct pkcs11 *module)
{
	CK_SLOT_ID slot;

	return pkcs11_initialise(module, false) == CKR_OK && module->functions->C_WaitForSlotEvent != NULL &&
	       module->functions->C_WaitForSlotEvent(0, &slot, NULL) == CKR_OK;
}
