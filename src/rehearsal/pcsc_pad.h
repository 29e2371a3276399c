/*
 * A reader with keys of its own: there is one while a file "pin-pad" lies in a card's folder. Its lines are what the
 * person at the pad types, PIN by PIN, each taken off the top as it is typed; "cancel" is the red key, no line is
 * nobody.
 */
#ifndef QUORATE_REHEARSAL_PCSC_PAD_H
#define QUORATE_REHEARSAL_PCSC_PAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <winscard.h>

bool pcsc_pad_is_there(const char *reader);

/* The answer to CM_IOCTL_GET_FEATURE_REQUEST; returns its size. */
size_t pcsc_pad_features(uint8_t *ret, size_t room);

/* What becomes of an order: a command for the card, or the reader's own answer. False for a code that is none. */
struct pcsc_pad_command {
	uint8_t bytes[64], answer[2];
	size_t size;
	bool is_of_reader;
};
bool pcsc_pad_order(const char *reader, DWORD code, const uint8_t *order, size_t size, struct pcsc_pad_command *ret);

#endif
