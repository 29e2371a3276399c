#include <quorate/wrap.h>

#include <quorate/text.h>

#include <string.h>

bool
wrap_next(struct wrap *wrap, const char **text)
{
	const char *start = *text, *end = start + strcspn(start, "\n"), *at = start, *stop = start;
	/* Where a line may end: behind the last whole word, or else behind the last character that fits. */
	const char *word = NULL, *character = start;

	if (*start == '\0')
		return false;
	while (at < end) {
		const char *from = at;

		if (*from == ' ' && from > start && from[-1] != ' ')
			word = from;
		text_next(&at, end);
		if (*from != ' ' && wrap->measure(wrap->context, start, (size_t)(at - start)) > wrap->width)
			break;
		character = at;
	}
	if (character == end)
		stop = end;
	else if (word != NULL)
		stop = word;
	else
		stop = character > start ? character : at;
	*text = *stop == '\n' ? stop + 1 : stop + strspn(stop, " ");
	while (stop > start && stop[-1] == ' ')
		stop--;
	wrap->line = start;
	wrap->length = (size_t)(stop - start);
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

double
wrap_columns(const void *context, const char *text, size_t length)
{
	(void)context;
	return (double)text_columns_of(text, length);
}
