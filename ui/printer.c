#include "printer.h"

#include <quorate/clock.h>
#include <quorate/file.h>
#include <quorate/text.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Milliseconds between two looks at a job; and how many of them before the queue itself is asked why. */
#define LOOK_MS 700
#define LOOKS_BEFORE_ASKING 2
/* A line printer may stop for paper in the middle of a sheet. */
#define DEVICE_PATIENCE_MS 300000

static void
drop_bytes(struct printer *printer)
{
	if (printer->bytes != NULL)
		OPENSSL_cleanse(printer->bytes, printer->size);
	free(printer->bytes);
	printer->bytes = NULL;
	printer->size = printer->sent = 0;
}

void
printer_open(struct printer *printer, struct launcher *launcher, const char *root)
{
	*printer = (struct printer){ .launcher = launcher, .root = root, .device = -1 };
}

/* Sends for a helper; idle with an outcome if none comes. */
static bool
begin(struct printer *printer, enum printer_state state, enum helper_kind kind, const char *subject, unsigned number)
{
	printer->outcome =
		errand_begin(&printer->errand, printer->launcher, kind, subject, number, printer->bytes, printer->size);
	printer->state = printer->outcome == DONE ? state : PRINTER_IDLE;
	if (printer->outcome != DONE)
		drop_bytes(printer);
	return printer->outcome == DONE;
}

void
printer_list(struct printer *printer)
{
	printer->count = 0;
	if (!begin(printer, PRINTER_LISTING, HELPER_LPSTAT, NULL, 0))
		printer->outcome = FAIL_NO_PRINTER;
}

void
printer_print(struct printer *printer, size_t number, uint8_t *bytes, size_t size, unsigned copies)
{
	drop_bytes(printer);
	printer->bytes = bytes;
	printer->size = size;
	printer->is_asked_apart = printer->was_waiting = false;
	printer->job[0] = '\0';
	text_format(printer->queue, sizeof printer->queue, "%s", printer->queues[number].name);
	begin(printer, PRINTER_SENDING, HELPER_LP, printer->queue, copies);
}

void
printer_write(struct printer *printer, const char *device, uint8_t *bytes, size_t size)
{
	struct stat status;

	drop_bytes(printer);
	printer->bytes = bytes;
	printer->size = size;
	printer->job[0] = printer->queue[0] = '\0';
	printer->outcome = DONE;
	printer->device = open(device, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (printer->device < 0)
		printer->outcome = file_outcome(errno);
	else if (fstat(printer->device, &status) != 0 || !S_ISCHR(status.st_mode))
		printer->outcome = FAIL_FILE_KIND;
	printer->next_at = clock_steady_ms() + DEVICE_PATIENCE_MS;
	printer->state = PRINTER_WRITING;
	if (printer->outcome == DONE)
		return;
	if (printer->device >= 0)
		close(printer->device);
	printer->device = -1;
	printer->state = PRINTER_IDLE;
	drop_bytes(printer);
}

static void
watch(struct printer *printer)
{
	printer->state = PRINTER_WATCHING;
	printer->next_at = clock_steady_ms() + LOOK_MS;
}

void
printer_cancel(struct printer *printer)
{
	if (printer->job[0] != '\0' && !errand_is_under_way(&printer->errand))
		begin(printer, PRINTER_CANCELLING, HELPER_CANCEL_JOB, printer->job, 0);
}

void
printer_purge(struct printer *printer)
{
	if (printer->job[0] != '\0' && !errand_is_under_way(&printer->errand))
		begin(printer, PRINTER_PURGING, HELPER_PURGE_QUEUE, printer->queue, 0);
}

bool
printer_is_busy(const struct printer *printer)
{
	return printer->state == PRINTER_SENDING || printer->state == PRINTER_WRITING ||
	       printer->state == PRINTER_PURGING || printer->state == PRINTER_LOOKING;
}

size_t
printer_descriptors(const struct printer *printer, struct pollfd *ret, size_t most)
{
	if (most > 0 && printer->state == PRINTER_WRITING) {
		*ret = (struct pollfd){ .fd = printer->device, .events = POLLOUT };
		return 1;
	}
	return errand_descriptors(&printer->errand, ret, most);
}

int
printer_timeout(const struct printer *printer)
{
	int64_t left = printer->next_at - clock_steady_ms();

	if (errand_is_under_way(&printer->errand))
		return errand_timeout(&printer->errand);
	return printer->state == PRINTER_IDLE ? -1 : left < 0 ? 0 : (int)left;
}

/* Writes what the device takes now; false when it takes no more for good. */
static bool
write_more(struct printer *printer)
{
	while (printer->sent < printer->size) {
		ssize_t sent = write(printer->device, printer->bytes + printer->sent, printer->size - printer->sent);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		printer->sent += (size_t)sent;
	}
	return true;
}

static enum printer_event
fail(struct printer *printer, enum outcome outcome)
{
	printer->outcome = outcome;
	printer->state = PRINTER_IDLE;
	drop_bytes(printer);
	return PRINTER_FAILED;
}

static enum printer_event
advance_device(struct printer *printer)
{
	bool is_well = write_more(printer), is_all = printer->sent == printer->size;

	if (is_well && !is_all && clock_steady_ms() < printer->next_at)
		return PRINTER_NOTHING;
	is_well = close(printer->device) == 0 && is_well;
	printer->device = -1;
	if (!is_well || !is_all)
		return fail(printer, FAIL_PRINTER);
	printer->state = PRINTER_IDLE;
	printer->outcome = DONE;
	drop_bytes(printer);
	return PRINTER_THROUGH;
}

static const struct queue *
own_queue(const struct printer *printer)
{
	for (size_t i = 0; i < printer->count; i++)
		if (strcmp(printer->queues[i].name, printer->queue) == 0)
			return &printer->queues[i];
	return NULL;
}

/* The job was looked for in the queue. */
static enum printer_event
job_seen(struct printer *printer, bool is_well)
{
	bool is_there = is_well && spool_has_job(printer->errand.heard, printer->errand.heard_size, printer->job,
					   &printer->others);

	/* A queue that tells nothing keeps what it has: it is asked again. */
	if (is_there || !is_well) {
		if (!is_well || ++printer->polls % LOOKS_BEFORE_ASKING != 0) {
			watch(printer);
			return PRINTER_NOTHING;
		}
		printer->is_asked_apart = true;
		if (!begin(printer, PRINTER_ASKING, HELPER_QUEUES, NULL, 0))
			watch(printer);
		return PRINTER_NOTHING;
	}
	printer->state = PRINTER_IDLE;
	printer->outcome = DONE;
	return PRINTER_THROUGH;
}

static enum printer_event
queues_told(struct printer *printer, bool is_well)
{
	const struct queue *queue;

	if (is_well)
		spool_read_states(printer->errand.heard, printer->errand.heard_size, printer->queues, printer->count);
	if (!printer->is_asked_apart) {
		printer->state = PRINTER_IDLE;
		printer->outcome = printer->count > 0 ? DONE : FAIL_NO_PRINTER;
		return PRINTER_LISTED;
	}
	printer->is_asked_apart = false;
	queue = own_queue(printer);
	watch(printer);
	if (queue == NULL || queue->state != QUEUE_PAUSED || printer->was_waiting)
		return PRINTER_NOTHING;
	printer->was_waiting = true;
	return PRINTER_WAITS;
}

static enum printer_event
sheet_sent(struct printer *printer, bool is_well)
{
	const struct queue *queue = own_queue(printer);
	bool is_taken = is_well && spool_read_job(printer->errand.heard, printer->errand.heard_size, printer->job);

	if (!is_taken)
		return fail(printer, queue != NULL && queue->is_rejecting ? FAIL_PRINTER_REJECTS : FAIL_PRINTER);
	drop_bytes(printer);
	printer->polls = 0;
	printer->outcome = DONE;
	watch(printer);
	return PRINTER_TAKEN;
}

/* The helper is done. */
static enum printer_event
ended(struct printer *printer, bool is_well)
{
	switch (printer->state) {
	case PRINTER_LISTING:
		if (is_well)
			printer->count = spool_read_names(
				printer->errand.heard, printer->errand.heard_size, printer->queues, PRINTERS_MOST);
		printer->is_asked_apart = false;
		if (printer->count > 0 && begin(printer, PRINTER_ASKING, HELPER_QUEUES, NULL, 0))
			return PRINTER_NOTHING;
		printer->state = PRINTER_IDLE;
		printer->outcome = printer->count > 0 ? DONE : FAIL_NO_PRINTER;
		return PRINTER_LISTED;
	case PRINTER_ASKING:
		return queues_told(printer, is_well);
	case PRINTER_SENDING:
		return sheet_sent(printer, is_well);
	case PRINTER_WATCHING:
		return job_seen(printer, is_well);
	case PRINTER_CANCELLING:
		watch(printer);
		return PRINTER_NOTHING;
	case PRINTER_PURGING:
		if (is_well && begin(printer, PRINTER_LOOKING, HELPER_JOBS_ALL, printer->queue, 0))
			return PRINTER_NOTHING;
		return fail(printer, FAIL_SPOOL);
	default:
		printer->state = PRINTER_IDLE;
		printer->look = spool_look(printer->root, printer->job);
		/* What lpstat still tells of is there, whatever can be seen of the folder. */
		if (!is_well)
			printer->look = printer->look == SPOOL_CLEAN ? SPOOL_UNSEEN : printer->look;
		else if (spool_has_job(printer->errand.heard, printer->errand.heard_size, printer->job, NULL))
			printer->look = SPOOL_LEFT;
		return PRINTER_PURGED;
	}
}

enum printer_event
printer_advance(struct printer *printer)
{
	if (printer->state == PRINTER_IDLE)
		return PRINTER_NOTHING;
	if (printer->state == PRINTER_WRITING)
		return advance_device(printer);
	if (errand_is_under_way(&printer->errand))
		return errand_advance(&printer->errand) ? ended(printer, printer->errand.is_well) : PRINTER_NOTHING;
	/* Between two looks at a job. */
	if (clock_steady_ms() >= printer->next_at && !begin(printer, PRINTER_WATCHING, HELPER_JOBS, printer->queue, 0))
		return fail(printer, printer->outcome);
	return PRINTER_NOTHING;
}

void
printer_close(struct printer *printer)
{
	errand_stop(&printer->errand);
	if (printer->state == PRINTER_WRITING)
		close(printer->device);
	drop_bytes(printer);
	printer->state = PRINTER_IDLE;
	printer->device = -1;
}
