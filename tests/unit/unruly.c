/* A PKCS#11 module for tests that does not behave: QUORATE_UNRULY says hang, crash, grow or shout. */
#include <p11-kit/pkcs11.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_told(const char *word)
{
	const char *told = getenv("QUORATE_UNRULY");

	return told != NULL && strcmp(told, word) == 0;
}

static CK_RV
initialize(void *arguments)
{
	(void)arguments;
	if (is_told("crash"))
		abort();
	while (is_told("hang"))
		pause();
	return CKR_OK;
}

static CK_RV
finalize(void *reserved)
{
	(void)reserved;
	return CKR_OK;
}

static CK_RV
get_info(CK_INFO *info)
{
	memset(info, ' ', sizeof *info);
	return CKR_OK;
}

/* Growing: one slot more at each call, so the buffer is too small at first. Shouting: more than anybody has. */
static CK_RV
get_slot_list(CK_BBOOL is_present, CK_SLOT_ID *ids, CK_ULONG *count)
{
	static CK_ULONG there = 1;
	CK_ULONG room = *count;

	(void)is_present;
	if (is_told("grow"))
		there++;
	if (is_told("shout"))
		there = 1000;
	*count = there;
	if (ids == NULL)
		return CKR_OK;
	for (CK_ULONG i = 0; i < there && i < room; i++)
		ids[i] = i;
	return there > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

/* No NUL anywhere, escape sequences everywhere. */
static CK_RV
get_slot_info(CK_SLOT_ID id, CK_SLOT_INFO *info)
{
	(void)id;
	memset(info, '\033', sizeof *info);
	info->flags = CKF_TOKEN_PRESENT;
	return CKR_OK;
}

static CK_RV
get_token_info(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	memset(info, '\033', sizeof *info);
	memcpy(info->label, "\xc3\xa4 \xff", 4);
	return id == 0 ? CKR_OK : CKR_DEVICE_ERROR;
}

static CK_FUNCTION_LIST functions = {
	.version = { 2, 40 },
	.C_Initialize = initialize,
	.C_Finalize = finalize,
	.C_GetInfo = get_info,
	.C_GetSlotList = get_slot_list,
	.C_GetSlotInfo = get_slot_info,
	.C_GetTokenInfo = get_token_info,
};

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **ret)
{
	*ret = &functions;
	return CKR_OK;
}
