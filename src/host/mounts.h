/* The table of mounts. */
#ifndef HOST_MOUNTS_H
#define HOST_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

/* Where the device of that number ("8:17") is mounted: the first place, "" and false if nowhere. */
bool mounts_find(const char *root, const char *number, char *ret, size_t size, bool *ret_is_read_only);

#endif
