#include "groups.h"

#include <quorate/process.h>
#include <quorate/random.h>
#include <quorate/secret.h>

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_secret(void **state)
{
	struct secret *secret, *other;
	uint8_t source[4] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(secret_take(&secret, source, 4), DONE);
	assert_memory_equal(source, "\0\0\0\0", 4);
	assert_memory_equal(secret->bytes, "\1\2\3\4", 4);
	assert_true(CRYPTO_secure_allocated(secret));
	assert_false(secret_push(secret, 5));
	assert_true(secret_pop(secret));
	assert_int_equal(secret->bytes[3], 0);
	assert_true(secret_push(secret, 5));
	other = secret_move(&secret);
	assert_null(secret);
	assert_memory_equal(other->bytes, "\1\2\3\5", 4);
	assert_int_equal(secret_new(&secret, 4), DONE);
	assert_false(secret_is_equal(secret, other));
	for (int i = 0; i < 4; i++)
		assert_true(secret_push(secret, other->bytes[i]));
	assert_true(secret_is_equal(secret, other));
	secret_clear(secret);
	assert_int_equal(secret->size, 0);
	assert_false(secret_pop(secret));
	assert_memory_equal(secret->bytes, "\0\0\0\0", 4);
	secret_free(&secret);
	secret_free(&other);
	assert_null(other);
	secret_free(&other);
}

static void
test_secret_heap(void **state)
{
	struct secret *many[80] = { NULL }, *one;
	size_t before = CRYPTO_secure_used(), count = 0;

	(void)state;
	assert_int_equal(secret_new(&one, 0), FAIL_SECURE_HEAP);
	assert_int_equal(secret_new(&one, 1 << 20), FAIL_SECURE_HEAP);
	/* Full: refused, and not served from the ordinary heap. */
	while (count < 80 && secret_new(&many[count], 1000) == DONE)
		count++;
	assert_in_range(count, 16, 79);
	assert_null(many[count]);
	for (size_t i = 0; i < count; i++)
		secret_free(&many[i]);
	assert_int_equal(CRYPTO_secure_used(), before);
}

static void
test_random(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	assert_int_equal(random_fill(a, sizeof a), DONE);
	random_stir("x", 1);
	assert_int_equal(random_fill(b, sizeof b), DONE);
	assert_memory_not_equal(a, b, sizeof a);
}

/* In a child: what is given up is given up for good. Returns the number of the expectation that failed, 0 if none. */
static int
try_powers(enum process_role role)
{
	char *const nothing[] = { NULL };
	int pair[2];

	if (process_confine(role) != DONE)
		return 1;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM || socket(AF_NETLINK, SOCK_RAW, 0) >= 0 ||
		socket(AF_PACKET, SOCK_RAW, 0) >= 0)
		return 2;
	if ((socket(AF_UNIX, SOCK_STREAM, 0) >= 0) != (role == PROCESS_WORKER))
		return 3;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 4;
	if (process_vm_readv(getppid(), NULL, 0, NULL, 0, 0) == 0 || errno != EPERM)
		return 5;
	if (role == PROCESS_CONSOLE && (execve("/bin/true", nothing, nothing) == 0 || errno != EPERM))
		return 6;
#ifndef QUORATE_SANITIZED
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || errno != EPERM)
		return 7;
#endif
	return 0;
}

static void
test_process_confine(void **state)
{
	(void)state;
	for (int role = PROCESS_CONSOLE; role <= PROCESS_WORKER; role++) {
		pid_t child = fork();
		int status = -1;

		if (child == 0)
			_exit(try_powers((enum process_role)role));
		assert_true(child > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

TEST_GROUP(secret, cmocka_unit_test(test_process_confine), cmocka_unit_test(test_secret),
	cmocka_unit_test(test_secret_heap), cmocka_unit_test(test_random));
