#include <quorate/spool.h>

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPOOL_FOLDER "/var/spool/cups"
#define JOB_SAYS "request id is "

/* The next line of a text, without its end; false when there is none. */
static bool
next_line(const char **text, const char *end, const char **ret, size_t *ret_length)
{
	const char *newline;

	if (*text >= end)
		return false;
	newline = memchr(*text, '\n', (size_t)(end - *text));
	*ret = *text;
	*ret_length = (size_t)((newline == NULL ? end : newline) - *text);
	*text = newline == NULL ? end : newline + 1;
	return true;
}

/* Copies a name; false for one that text_clean changes or that does not fit: it could not be named again. */
static bool
take_name(const char *from, size_t length, char *ret, size_t size)
{
	text_clean(from, length, ret, size);
	return length > 0 && strlen(ret) == length && memcmp(ret, from, length) == 0 && ret[0] != '-';
}

size_t
spool_read_names(const char *text, size_t size, struct queue *ret, size_t most)
{
	const char *end = text + size, *line;
	size_t length, count = 0;

	while (count < most && next_line(&text, end, &line, &length)) {
		ret[count] = (struct queue){ .state = QUEUE_UNKNOWN };
		if (take_name(line, length, ret[count].name, sizeof ret[count].name))
			count++;
	}
	return count;
}

/* The words of a line behind a queue's name; NULL if it is not that queue's line. */
static const char *
behind_name(const char *line, size_t length, const char *name)
{
	size_t size = strlen(name);

	return length > size && memcmp(line, name, size) == 0 && line[size] == ' ' ? line + size + 1 : NULL;
}

static bool
begins_with(const char *text, const char *end, const char *word)
{
	return (size_t)(end - text) >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

/* One line about a queue; true if a reason may stand in the next one. */
static bool
read_state(const char *line, size_t length, struct queue *queue)
{
	const char *end = line + length, *rest;
	bool is_printer = begins_with(line, end, "printer ");

	rest = behind_name(is_printer ? line + 8 : line, is_printer ? length - 8 : length, queue->name);
	if (rest == NULL)
		return false;
	if (!is_printer)
		queue->is_rejecting = begins_with(rest, end, "not accepting");
	else if (begins_with(rest, end, "is idle"))
		queue->state = QUEUE_READY;
	else if (begins_with(rest, end, "now printing"))
		queue->state = QUEUE_PRINTING;
	else if (begins_with(rest, end, "disabled"))
		queue->state = QUEUE_PAUSED;
	return true;
}

void
spool_read_states(const char *text, size_t size, struct queue *queues, size_t count)
{
	const char *end = text + size, *line;
	struct queue *last = NULL;
	size_t length;

	while (next_line(&text, end, &line, &length)) {
		if (length > 1 && line[0] == '\t') {
			if (last != NULL && (last->state == QUEUE_PAUSED || last->is_rejecting))
				text_clean(line + 1, length - 1, last->reason, sizeof last->reason);
			continue;
		}
		last = NULL;
		for (size_t i = 0; i < count && last == NULL; i++)
			if (read_state(line, length, &queues[i]))
				last = &queues[i];
	}
}

void
spool_tell(const struct queue *queue, char *ret, size_t size)
{
	const char *words = queue->is_rejecting              ? _("takes no jobs")
			    : queue->state == QUEUE_PAUSED   ? _("paused")
			    : queue->state == QUEUE_PRINTING ? _("printing")
			    : queue->state == QUEUE_READY    ? _("ready")
							     : _("its state is not known");

	text_format(ret, size, "%s", words);
	if (queue->reason[0] != '\0' && (queue->is_rejecting || queue->state == QUEUE_PAUSED))
		text_append(ret, size, " (%s)", queue->reason);
}

bool
spool_read_job(const char *text, size_t size, char ret[SPOOL_JOB_SIZE])
{
	const char *end = text + size, *line;
	size_t length;

	while (next_line(&text, end, &line, &length))
		if (begins_with(line, line + length, JOB_SAYS)) {
			const char *from = line + strlen(JOB_SAYS),
				   *stop = memchr(from, ' ', (size_t)(line + length - from));

			return stop != NULL && take_name(from, (size_t)(stop - from), ret, SPOOL_JOB_SIZE);
		}
	ret[0] = '\0';
	return false;
}

bool
spool_has_job(const char *text, size_t size, const char *job, unsigned *ret_others)
{
	const char *end = text + size, *line;
	unsigned others = 0;
	bool is_there = false;
	size_t length;

	while (next_line(&text, end, &line, &length)) {
		/* A job's line begins with its name; whatever else is said there is not ours to read. */
		if (length == 0 || line[0] == ' ' || line[0] == '\t')
			continue;
		if (behind_name(line, length, job) != NULL)
			is_there = true;
		else
			others++;
	}
	if (ret_others != NULL)
		*ret_others = others;
	return is_there;
}

enum spool_look
spool_look(const char *root, const char *job)
{
	char path[PATH_MAX], control[24], data[24];
	const char *dash = strrchr(job, '-');
	enum spool_look found = SPOOL_CLEAN;
	struct dirent *entry;
	long number = dash == NULL ? 0 : strtol(dash + 1, NULL, 10);
	DIR *folder;

	if (number <= 0 || number > INT_MAX)
		return SPOOL_UNSEEN;
	/* cupsd's names: c00012 says what the job is, d00012-001 is what was printed. */
	text_format(control, sizeof control, "c%05ld", number);
	text_format(data, sizeof data, "d%05ld-", number);
	text_format(path, sizeof path, "%s%s", root, SPOOL_FOLDER);
	folder = opendir(path);
	if (folder == NULL)
		return SPOOL_UNSEEN;
	while ((entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, control) == 0 || strncmp(entry->d_name, data, strlen(data)) == 0)
			found = SPOOL_LEFT;
	closedir(folder);
	return found;
}
