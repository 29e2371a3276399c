/* A certificate on a token, read through the token door and decoded for the Status screen. One at a time. */
#ifndef UI_STATUS_CERTIFICATE_H
#define UI_STATUS_CERTIFICATE_H

#include <quorate/inspect.h>

struct status_certificate {
	char subject[256], issuer[256], serial[64], not_before[24], not_after[24], key[64];
};

/* Forgets what was read; if the object is a certificate, has it read. */
void status_certificate_open(struct slots *slots, size_t slot, const struct token_object *object);

/* After anything woke the loop; true if there is news. */
bool status_certificate_tick(struct slots *slots);

/* Whether the door is taken: no other act can begin until the answer was fetched. */
bool status_certificate_is_busy(void);

/* What was read; NULL if nothing was (yet), *ret_outcome says whether that failed. */
const struct status_certificate *status_certificate_words(enum outcome *ret_outcome);

#endif
