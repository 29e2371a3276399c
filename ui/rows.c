#include "rows.h"

#include <quorate/text.h>
#include <string.h>

int
rows_character(const char **at)
{
	const char *from = *at;

	text_next(at, from + strlen(from));
	return (int)text_columns_of(from, (size_t)(*at - from));
}

struct wrap
rows_wrap(int columns)
{
	return (struct wrap){ .measure = wrap_columns, .width = (double)columns };
}

int
rows_count(const char *text, int columns)
{
	return (int)wrap_count(rows_wrap(columns), text);
}
