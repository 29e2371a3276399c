#include "preflight_look.h"

size_t
preflight_look(const char *root, const char *folder, const struct slots *slots, struct preflight_finding *ret)
{
	const char *paths[LIMIT_MODULES + 1] = { NULL };
	const struct module_info *modules;
	size_t count = slots == NULL ? 0 : slots_modules(slots, &modules);
	struct preflight_world world = { .root = root, .folder = folder, .modules = paths };

	for (size_t i = 0; i < count && i < LIMIT_MODULES; i++)
		paths[i] = modules[i].path;
	preflight_here(&world);
	return preflight_run(&world, ret);
}
