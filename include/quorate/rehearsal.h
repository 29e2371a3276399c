/*
 * The rehearsal: a folder with virtual SmartCard-HSMs and a SoftHSM token store, the configuration files through which
 * OpenSC, SoftHSM and quorate itself reach them, and the process that plays the cards. Nothing has to be started by
 * hand and nothing needs root: the rehearsal's PC/SC library (libquorate-pcsc.so, loaded by OpenSC and by quorate's
 * PC/SC worker) starts the card process when it is first needed; the process ends by itself once nobody has been
 * connected for ten seconds.
 *
 * folder/opensc.conf        names the PC/SC library as provider_library
 * folder/softhsm2.conf      names folder/softhsm as token store
 * folder/card1, card2 ...   one virtual card each, served as the reader "Rehearsal card 1", ...; its state, and
 * pin-log, a line for each try of a PIN: "user-PIN" or "SO-PIN", "right", "wrong" or "blocked", tries left. Into a
 * file "command-log" that lies there a line is written for each command: its head, lengths, status word. A file
 * "deviations" makes the card answer otherwise than it should: a line is an instruction and the status word for it, in
 * hex. While a file "removed" lies there, the card is out of the reader; while a file "pin-pad" lies there, the reader
 * has keys of its own, and its lines are the PINs that are typed there, one after the other ("cancel": the red key).
 * folder/socket, lock       where the card process listens, and what keeps a second one away
 */
#ifndef QUORATE_REHEARSAL_H
#define QUORATE_REHEARSAL_H

#include <quorate/outcome.h>
#include <stdbool.h>

#define REHEARSAL_CARDS_MOST 16
#define REHEARSAL_USER_PIN "12345678"
#define REHEARSAL_SO_PIN "1234567890123456"

struct rehearsal {
	char folder[256];
	char library[256]; /* the PC/SC library */
	char card_program[256];
	bool has_softhsm; /* false: softhsm2-util is not installed, and there is no SoftHSM token */
	/* "NAME=value" for every program that is to see the rehearsal, NULL-terminated: OPENSC_CONF, SOFTHSM2_CONF,
	   QUORATE_REHEARSAL (the folder), QUORATE_REHEARSAL_CARD (the card program) */
	const char *environment[8];
	char variables[8][320];
};

/*
 * Sets the folder up (it may exist already: cards and tokens keep their state) with the given number of cards (1 to
 * REHEARSAL_CARDS_MOST) and one initialised SoftHSM token "rehearsal" with REHEARSAL_USER_PIN and REHEARSAL_SO_PIN,
 * made by softhsm2-util if that is installed. folder NULL: the default, $XDG_STATE_HOME/quorate/rehearsal or
 * ~/.local/state/quorate/rehearsal. environment points into *ret, which must not be moved.
 * The library and the card program are those of the build that QUORATE_BUILD names; else those beside the running
 * program if it was not installed; else the installed ones. FAIL_REHEARSAL_INCOMPLETE if they are not there,
 * FAIL_REHEARSAL, FAIL_REHEARSAL_SOFTHSM, FAIL_ARGUMENT, FAIL_FILE_*, FAIL_TOO_LONG (a socket's path has at most 107
 * bytes).
 */
enum outcome rehearsal_open(struct rehearsal *ret, const char *folder, unsigned cards);

/* Takes the cards' state and the SoftHSM tokens away, having ended the card process: the next rehearsal begins with
   blank devices. Sheets and records that a rehearsal saved are left alone. FAIL_REHEARSAL_BUSY if the card process does
   not end. */
enum outcome rehearsal_reset(const char *folder);

/* The holder reference of the rehearsal's root certificate, which nobody takes for CardContact's; the certificate is in
 * rehearsal_root.h. */
#define REHEARSAL_ROOT "UTREHEARSAL00001"

#endif
