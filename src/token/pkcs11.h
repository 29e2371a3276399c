/* One PKCS#11 module, loaded through p11-kit; and the list of those that are registered. Blocking; used in a module's
 * worker. */
#ifndef QUORATE_TOKEN_PKCS11_H
#define QUORATE_TOKEN_PKCS11_H

#include <quorate/slots.h>

/* The registered modules except those that only hold trusted certificates (trust-policy: yes): name and path. At most
   most; returns how many. */
size_t pkcs11_registered(struct module_info *ret, size_t most);

struct pkcs11;

/* Loads a module by path, or by the name it is registered under. FAIL_MODULE_LOAD. */
enum outcome pkcs11_open(struct pkcs11 **ret, const char *subject);
void pkcs11_free(struct pkcs11 **module);

/* Initialises the module if need be (is_fresh: finalises it first) and looks at its slots, empty ones included. The
   slots stay good until the next call. FAIL_MODULE_INIT, FAIL_MODULE_SOFTHSM, FAIL_MODULE, FAIL_MEMORY. */
enum outcome pkcs11_look(struct pkcs11 *module, bool is_fresh, struct module_info *ret_info,
	const struct slot_info **ret, size_t *ret_count, struct code *ret_code);

#endif
