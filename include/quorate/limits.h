/*
 * Policy: every limit and number that is a decision, with its reason. Sizes that a format dictates stand in the header
 * of that format; numbers that belong to one function only stand beside it.
 */
#ifndef QUORATE_LIMITS_H
#define QUORATE_LIMITS_H

/* Secrets: all of them together fit many times over; a 64 KiB lock is granted even under the smallest usual
 * RLIMIT_MEMLOCK. */
#define LIMIT_SECURE_HEAP (64 * 1024)
#define LIMIT_SECURE_HEAP_BLOCK 16

/* DKEK: MD5 steps per block, fixed by the SmartCard-HSM's share file format (OpenSC, sc-hsm-tool.c). */
#define LIMIT_DKEK_ITERATIONS 10000000

/* Custodians: share IDs are one byte in the check word; 32 still fits a table and a room. */
#define LIMIT_CUSTODIANS 32
#define LIMIT_THRESHOLD_MIN 2
/* What sc-hsm-tool's own creation accepts; below it only a remark, for its import takes 2-of-2 as well. */
#define LIMIT_TOOL_CUSTODIANS_MIN 3
/* All m-subsets of a set are recombined up to this many; beyond it a selection that touches every share. */
#define LIMIT_SUBSETS 10000

/* PINs of a SmartCard-HSM: the card takes 16 characters, OpenSC's PKCS#11 stops at 15. */
#define LIMIT_USER_PIN_MIN 6
#define LIMIT_USER_PIN_MAX 15
#define LIMIT_USER_PIN_ADVISED 8
#define LIMIT_SO_PIN_DIGITS 16
#define LIMIT_SO_PIN_TRIES 15
/* PINs of a token in a slot: what the token says, as far as SoftHSM goes, whose limit is the largest that is known. */
#define LIMIT_SLOT_PIN_MAX 255
/* Password of a share file: sc-hsm-tool reads at most this many characters. */
#define LIMIT_PASSWORD_MAX 64
/* One that a person chooses: guesses at a copied file cost some milliseconds each on a graphics card. */
#define LIMIT_PASSWORD_MIN 8
#define LIMIT_PASSWORD_ADVISED 12
/* Share files of one DKEK, all of them needed: a device takes 255, a table and a room fewer. */
#define LIMIT_SHARE_FILES 16
/* Token label: CK_TOKEN_INFO.label is 32 bytes; OpenSC adds " (UserPIN)" (10). */
#define LIMIT_LABEL_MAX 22

/* Texts typed by people, in bytes of UTF-8. */
#define LIMIT_TEXT_INPUT 256
#define LIMIT_FILE_NAME 255

/* A backup that nobody looks at for longer is one that nobody knows to be there. */
#define LIMIT_CHECK_AGAIN_YEARS 1

/* Facts of a sheet on the command line: all names twice. */
#define LIMIT_SHEET_FACTS 32

/* The screen: smaller than this shows a stop screen, never half a share. */
#define LIMIT_SCREEN_COLUMNS 80
#define LIMIT_SCREEN_ROWS 24
/* Seconds: nobody presses a key before a secret, shown or being typed, gives way to a gate; and a reveal while typing.
 */
#define LIMIT_IDLE_SECONDS 180
#define LIMIT_REVEAL_SECONDS 5

/* Devices: more than any machine holds; what is beyond is left out and said. */
#define LIMIT_MODULES 16
#define LIMIT_SLOTS 256
#define LIMIT_READERS 16
/* Milliseconds: poll of a module that cannot wait; and patience with a worker before it is called hung. */
#define LIMIT_POLL_MS 1000
#define LIMIT_WORKER_MS 30000
/* RSA keys are made on the device in minutes. */
#define LIMIT_WORKER_SLOW_MS 600000

/* Bytes that go to a token or come from it in one act: a wrapped RSA 4096 key takes about 3 KiB, a certificate with
 * many names some more; and a packet of this size passes a socket whole. */
#define LIMIT_TOKEN_BYTES (16 * 1024)
/* Objects and mechanisms listed of one token: ten times what the screens are measured with, and more than PKCS#11 has
 * mechanisms. What is beyond is left out and said. */
#define LIMIT_OBJECTS 100000
#define LIMIT_MECHANISMS 1024
#define LIMIT_ATTRIBUTES 128

/* Copies of a sheet in one go: one for each of the custodians that there can be. */
#define LIMIT_COPIES LIMIT_CUSTODIANS

/* A file that claims to be a share file, a sheet or a plan is never larger. */
#define LIMIT_FILE_READ (1024 * 1024)

#endif
