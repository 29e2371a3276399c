#include <quorate/clock.h>
#include <quorate/derivation.h>
#include <quorate/limits.h>

#include "md5_chain.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Steps between two looks at whether to stop: a third of a millisecond. */
#define STRIDE 4096
#define BLOCKS (DERIVATION_KEY_SIZE / MD5_DIGEST_SIZE)
/* The thread needs little; the usual 8 MiB would count in full where all memory is locked. */
#define STACK_SIZE (256 * 1024)
/* Before this a guess at the time left would jump about. */
#define GUESS_AFTER_MS 200

/* All that the chain touches, in the secure heap. */
struct work {
	uint32_t digest[MD5_DIGEST_WORDS];
	uint8_t message[MD5_MESSAGE_ROOM];
};

struct derivation {
	struct secret *input; /* password, then salt */
	struct secret *work;
	struct secret *key;
	unsigned long iterations;
	int64_t started;
	int event;
	pthread_t thread;
	atomic_ulong steps; /* of BLOCKS * iterations */
	atomic_bool is_cancelled;
	atomic_bool is_done;
};

_Static_assert(MD5_DIGEST_SIZE + LIMIT_PASSWORD_MAX + DERIVATION_SALT_SIZE <= MD5_MESSAGE_MOST,
	"the longest first message fits");

/* False when it was cancelled. */
static bool
chain(struct derivation *derivation, struct work *work)
{
	unsigned long left = derivation->iterations - 1;

	atomic_fetch_add_explicit(&derivation->steps, 1, memory_order_relaxed);
	while (left > 0) {
		unsigned long steps = left < STRIDE ? left : STRIDE;

		if (atomic_load_explicit(&derivation->is_cancelled, memory_order_relaxed))
			return false;
		md5_chain_step(work->digest, steps);
		left -= steps;
		atomic_fetch_add_explicit(&derivation->steps, steps, memory_order_relaxed);
	}
	return true;
}

static void *
derive(void *argument)
{
	struct derivation *derivation = argument;
	struct work *work = (struct work *)derivation->work->bytes;
	const struct secret *input = derivation->input;
	struct secret *key = derivation->key;

	/* D1 = MD5^n(password, salt), and each further block of the block before it, password and salt. */
	for (size_t block = 0; block < BLOCKS; block++) {
		size_t before = block == 0 ? 0 : MD5_DIGEST_SIZE;

		memcpy(work->message, key->bytes + key->size - before, before);
		memcpy(work->message + before, input->bytes, input->size);
		md5_chain_begin(work->digest, work->message, before + input->size);
		if (!chain(derivation, work))
			return NULL;
		md5_chain_write(work->digest, key->bytes + key->size);
		key->size += MD5_DIGEST_SIZE;
	}
	atomic_store(&derivation->is_done, true);
	/* Adding 1 to a counter of 0 neither blocks nor fails. */
	eventfd_write(derivation->event, 1);
	return NULL;
}

/* Signals belong to the loop, so the thread is born with all of them blocked. */
static enum outcome
start_thread(struct derivation *derivation)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int failure;

	if (pthread_attr_init(&attributes) != 0)
		return FAIL_MEMORY;
	sigfillset(&all);
	failure = pthread_attr_setstacksize(&attributes, STACK_SIZE);
	if (failure == 0)
		failure = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (failure == 0) {
		failure = pthread_create(&derivation->thread, &attributes, derive, derivation);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	pthread_attr_destroy(&attributes);
	return failure == 0 ? DONE : FAIL_PROCESS;
}

/* Once no thread uses it. */
static void
dispose(struct derivation **derivation)
{
	secret_free(&(*derivation)->input);
	secret_free(&(*derivation)->work);
	secret_free(&(*derivation)->key);
	if ((*derivation)->event >= 0)
		close((*derivation)->event);
	free(*derivation);
	*derivation = NULL;
}

enum outcome
derivation_start(struct derivation **ret, const struct secret *password, const uint8_t salt[DERIVATION_SALT_SIZE],
	unsigned long iterations)
{
	struct derivation *derivation;
	enum outcome outcome;

	*ret = NULL;
	if (password->size == 0 || password->size > LIMIT_PASSWORD_MAX || iterations == 0)
		return FAIL_ARGUMENT;
	derivation = calloc(1, sizeof *derivation);
	if (derivation == NULL)
		return FAIL_MEMORY;
	derivation->iterations = iterations;
	derivation->started = clock_steady_ms();
	derivation->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	outcome = derivation->event < 0 ? FAIL_PROCESS : DONE;
	if (outcome == DONE)
		outcome = secret_new(&derivation->input, LIMIT_PASSWORD_MAX + DERIVATION_SALT_SIZE);
	if (outcome == DONE)
		outcome = secret_new(&derivation->work, sizeof(struct work));
	if (outcome == DONE)
		outcome = secret_new(&derivation->key, DERIVATION_KEY_SIZE);
	if (outcome == DONE) {
		memcpy(derivation->input->bytes, password->bytes, password->size);
		memcpy(derivation->input->bytes + password->size, salt, DERIVATION_SALT_SIZE);
		derivation->input->size = password->size + DERIVATION_SALT_SIZE;
		outcome = start_thread(derivation);
	}
	if (outcome != DONE)
		dispose(&derivation);
	*ret = derivation;
	return outcome;
}

int
derivation_descriptor(const struct derivation *derivation)
{
	return derivation->event;
}

double
derivation_fraction(const struct derivation *derivation)
{
	return (double)atomic_load(&derivation->steps) / ((double)derivation->iterations * BLOCKS);
}

int64_t
derivation_left_ms(const struct derivation *derivation)
{
	int64_t elapsed = clock_steady_ms() - derivation->started;
	double fraction = derivation_fraction(derivation);

	if (derivation_is_done(derivation))
		return 0;
	if (elapsed < GUESS_AFTER_MS || fraction <= 0)
		return -1;
	return (int64_t)((double)elapsed * (1 - fraction) / fraction);
}

bool
derivation_is_done(const struct derivation *derivation)
{
	return atomic_load(&derivation->is_done);
}

enum outcome
derivation_finish(struct derivation **derivation, struct secret **ret_key)
{
	enum outcome outcome = FAIL_INTERNAL;

	*ret_key = NULL;
	if (pthread_join((*derivation)->thread, NULL) == 0 && derivation_is_done(*derivation)) {
		*ret_key = secret_move(&(*derivation)->key);
		outcome = DONE;
	}
	dispose(derivation);
	return outcome;
}

void
derivation_free(struct derivation **derivation)
{
	if (*derivation == NULL)
		return;
	atomic_store(&(*derivation)->is_cancelled, true);
	pthread_join((*derivation)->thread, NULL);
	dispose(derivation);
}

enum outcome
derivation_run(const struct secret *password, const uint8_t salt[DERIVATION_SALT_SIZE], unsigned long iterations,
	struct secret **ret_key)
{
	struct derivation *derivation;
	enum outcome outcome = derivation_start(&derivation, password, salt, iterations);

	*ret_key = NULL;
	return outcome == DONE ? derivation_finish(&derivation, ret_key) : outcome;
}
