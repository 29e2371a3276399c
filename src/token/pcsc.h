/* Readers and cards through a PC/SC library that is found at run time, so that the rehearsal's can stand in. Blocking;
 * used in the PC/SC worker and in the watcher. */
#ifndef QUORATE_TOKEN_PCSC_H
#define QUORATE_TOKEN_PCSC_H

#include <quorate/token.h>

struct pcsc;

/* Loads the library; NULL: libpcsclite.so.1. FAIL_NO_PCSC. */
enum outcome pcsc_open(struct pcsc **ret, const char *library);
void pcsc_free(struct pcsc **pcsc);

/* Looks at all readers; describes only the cards that were not described before, for a SELECT ends the logins of other
   programs. is_fresh: describes all. The readers stay good until the next call. FAIL_NO_PCSC. */
enum outcome pcsc_look(
	struct pcsc *pcsc, bool is_fresh, const struct reader_info **ret, size_t *ret_count, struct code *ret_code);

/* One act (hsm.h) on the card in the reader that the request names, within one transaction; that card is described anew
   at the next look. FAIL_NO_READER, FAIL_NO_TOKEN besides. */
void pcsc_act(struct pcsc *pcsc, const struct token_request *request, struct token_answer *ret);

/* What the SmartCard-HSM of this serial number tells of its keys without a login (hsm_keys). FAIL_NO_READER,
   FAIL_NO_TOKEN, FAIL_TOKEN_OTHER besides. The list is the caller's. */
enum outcome pcsc_keys(
	struct pcsc *pcsc, const char *reader, const char *serial, struct token_objects *ret, struct code *ret_code);

/* Waits, for ever if need be, until a reader or card comes or goes, or PC/SC itself does. While PC/SC is away it is
   looked for every few seconds. */
void pcsc_wait(struct pcsc *pcsc);

#endif
