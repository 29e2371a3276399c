#include "wrap.h"

#include <quorate/text.h>

#include <string.h>

_Bool
wrap_next(struct wrap *wrap, const char **text)
{
	const char *start = *text + strspn(*text, " "), *end = start + strlen(start), *at = start;
	/* Where a line may end: behind the last whole word, or else behind the last character that fits. */
	const char *word = start, *character = start;

	if (start == end)
		return false;
	while (at < end) {
		const char *from = at;

		if (*from == ' ' && from[-1] != ' ')
			word = from;
		text_next(&at, end);
		if (*from != ' ' && wrap->measure(wrap->context, start, (size_t)(at - start)) > wrap->width)
			break;
		character = at;
	}
	if (character == end)
		word = end;
	else if (word == start)
		word = character > start ? character : at;
	*text = word;
	while (word > start && word[-1] == ' ')
		word--;
	wrap->line = start;
	wrap->length = (size_t)(word - start);
	return true;
}

size_t
wrap_count(struct wrap wrap, const char *text)
{
	size_t count = 0;

	while (wrap_next(&wrap, &text))
		count++;
	return count;
}
