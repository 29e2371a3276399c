#include "mounts.h"

#include <quorate/text.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* proc(5): blanks and backslashes in a path are written as a backslash and three octal digits. */
static void
unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0'; to++) {
		if (at[0] == '\\' && strspn(at + 1, "01234567") >= 3) {
			*to = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
			at += 4;
		} else {
			*to = *at++;
		}
	}
	*to = '\0';
}

/* A line of mountinfo: number, parent, major:minor, root, mount point, options, ... */
static bool
read_mount(char *line, const char *number, char **ret_point, char **ret_options)
{
	char *save = NULL, *fields[6];

	for (size_t i = 0; i < 6; i++) {
		fields[i] = strtok_r(i == 0 ? line : NULL, " ", &save);
		if (fields[i] == NULL)
			return false;
	}
	*ret_point = fields[4];
	*ret_options = fields[5];
	return strcmp(fields[2], number) == 0;
}

bool
mounts_find(const char *root, const char *number, char *ret, size_t size, bool *ret_is_read_only)
{
	char path[PATH_MAX], *line = NULL, *point, *options;
	size_t room = 0;
	bool is_found = false;
	FILE *file;

	ret[0] = '\0';
	text_format(path, sizeof path, "%s/proc/self/mountinfo", root);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	while (!is_found && getline(&line, &room, file) > 0)
		if (read_mount(line, number, &point, &options)) {
			unescape(point);
			*ret_is_read_only = strncmp(options, "ro", 2) == 0 && strchr(",", options[2]) != NULL;
			text_clean(point, strlen(point), ret, size);
			/* A place whose name cannot be shown as it is cannot be written to by that name. */
			is_found = strcmp(ret, point) == 0;
		}
	free(line);
	fclose(file);
	if (!is_found)
		ret[0] = '\0';
	return is_found;
}
