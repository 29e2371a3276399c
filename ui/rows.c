#include "rows.h"

#include <quorate/text.h>
#include <string.h>

int
rows_character(const char **at)
{
	const char *from = *at;
	char alone[8];
	size_t length;

	text_next(at, from + strlen(from));
	length = (size_t)(*at - from);
	memcpy(alone, from, length);
	alone[length] = '\0';
	return (int)text_columns(alone);
}

bool
rows_next(const char **at, int columns, const char **ret_line, size_t *ret_length)
{
	const char *from = *at, *here = from, *blank = NULL;
	int used = 0;

	if (*from == '\0')
		return false;
	*ret_line = from;
	while (*here != '\0' && *here != '\n') {
		const char *next = here;
		int width = rows_character(&next);

		if (used + width > columns && *here != ' ') {
			if (blank != NULL)
				here = blank;
			break;
		}
		if (*here == ' ')
			blank = here;
		used += width;
		here = next;
	}
	*ret_length = (size_t)(here - from);
	while (*ret_length > 0 && from[*ret_length - 1] == ' ')
		(*ret_length)--;
	if (*here == '\n')
		here++;
	else
		while (*here == ' ')
			here++;
	*at = here;
	return true;
}

int
rows_count(const char *text, int columns)
{
	const char *line;
	size_t length;
	int count = 0;

	while (rows_next(&text, columns, &line, &length))
		count++;
	return count;
}
