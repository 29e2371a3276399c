/* A PKCS#11 module for tests that stands before SoftHSM: the N-th call to any function goes wrong as told (faulty.h).
 */
#include "faulty.h"

#include <p11-kit/pkcs11.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL "/usr/lib/softhsm/libsofthsm2.so"
#define FAR_TOO_MUCH 0x7fffffffUL

extern struct faulty faulty;
struct faulty faulty;

static CK_FUNCTION_LIST *real, functions;
static bool is_gone, is_shouting, is_after;

/* True if the call is not to be made: *ret is what it returns. */
static bool
goes_wrong(CK_RV *ret, bool is_of_token)
{
	bool is_now = ++faulty.calls == faulty.at;

	is_shouting = is_now && faulty.fault == FAULT_SHOUT;
	is_after = is_now && faulty.fault == FAULT_AFTER;
	is_gone = faulty.fault == FAULT_VANISH && faulty.at != 0 && faulty.calls >= faulty.at;
	while (is_now && faulty.fault == FAULT_HANG)
		pause();
	*ret = is_gone ? CKR_DEVICE_REMOVED : faulty.value;
	return (is_gone && is_of_token) || (is_now && faulty.fault == FAULT_RETURN);
}

#define WRAP_AS(name, is_of_token, parameters, arguments, shout)                                                       \
	static CK_RV faulty_##name parameters                                                                          \
	{                                                                                                              \
		CK_RV rv;                                                                                              \
                                                                                                                       \
		if (goes_wrong(&rv, is_of_token))                                                                      \
			return rv;                                                                                     \
		rv = real->name arguments;                                                                             \
		if (is_shouting) {                                                                                     \
			shout;                                                                                         \
		}                                                                                                      \
		return is_after ? faulty.value : rv;                                                                   \
	}

#define WRAP(name, parameters, arguments, shout) WRAP_AS(name, true, parameters, arguments, shout)
#define NOTHING (void)0
#define NOISE(at, size) memset(at, '\033', size)

/* Every length that is told is larger than what there was room for. */
static void
shout_attributes(CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	for (CK_ULONG i = 0; i < count; i++) {
		if (attributes[i].pValue != NULL && attributes[i].ulValueLen != CK_UNAVAILABLE_INFORMATION)
			NOISE(attributes[i].pValue, attributes[i].ulValueLen);
		attributes[i].ulValueLen = FAR_TOO_MUCH;
	}
}

static void
shout_token(CK_TOKEN_INFO *info)
{
	CK_FLAGS flags = info->flags;

	NOISE(info, sizeof *info);
	info->flags = flags;
}

/* A token that went does not take the library along. */
WRAP_AS(C_Initialize, false, (void *arguments), (arguments), NOTHING)
WRAP_AS(C_Finalize, false, (void *reserved), (reserved), NOTHING)
WRAP(C_GetInfo, (CK_INFO * info), (info), NOISE(info, sizeof *info))
WRAP(C_GetSlotList, (CK_BBOOL is_present, CK_SLOT_ID *ids, CK_ULONG *count), (is_present, ids, count),
	*count = FAR_TOO_MUCH)
WRAP(C_GetSlotInfo, (CK_SLOT_ID id, CK_SLOT_INFO *info), (id, info), NOISE(info, sizeof *info))
WRAP(C_GetTokenInfo, (CK_SLOT_ID id, CK_TOKEN_INFO *info), (id, info), shout_token(info))
WRAP(C_GetMechanismList, (CK_SLOT_ID id, CK_MECHANISM_TYPE *types, CK_ULONG *count), (id, types, count),
	*count = FAR_TOO_MUCH)
WRAP(C_GetMechanismInfo, (CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info), (id, type, info),
	NOISE(info, sizeof *info))
WRAP(C_InitPIN, (CK_SESSION_HANDLE session, CK_BYTE *pin, CK_ULONG size), (session, pin, size), NOTHING)
WRAP(C_OpenSession, (CK_SLOT_ID id, CK_FLAGS flags, void *data, CK_NOTIFY notify, CK_SESSION_HANDLE *ret),
	(id, flags, data, notify, ret), NOTHING)
WRAP(C_CloseSession, (CK_SESSION_HANDLE session), (session), NOTHING)
WRAP(C_CloseAllSessions, (CK_SLOT_ID id), (id), NOTHING)
WRAP(C_Logout, (CK_SESSION_HANDLE session), (session), NOTHING)
WRAP(C_CreateObject, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *all, CK_ULONG count, CK_OBJECT_HANDLE *ret),
	(session, all, count, ret), *ret = FAR_TOO_MUCH)
WRAP(C_DestroyObject, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object), (session, object), NOTHING)
WRAP(C_GetAttributeValue, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *all, CK_ULONG count),
	(session, object, all, count), shout_attributes(all, count))
WRAP(C_SetAttributeValue, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *all, CK_ULONG count),
	(session, object, all, count), NOTHING)
WRAP(C_FindObjectsInit, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *all, CK_ULONG count), (session, all, count), NOTHING)
WRAP(C_FindObjects, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *ret, CK_ULONG most, CK_ULONG *count),
	(session, ret, most, count), *count = FAR_TOO_MUCH)
WRAP(C_FindObjectsFinal, (CK_SESSION_HANDLE session), (session), NOTHING)
WRAP(C_SignInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), (session, mechanism, key),
	NOTHING)
WRAP(C_Sign, (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG size, CK_BYTE *ret, CK_ULONG *ret_size),
	(session, data, size, ret, ret_size), *ret_size = FAR_TOO_MUCH)
WRAP(C_GenerateKeyPair,
	(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public, CK_ULONG public_count,
		CK_ATTRIBUTE *private, CK_ULONG private_count, CK_OBJECT_HANDLE *ret_public,
		CK_OBJECT_HANDLE *ret_private),
	(session, mechanism, public, public_count, private, private_count, ret_public, ret_private),
	*ret_private = FAR_TOO_MUCH)
WRAP(C_GenerateRandom, (CK_SESSION_HANDLE session, CK_BYTE *ret, CK_ULONG size), (session, ret, size), NOTHING)

/* Calls that bring a PIN to be checked. */
static CK_RV
faulty_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE *pin, CK_ULONG size)
{
	CK_RV rv;

	if (goes_wrong(&rv, true))
		return rv;
	faulty.tries++;
	rv = real->C_Login(session, user, pin, size);
	return is_after ? faulty.value : rv;
}

static CK_RV
faulty_C_SetPIN(CK_SESSION_HANDLE session, CK_BYTE *old, CK_ULONG old_size, CK_BYTE *pin, CK_ULONG size)
{
	CK_RV rv;

	if (goes_wrong(&rv, true))
		return rv;
	faulty.tries++;
	rv = real->C_SetPIN(session, old, old_size, pin, size);
	return is_after ? faulty.value : rv;
}

static CK_RV
faulty_C_InitToken(CK_SLOT_ID id, CK_BYTE *pin, CK_ULONG size, CK_BYTE *label)
{
	CK_RV rv;

	if (goes_wrong(&rv, true))
		return rv;
	faulty.tries++;
	rv = real->C_InitToken(id, pin, size, label);
	return is_after ? faulty.value : rv;
}

static void
take_environment(void)
{
	const char *told = getenv("QUORATE_FAULTY");
	unsigned fault = FAULT_NONE;

	if (told != NULL && sscanf(told, "%u %lu %lx", &fault, &faulty.at, &faulty.value) == 3)
		faulty.fault = (enum fault)fault;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **ret)
{
	CK_C_GetFunctionList get;
	void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || get(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	functions = *real;
#define TAKE(name) functions.name = faulty_##name
	TAKE(C_Initialize);
	TAKE(C_Finalize);
	TAKE(C_GetInfo);
	TAKE(C_GetSlotList);
	TAKE(C_GetSlotInfo);
	TAKE(C_GetTokenInfo);
	TAKE(C_GetMechanismList);
	TAKE(C_GetMechanismInfo);
	TAKE(C_InitToken);
	TAKE(C_InitPIN);
	TAKE(C_SetPIN);
	TAKE(C_OpenSession);
	TAKE(C_CloseSession);
	TAKE(C_CloseAllSessions);
	TAKE(C_Login);
	TAKE(C_Logout);
	TAKE(C_CreateObject);
	TAKE(C_DestroyObject);
	TAKE(C_GetAttributeValue);
	TAKE(C_SetAttributeValue);
	TAKE(C_FindObjectsInit);
	TAKE(C_FindObjects);
	TAKE(C_FindObjectsFinal);
	TAKE(C_SignInit);
	TAKE(C_Sign);
	TAKE(C_GenerateKeyPair);
	TAKE(C_GenerateRandom);
	take_environment();
	*ret = &functions;
	return CKR_OK;
}
