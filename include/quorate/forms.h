/* The sheets of a ceremony, built from its facts: which fields and which sentences stand on each. */
#ifndef QUORATE_FORMS_H
#define QUORATE_FORMS_H

#include <quorate/share_file.h>
#include <quorate/sheet.h>

/* What all sheets of one set have in common; texts may be "" where they are not known or private. */
struct form_facts {
	const char *ceremony; /* "New key domain: fmd-alice" */
	const char *stamp;    /* when, ISO 8601 */
	const char *device;   /* label and serial number */
	const char *set; /* identity of the set: first 16 hex digits of the share file's SHA-256, "" before the file is
			    there */
	const char *file_name; /* of the share file, without folder */
	bool is_rehearsal;
	unsigned threshold, total; /* 0: private, or not m-of-n */
	unsigned file, files;      /* which of several share files that are all needed; files 0 or 1: the only one */
};

/* A custodian's share sheet: blank boxes for prime, ID, value and check word in the order in which they are shown;
   number 0: without a number. Fields for custodian and witness, what it is, what to do when found, how to recover with
   quorate and with sc-hsm-tool. */
enum outcome form_share(struct sheet **ret, const struct form_facts *facts, unsigned number);

/* The share-file sheet: base64 with line checks, QR of exactly the output of `openssl base64 -A`, SHA-256, KCV (NULL:
   unknown, a blank to be filled in), how to recover with quorate, and without it: openssl base64 -d and sc-hsm-tool,
   and the algorithm in words. */
enum outcome form_share_file(
	struct sheet **ret, const struct form_facts *facts, const struct share_file *file, const uint8_t *kcv);

#endif
