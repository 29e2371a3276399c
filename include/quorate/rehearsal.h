/*
 * The rehearsal: a folder with virtual SmartCard-HSMs and a SoftHSM token store, the configuration files through which
 * OpenSC, SoftHSM and quorate itself reach them, and the process that plays the cards. Nothing has to be started by
 * hand and nothing needs root: the rehearsal's PC/SC library (libquorate-pcsc.so, loaded by OpenSC and by quorate's
 * PC/SC worker) starts the card process when it is first needed; the process ends by itself once nobody has been
 * connected for a while.
 *
 * folder/opensc.conf        names the PC/SC library as provider_library
 * folder/softhsm2.conf      names folder/softhsm as token store
 * folder/card1, card2 ...   one virtual card each, served as the reader "Rehearsal card 1", ...
 * folder/socket             where the card process listens
 */
#ifndef QUORATE_REHEARSAL_H
#define QUORATE_REHEARSAL_H

#include <quorate/outcome.h>
#include <stdbool.h>

struct rehearsal {
	char folder[256];
	char library[256]; /* the PC/SC library */
	char card_program[256];
	/* "NAME=value" for every program that is to see the rehearsal, NULL-terminated: OPENSC_CONF, SOFTHSM2_CONF,
	   QUORATE_REHEARSAL (the folder), QUORATE_REHEARSAL_CARD (the card program) */
	const char *environment[8];
	char variables[8][320];
};

/*
 * Sets the folder up (it may exist already: cards and tokens keep their state) with the given number of cards and one
 * initialised SoftHSM token "rehearsal" with user PIN 12345678 and SO-PIN 1234567890123456, made by softhsm2-util if
 * that is installed. folder NULL: the default, $XDG_STATE_HOME/quorate/rehearsal or ~/.local/state/quorate/rehearsal.
 * The library and the card program are found beside the running program's build folder (../libexec etc. when installed;
 * QUORATE_BUILD for an uninstalled build). FAIL_REHEARSAL, FAIL_FILE_*, FAIL_TOO_LONG (a socket's path has at most 107
 * bytes).
 */
enum outcome
rehearsal_open(struct rehearsal *ret, const char *folder, unsigned cards);

/* Takes the cards' state and the SoftHSM tokens away: the next rehearsal begins with blank devices. Sheets and records
   that a rehearsal saved are left alone. */
enum outcome
rehearsal_reset(const char *folder);

/* The holder reference of the rehearsal's root certificate, which nobody takes for CardContact's. */
#define REHEARSAL_ROOT "UTREHEARSAL00001"

#endif
