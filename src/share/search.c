#include <quorate/limits.h>
#include <quorate/locked.h>
#include <quorate/search.h>

#include "md5_chain.h"
#include "md5_lanes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Each thread works in pages of its own, and in some 200 bytes of the secure heap (LIMIT_SECURE_HEAP). */
#define THREADS_MOST 128
/* Steps between two looks at the cancel flag: some milliseconds. */
#define STEPS_AT_ONCE 20000
#define NONE UINT64_MAX

/* What one thread works in; all of it in locked pages. */
struct lanes {
	uint32_t digests[MD5_DIGEST_WORDS][MD5_LANES_MOST];
	uint8_t passwords[MD5_LANES_MOST][SEARCH_PASSWORD_MOST];
	uint8_t sizes[MD5_LANES_MOST];
	uint8_t first_half[MD5_LANES_MOST][MD5_DIGEST_SIZE];
	uint8_t message[MD5_MESSAGE_ROOM];
	uint8_t key[2 * MD5_DIGEST_SIZE];
	uint8_t block[16];
	uint64_t numbers[MD5_LANES_MOST];
	size_t count;
};

struct thread {
	struct search *search;
	pthread_t thread;
	struct locked *pages;
	_Atomic uint64_t begun; /* the lowest candidate it has in hand, NONE if none */
};

struct search {
	struct search_settings settings;
	_Atomic uint64_t next;  /* the candidate to be drawn next */
	_Atomic uint64_t found; /* the lowest one that opens the file, NONE if none yet */
	_Atomic uint64_t derivations;
	atomic_bool is_cancelled;
	_Atomic enum outcome failure; /* DONE, or why some candidate was not tried */
	atomic_uint running;
	int event;
	unsigned thread_count;
	struct thread threads[THREADS_MOST];
};

/* Stops every thread: what each had in hand was not tried, and search_position() does not pass it. */
static void
fail(struct search *search, enum outcome outcome)
{
	atomic_store(&search->failure, outcome);
	atomic_store(&search->is_cancelled, true);
}

/* Draws candidates until every lane has a password; false when there are no more and none was found. */
static bool
fill(struct search *search, struct thread *thread, struct lanes *lanes, struct secret *password)
{
	size_t most = md5_lanes_count();

	lanes->count = 0;
	atomic_store(&thread->begun, atomic_load(&search->next));
	while (lanes->count < most && !atomic_load(&search->is_cancelled)) {
		uint64_t number = atomic_fetch_add(&search->next, 1);
		enum outcome outcome;

		if (number >= search->settings.end || number > atomic_load(&search->found)) {
			/* Others may look no further, either; and the counter must not run away. */
			atomic_fetch_sub(&search->next, 1);
			break;
		}
		outcome = search->settings.password(search->settings.context, number, password);
		if (outcome == FAIL_ARGUMENT)
			continue;
		if (outcome != DONE) {
			fail(search, outcome);
			return false;
		}
		memcpy(lanes->passwords[lanes->count], password->bytes, password->size);
		lanes->sizes[lanes->count] = (uint8_t)password->size;
		lanes->numbers[lanes->count++] = number;
	}
	return lanes->count > 0;
}

/* The first step of a block, lane by lane: over what came before it, the password and the salt. */
static void
begin_block(const struct search *search, struct lanes *lanes, bool is_second)
{
	for (size_t lane = 0; lane < lanes->count; lane++) {
		uint32_t digest[MD5_DIGEST_WORDS];
		size_t size = 0;

		if (is_second) {
			memcpy(lanes->message, lanes->first_half[lane], MD5_DIGEST_SIZE);
			size = MD5_DIGEST_SIZE;
		}
		memcpy(lanes->message + size, lanes->passwords[lane], lanes->sizes[lane]);
		size += lanes->sizes[lane];
		memcpy(lanes->message + size, search->settings.file.salt, DERIVATION_SALT_SIZE);
		size += DERIVATION_SALT_SIZE;
		md5_chain_begin(digest, lanes->message, size);
		for (size_t word = 0; word < MD5_DIGEST_WORDS; word++)
			lanes->digests[word][lane] = digest[word];
		OPENSSL_cleanse(digest, sizeof digest);
	}
}

static void
write_digest(const struct lanes *lanes, size_t lane, uint8_t ret[MD5_DIGEST_SIZE])
{
	uint32_t digest[MD5_DIGEST_WORDS];

	for (size_t word = 0; word < MD5_DIGEST_WORDS; word++)
		digest[word] = lanes->digests[word][lane];
	md5_chain_write(digest, ret);
	OPENSSL_cleanse(digest, sizeof digest);
}

static bool
go_on(struct search *search, struct lanes *lanes)
{
	for (unsigned long left = search->settings.iterations - 1; left > 0;) {
		unsigned long steps = left < STEPS_AT_ONCE ? left : STEPS_AT_ONCE;

		if (atomic_load(&search->is_cancelled))
			return false;
		md5_lanes_steps(lanes->digests, steps);
		left -= steps;
	}
	return true;
}

/* Whether the key opens the file: its last block must decrypt to padding alone. 1 yes, 0 no, -1 libcrypto failed. */
static int
opens(const struct search *search, struct lanes *lanes, EVP_CIPHER_CTX *cipher)
{
	const uint8_t *last = search->settings.file.ciphertext + 32, *before = search->settings.file.ciphertext + 16;
	uint8_t difference = 0;
	int size;

	if (EVP_DecryptInit_ex2(cipher, EVP_aes_256_ecb(), lanes->key, NULL, NULL) != 1 ||
		EVP_CIPHER_CTX_set_padding(cipher, 0) != 1 ||
		EVP_DecryptUpdate(cipher, lanes->block, &size, last, sizeof lanes->block) != 1 || size != 16)
		return -1;
	for (size_t i = 0; i < sizeof lanes->block; i++)
		difference |= (uint8_t)(lanes->block[i] ^ before[i] ^ 16);
	return difference == 0;
}

static void
note_found(struct search *search, uint64_t number)
{
	uint64_t before = atomic_load(&search->found);

	while (number < before && !atomic_compare_exchange_weak(&search->found, &before, number))
		;
}

static void
try_all(struct search *search, struct thread *thread, struct lanes *lanes, struct secret *password,
	EVP_CIPHER_CTX *cipher)
{
	while (fill(search, thread, lanes, password)) {
		begin_block(search, lanes, false);
		if (!go_on(search, lanes))
			return;
		for (size_t lane = 0; lane < lanes->count; lane++)
			write_digest(lanes, lane, lanes->first_half[lane]);
		begin_block(search, lanes, true);
		if (!go_on(search, lanes))
			return;
		for (size_t lane = 0; lane < lanes->count; lane++) {
			memcpy(lanes->key, lanes->first_half[lane], MD5_DIGEST_SIZE);
			write_digest(lanes, lane, lanes->key + MD5_DIGEST_SIZE);
			switch (opens(search, lanes, cipher)) {
			case 1:
				note_found(search, lanes->numbers[lane]);
				break;
			case 0:
				break;
			default:
				fail(search, FAIL_CRYPTO);
				return;
			}
		}
		atomic_fetch_add(&search->derivations, lanes->count);
	}
}

static void *
run(void *argument)
{
	struct thread *thread = argument;
	struct search *search = thread->search;
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	struct secret *password = NULL;
	uint64_t one = 1;

	if (cipher != NULL && secret_new(&password, SEARCH_PASSWORD_MOST) == DONE)
		try_all(search, thread, (struct lanes *)thread->pages->bytes, password, cipher);
	else
		fail(search, FAIL_SECURE_HEAP);
	secret_free(&password);
	EVP_CIPHER_CTX_free(cipher);
	if (!atomic_load(&search->is_cancelled))
		atomic_store(&thread->begun, NONE);
	if (atomic_fetch_sub(&search->running, 1) == 1 && write(search->event, &one, sizeof one) < 0)
		fail(search, FAIL_PROCESS);
	return NULL;
}

enum outcome
search_start(struct search **ret, const struct search_settings *settings)
{
	struct search *search;
	enum outcome outcome = FAIL_PROCESS;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned wanted = settings->threads;

	*ret = NULL;
	if (settings->iterations == 0)
		return FAIL_ARGUMENT;
	search = calloc(1, sizeof *search);
	if (search == NULL)
		return FAIL_MEMORY;
	search->settings = *settings;
	search->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (search->event < 0)
		goto out;
	atomic_store(&search->next, settings->first);
	atomic_store(&search->found, NONE);
	if (wanted == 0)
		wanted = processors < 1 ? 1 : (unsigned)processors;
	if (wanted > THREADS_MOST)
		wanted = THREADS_MOST;
	/* Counted before it starts: a thread that is done at once must not ring the bell early. */
	atomic_store(&search->running, 1);
	for (unsigned i = 0; i < wanted; i++) {
		struct thread *thread = &search->threads[i];

		thread->search = search;
		atomic_store(&thread->begun, settings->first);
		/* Where no more can be locked, or started, those that there are do the work. */
		outcome = locked_new(&thread->pages, sizeof(struct lanes));
		if (outcome != DONE) {
			outcome = search->thread_count == 0 ? outcome : DONE;
			break;
		}
		atomic_fetch_add(&search->running, 1);
		if (pthread_create(&thread->thread, NULL, run, thread) != 0) {
			atomic_fetch_sub(&search->running, 1);
			locked_free(&thread->pages);
			outcome = search->thread_count == 0 ? FAIL_PROCESS : DONE;
			break;
		}
		search->thread_count++;
		outcome = DONE;
	}
	if (outcome == DONE && atomic_fetch_sub(&search->running, 1) == 1 && eventfd_write(search->event, 1) != 0)
		outcome = FAIL_PROCESS;
	if (outcome == DONE) {
		*ret = search;
		return DONE;
	}
out:
	search_free(&search);
	return outcome;
}

int
search_descriptor(const struct search *search)
{
	return search->event;
}

bool
search_is_done(const struct search *search)
{
	return atomic_load(&search->running) == 0;
}

uint64_t
search_position(const struct search *search)
{
	uint64_t position = atomic_load(&search->next);

	for (unsigned i = 0; i < search->thread_count; i++) {
		uint64_t begun = atomic_load(&search->threads[i].begun);

		if (begun < position)
			position = begun;
	}
	return position < search->settings.end ? position : search->settings.end;
}

unsigned
search_threads(const struct search *search)
{
	return search->thread_count;
}

uint64_t
search_derivations(const struct search *search)
{
	return atomic_load(&search->derivations);
}

static void
join(struct search *search)
{
	for (unsigned i = 0; i < search->thread_count; i++) {
		pthread_join(search->threads[i].thread, NULL);
		locked_free(&search->threads[i].pages);
	}
	search->thread_count = 0;
}

const char *
search_instructions(void)
{
	return md5_lanes_name();
}

enum outcome
search_finish(struct search **search, uint64_t *ret)
{
	struct search *own = *search;
	enum outcome outcome = FAIL_SHARES_FILE_KEY;

	join(own);
	*ret = atomic_load(&own->found);
	if (*ret != NONE)
		outcome = DONE;
	else if (atomic_load(&own->failure) != DONE)
		outcome = atomic_load(&own->failure);
	search_free(search);
	return outcome;
}

void
search_free(struct search **search)
{
	struct search *own = *search;

	*search = NULL;
	if (own == NULL)
		return;
	atomic_store(&own->is_cancelled, true);
	join(own);
	if (own->event >= 0)
		close(own->event);
	free(own);
}
