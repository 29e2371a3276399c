/* The control of the fault-injecting PKCS#11 module (faulty.c), for a test that has loaded it into its own process. */
#ifndef TESTS_UNIT_FAULTY_H
#define TESTS_UNIT_FAULTY_H

enum fault {
	FAULT_NONE,
	FAULT_RETURN, /* the call is not made and returns value */
	FAULT_AFTER,  /* the call is made and returns value all the same */
	FAULT_VANISH, /* from this call on the token is not there */
	FAULT_SHOUT,  /* what this call tells of lengths and counts is far too large, what it tells of texts hostile */
	FAULT_HANG,   /* the call never returns */
};

struct faulty {
	enum fault fault;
	unsigned long at;    /* the number of the call, from 1 */
	unsigned long value; /* CKR_ */
	unsigned long calls; /* how many there were */
	unsigned long tries; /* calls that reached the token with a PIN to be checked */
};

/* In libfaulty.so by this name. In a worker of its own the module takes "FAULT AT VALUE" from QUORATE_FAULTY. */
#define FAULTY_SYMBOL "faulty"

#endif
