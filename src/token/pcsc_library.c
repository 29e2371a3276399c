#include "pcsc_library.h"

#include <dlfcn.h>
#include <string.h>

enum outcome
pcsc_library_open(struct pcsc_library *ret, const char *file)
{
	static const char *const names[] = {
#define FUNCTION(name, parameters) "SCard" #name,
		PCSC_FUNCTIONS(FUNCTION)
#undef FUNCTION
	};
	void *symbols[sizeof names / sizeof names[0]];

	memset(ret, 0, sizeof *ret);
	ret->handle = dlopen(file == NULL ? "libpcsclite.so.1" : file, RTLD_NOW | RTLD_LOCAL);
	if (ret->handle == NULL)
		return FAIL_NO_PCSC;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		symbols[i] = dlsym(ret->handle, names[i]);
		if (symbols[i] == NULL) {
			pcsc_library_close(ret);
			return FAIL_NO_PCSC;
		}
	}
	/* The functions stand in the structure in the order of their names. */
	memcpy((uint8_t *)ret + offsetof(struct pcsc_library, EstablishContext), symbols, sizeof symbols);
	return DONE;
}

void
pcsc_library_close(struct pcsc_library *library)
{
	if (library->handle != NULL)
		dlclose(library->handle);
	memset(library, 0, sizeof *library);
}
