#include "fuzz.h"

#include <quorate/read_back.h>

#include <string.h>

/* A sheet typed line by line, each where the first missing line is expected: what is there in the end is a file, and
   its lines, written anew, are the ones that were taken. */
FUZZ_TARGET(sheet_text)
{
	static struct read_back back;
	static uint8_t file[READ_BACK_BYTES_MOST];
	struct read_back_news news;
	char text[512], missing[64];
	size_t file_size;

	if (size >= sizeof text || memchr(bytes, '\0', size) != NULL)
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	read_back_begin(&back);
	for (char *line, *at = text; (line = strsep(&at, "\n")) != NULL;) {
		unsigned got = back.got;

		if (read_back_take(&back, line, read_back_missing(&back, 0), &news) != DONE)
			MUST(back.got == got);
		MUST(news.line <= READ_BACK_LINES_MOST && news.character <= LINE_CHECK_CHARACTERS);
	}
	read_back_tell_missing(&back, missing, sizeof missing);
	MUST(back.total == 0 || back.got <= back.total);
	if (read_back_bytes(&back, file, &file_size) == DONE) {
		MUST(file_size == back.size && read_back_missing(&back, 0) == 0 && missing[0] == '\0');
		for (unsigned i = 0; i < back.total; i++)
			MUST(back.lines[i][0] != '\0');
	}
	return 0;
}
