/* A PKCS#11 module for tests that does not behave: QUORATE_UNRULY says hang, crash, grow, shout, or
   wait:FILE, whose token is there while the file is. */
#include <p11-kit/pkcs11.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool
is_told(const char *word)
{
	const char *told = getenv("QUORATE_UNRULY");

	return told != NULL && strcmp(told, word) == 0;
}

/* The file of wait:FILE, NULL if nothing of that was told. */
static const char *
file_told(void)
{
	const char *told = getenv("QUORATE_UNRULY");

	return told != NULL && strncmp(told, "wait:", 5) == 0 ? told + 5 : NULL;
}

static CK_RV
wait_for_slot_event(CK_FLAGS flags, CK_SLOT_ID *ret, void *reserved)
{
	const struct timespec pause = { 0, 5000000 };
	char noticed[256];
	static bool was_there, is_begun;

	(void)flags;
	(void)reserved;
	if (file_told() == NULL)
		return CKR_FUNCTION_NOT_SUPPORTED;
	/* What happens between two waits is no event less. */
	if (!is_begun)
		was_there = access(file_told(), F_OK) == 0;
	is_begun = true;
	while ((access(file_told(), F_OK) == 0) == was_there)
		nanosleep(&pause, NULL);
	was_there = !was_there;
	/* Somebody may want to know that it was noticed. */
	snprintf(noticed, sizeof noticed, "%s.noticed", file_told());
	close(open(noticed, O_CREAT | O_WRONLY, 0600));
	*ret = 0;
	return CKR_OK;
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
	info->flags = file_told() == NULL || access(file_told(), F_OK) == 0 ? CKF_TOKEN_PRESENT : 0;
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
	.C_WaitForSlotEvent = wait_for_slot_event,
};

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **ret)
{
	*ret = &functions;
	return CKR_OK;
}
