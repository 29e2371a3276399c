#include "md5_chain.h"
#include "md5_lanes.h"
#include "rescue_candidate.h"

#include <quorate/limits.h>
#include <quorate/rescue.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Each thread takes 4 KiB of the secure heap (LIMIT_SECURE_HEAP), which others need as well. */
#define THREADS_MOST 8
/* Steps between two looks at the cancel flag: some milliseconds. */
#define STEPS_AT_ONCE 20000
#define NONE UINT64_MAX

/* What one thread works in; all of it in the secure heap. */
struct lanes {
	uint32_t digests[MD5_DIGEST_WORDS][MD5_LANES_MOST];
	uint8_t passwords[MD5_LANES_MOST][SHAMIR_SIZE];
	uint8_t sizes[MD5_LANES_MOST];
	uint8_t first_half[MD5_LANES_MOST][MD5_DIGEST_SIZE];
	uint8_t message[MD5_MESSAGE_ROOM];
	uint8_t key[2 * MD5_DIGEST_SIZE];
	uint8_t block[16];
	uint64_t numbers[MD5_LANES_MOST];
	size_t count;
};

struct thread {
	struct rescue *rescue;
	pthread_t thread;
	_Atomic uint64_t begun; /* the lowest candidate it has in hand, NONE if none */
};

struct rescue {
	struct rescue_problem problem;
	struct share_file file;
	unsigned long iterations;
	uint64_t end;
	_Atomic uint64_t next;  /* the candidate to be drawn next */
	_Atomic uint64_t found; /* the lowest one that opens the file, NONE if none yet */
	_Atomic uint64_t derivations;
	atomic_bool is_cancelled, has_failed;
	atomic_uint running;
	int event;
	unsigned thread_count;
	struct thread threads[THREADS_MOST];
};

uint64_t
rescue_candidates(unsigned count, unsigned slips)
{
	return rescue_candidate_count(count, slips);
}

/* Draws candidates until every lane has a password; false when there are no more and none was found. */
static bool
fill(struct rescue *rescue, struct thread *thread, struct lanes *lanes, struct secret *password)
{
	size_t most = md5_lanes_count();

	lanes->count = 0;
	atomic_store(&thread->begun, atomic_load(&rescue->next));
	while (lanes->count < most && !atomic_load(&rescue->is_cancelled)) {
		uint64_t number = atomic_fetch_add(&rescue->next, 1);

		if (number >= rescue->end || number > atomic_load(&rescue->found)) {
			/* Others may look no further, either; and the counter must not run away. */
			atomic_fetch_sub(&rescue->next, 1);
			break;
		}
		if (!rescue_candidate_password(&rescue->problem, number, password))
			continue;
		memcpy(lanes->passwords[lanes->count], password->bytes, password->size);
		lanes->sizes[lanes->count] = (uint8_t)password->size;
		lanes->numbers[lanes->count++] = number;
	}
	return lanes->count > 0;
}

/* The first step of a block, lane by lane: over what came before it, the password and the salt. */
static void
begin_block(const struct rescue *rescue, struct lanes *lanes, bool is_second)
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
		memcpy(lanes->message + size, rescue->file.salt, DERIVATION_SALT_SIZE);
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
go_on(struct rescue *rescue, struct lanes *lanes)
{
	for (unsigned long left = rescue->iterations - 1; left > 0;) {
		unsigned long steps = left < STEPS_AT_ONCE ? left : STEPS_AT_ONCE;

		if (atomic_load(&rescue->is_cancelled))
			return false;
		md5_lanes_steps(lanes->digests, steps);
		left -= steps;
	}
	return true;
}

/* Whether the key opens the file: its last block must decrypt to padding alone. 1 yes, 0 no, -1 libcrypto failed. */
static int
opens(const struct rescue *rescue, struct lanes *lanes, EVP_CIPHER_CTX *cipher)
{
	const uint8_t *last = rescue->file.ciphertext + 32, *before = rescue->file.ciphertext + 16;
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
note_found(struct rescue *rescue, uint64_t number)
{
	uint64_t before = atomic_load(&rescue->found);

	while (number < before && !atomic_compare_exchange_weak(&rescue->found, &before, number))
		;
}

static void
try_all(struct rescue *rescue, struct thread *thread, struct lanes *lanes, struct secret *password,
	EVP_CIPHER_CTX *cipher)
{
	while (fill(rescue, thread, lanes, password)) {
		begin_block(rescue, lanes, false);
		if (!go_on(rescue, lanes))
			return;
		for (size_t lane = 0; lane < lanes->count; lane++)
			write_digest(lanes, lane, lanes->first_half[lane]);
		begin_block(rescue, lanes, true);
		if (!go_on(rescue, lanes))
			return;
		for (size_t lane = 0; lane < lanes->count; lane++) {
			memcpy(lanes->key, lanes->first_half[lane], MD5_DIGEST_SIZE);
			write_digest(lanes, lane, lanes->key + MD5_DIGEST_SIZE);
			switch (opens(rescue, lanes, cipher)) {
			case 1:
				note_found(rescue, lanes->numbers[lane]);
				break;
			case 0:
				break;
			default:
				atomic_store(&rescue->has_failed, true);
				return;
			}
		}
		atomic_fetch_add(&rescue->derivations, lanes->count);
	}
}

static void *
run(void *argument)
{
	struct thread *thread = argument;
	struct rescue *rescue = thread->rescue;
	struct lanes *lanes = OPENSSL_secure_zalloc(sizeof *lanes);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	struct secret *password = NULL;
	uint64_t one = 1;

	if (lanes != NULL && cipher != NULL && secret_new(&password, SHAMIR_SIZE) == DONE)
		try_all(rescue, thread, lanes, password, cipher);
	else
		atomic_store(&rescue->has_failed, true);
	secret_free(&password);
	EVP_CIPHER_CTX_free(cipher);
	if (lanes != NULL)
		OPENSSL_secure_clear_free(lanes, sizeof *lanes);
	if (!atomic_load(&rescue->is_cancelled))
		atomic_store(&thread->begun, NONE);
	if (atomic_fetch_sub(&rescue->running, 1) == 1 && write(rescue->event, &one, sizeof one) < 0)
		atomic_store(&rescue->has_failed, true);
	return NULL;
}

enum outcome
rescue_start(struct rescue **ret, const struct rescue_settings *settings)
{
	struct rescue *rescue;
	enum outcome outcome = FAIL_MEMORY;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned wanted = settings->threads;

	*ret = NULL;
	if (settings->count < LIMIT_THRESHOLD_MIN)
		return FAIL_SHARES_FEW;
	if (settings->count > LIMIT_CUSTODIANS || settings->iterations == 0)
		return FAIL_ARGUMENT;
	rescue = calloc(1, sizeof *rescue);
	if (rescue == NULL)
		return FAIL_MEMORY;
	rescue->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (rescue->event < 0) {
		outcome = FAIL_PROCESS;
		goto out;
	}
	rescue->file = settings->file;
	rescue->iterations = settings->iterations;
	rescue->end = rescue_candidate_count(settings->count, 2);
	atomic_store(&rescue->next, settings->first);
	atomic_store(&rescue->found, NONE);
	outcome = rescue_problem_set(&rescue->problem, settings->prime, settings->shares, settings->count);
	if (outcome != DONE)
		goto out;
	if (wanted == 0)
		wanted = processors < 1 ? 1 : (unsigned)processors;
	if (wanted > THREADS_MOST)
		wanted = THREADS_MOST;
	/* Counted before it starts: a thread that is done at once must not ring the bell early. */
	atomic_store(&rescue->running, 1);
	outcome = FAIL_PROCESS;
	for (unsigned i = 0; i < wanted; i++) {
		struct thread *thread = &rescue->threads[i];

		thread->rescue = rescue;
		atomic_store(&thread->begun, settings->first);
		atomic_fetch_add(&rescue->running, 1);
		if (pthread_create(&thread->thread, NULL, run, thread) != 0) {
			atomic_fetch_sub(&rescue->running, 1);
			break;
		}
		rescue->thread_count++;
		outcome = DONE;
	}
	if (outcome == DONE && atomic_fetch_sub(&rescue->running, 1) == 1 && eventfd_write(rescue->event, 1) != 0)
		outcome = FAIL_PROCESS;
	if (outcome == DONE) {
		*ret = rescue;
		return DONE;
	}
out:
	rescue_free(&rescue);
	return outcome;
}

int
rescue_descriptor(const struct rescue *rescue)
{
	return rescue->event;
}

bool
rescue_is_done(const struct rescue *rescue)
{
	return atomic_load(&rescue->running) == 0;
}

uint64_t
rescue_position(const struct rescue *rescue)
{
	uint64_t position = atomic_load(&rescue->next);

	for (unsigned i = 0; i < rescue->thread_count; i++) {
		uint64_t begun = atomic_load(&rescue->threads[i].begun);

		if (begun < position)
			position = begun;
	}
	return position < rescue->end ? position : rescue->end;
}

uint64_t
rescue_derivations(const struct rescue *rescue)
{
	return atomic_load(&rescue->derivations);
}

static void
join(struct rescue *rescue)
{
	for (unsigned i = 0; i < rescue->thread_count; i++)
		pthread_join(rescue->threads[i].thread, NULL);
	rescue->thread_count = 0;
}

enum outcome
rescue_finish(struct rescue **rescue, struct rescue_found *ret)
{
	struct rescue *own = *rescue;
	enum outcome outcome = FAIL_SHARES_FILE_KEY;
	uint64_t found;

	memset(ret, 0, sizeof *ret);
	join(own);
	found = atomic_load(&own->found);
	if (found != NONE) {
		outcome = secret_new(&ret->password, SHAMIR_SIZE);
		if (outcome == DONE && !rescue_candidate_password(&own->problem, found, ret->password)) {
			secret_free(&ret->password);
			outcome = FAIL_INTERNAL;
		}
		if (outcome == DONE)
			rescue_candidate_describe(&own->problem, found, ret);
	} else if (atomic_load(&own->has_failed))
		outcome = FAIL_CRYPTO;
	rescue_free(rescue);
	return outcome;
}

void
rescue_free(struct rescue **rescue)
{
	struct rescue *own = *rescue;

	*rescue = NULL;
	if (own == NULL)
		return;
	atomic_store(&own->is_cancelled, true);
	join(own);
	rescue_problem_clear(&own->problem);
	if (own->event >= 0)
		close(own->event);
	free(own);
}
