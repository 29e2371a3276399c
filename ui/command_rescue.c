#include "ask.h"
#include "command.h"
#include "opening.h"
#include "signals.h"

#include <quorate/clock.h>
#include <quorate/prime_slips.h>
#include <quorate/rescue.h>
#include <quorate/search.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 500

/*
 * The whole search: for each prime that may be meant at most one slip, then for each of them two. Positions count
 * through all of it, so that one number says where to go on.
 */
struct hunt {
	struct share_file file;
	struct shares shares;
	struct prime_reading primes[PRIME_SLIPS_MOST];
	unsigned prime_count;
	bool is_prime_slipped;
	uint64_t one, two; /* candidates of one prime with at most one slip, and with two */
	int signals;
	uint64_t begun_at; /* position */
	int64_t begun;     /* on the steady clock */
	uint64_t derivations;
};

/* One search of it. */
struct stretch {
	unsigned prime;
	uint64_t position; /* of its first candidate */
	uint64_t first, end;
};

static struct stretch
nth_stretch(const struct hunt *hunt, unsigned number)
{
	if (number < hunt->prime_count)
		return (struct stretch){ number, number * hunt->one, 0, hunt->one };
	number -= hunt->prime_count;
	return (struct stretch){ number, hunt->prime_count * hunt->one + number * hunt->two, hunt->one,
		hunt->one + hunt->two };
}

static void
write_duration(double seconds, char *ret, size_t size)
{
	unsigned long minutes = (unsigned long)(seconds / 60);

	if (seconds < 90)
		text_format(ret, size, _("%u s"), (unsigned)seconds);
	else if (minutes < 120)
		text_format(ret, size, _("%lu min"), minutes);
	else if (minutes < 48 * 60)
		text_format(ret, size, _("%lu h %lu min"), minutes / 60, minutes % 60);
	else
		text_format(ret, size, _("%lu d %lu h"), minutes / 1440, minutes / 60 % 24);
}

/* What is being tried, how much of it is done, how long it takes at most, and how fast it goes. */
static void
show_progress(const struct hunt *hunt, uint64_t position, uint64_t derivations)
{
	uint64_t ones = hunt->prime_count * hunt->one, twos = hunt->prime_count * hunt->two;
	bool is_second = position >= ones;
	double elapsed = (double)(clock_steady_ms() - hunt->begun) / 1000;
	double share = is_second ? (double)(position - ones) / (double)twos : (double)position / (double)ones;
	uint64_t left = (is_second ? ones + twos : ones) - position;
	char duration[40] = "...";

	if (!isatty(STDERR_FILENO))
		return;
	if (position > hunt->begun_at)
		write_duration(elapsed * (double)left / (double)(position - hunt->begun_at), duration, sizeof duration);
	fprintf(stderr, "\r%s: %.1f %%, ", is_second ? _("Trying two slips") : _("Trying one slip"), share * 100);
	fprintf(stderr, _("%s left at most, %.1f derivations a second (%s)"), duration,
		elapsed > 0 ? (double)derivations / elapsed : 0.0, search_instructions());
	fputs("\033[K", stderr);
}

/* FAIL_CANCELLED once a signal asks for the end. */
static enum outcome
wait_for(const struct hunt *hunt, const struct rescue *rescue, const struct stretch *stretch)
{
	struct pollfd wait[] = { { .fd = rescue_descriptor(rescue), .events = POLLIN },
		{ .fd = hunt->signals, .events = POLLIN } };

	while (poll(wait, 2, PROGRESS_EVERY_MS) < 1 || wait[0].revents == 0) {
		switch (signals_take(hunt->signals)) {
		case SIGINT:
		case SIGTERM:
		case SIGHUP:
		case SIGQUIT:
			return FAIL_CANCELLED;
		case SIGTSTP:
			signals_raise(SIGTSTP);
			break;
		}
		show_progress(hunt, stretch->position + rescue_position(rescue) - stretch->first,
			hunt->derivations + rescue_derivations(rescue));
	}
	return DONE;
}

/* *position moves on through the stretch. FAIL_SHARES_FILE_KEY if what was meant is not in it. */
static enum outcome
search_stretch(struct hunt *hunt, const struct stretch *stretch, uint64_t *position, struct rescue_found *ret)
{
	struct rescue_settings settings = { .file = hunt->file,
		.prime = hunt->primes[stretch->prime].prime,
		.shares = hunt->shares.list,
		.count = hunt->shares.count,
		.iterations = command_iterations,
		.first = stretch->first + (*position - stretch->position),
		.end = stretch->end };
	struct rescue *rescue;
	enum outcome outcome = rescue_start(&rescue, &settings);

	if (outcome != DONE)
		return outcome;
	outcome = wait_for(hunt, rescue, stretch);
	*position = stretch->position + rescue_position(rescue) - stretch->first;
	hunt->derivations += rescue_derivations(rescue);
	if (outcome == DONE)
		outcome = rescue_finish(&rescue, ret);
	rescue_free(&rescue);
	return outcome;
}

/* *position: where it begins, and where it was stopped. *ret_prime: which of the primes was meant. */
static enum outcome
search(struct hunt *hunt, uint64_t *position, unsigned *ret_prime, struct rescue_found *ret)
{
	enum outcome outcome = signals_open(&hunt->signals);

	if (outcome != DONE)
		return outcome;
	hunt->begun = clock_steady_ms();
	hunt->begun_at = *position;
	outcome = FAIL_SHARES_FILE_KEY;
	for (unsigned i = 0; i < 2 * hunt->prime_count && outcome == FAIL_SHARES_FILE_KEY; i++) {
		struct stretch stretch = nth_stretch(hunt, i);

		if (*position >= stretch.position + stretch.end - stretch.first)
			continue;
		*ret_prime = stretch.prime;
		outcome = search_stretch(hunt, &stretch, position, ret);
	}
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	signals_close(&hunt->signals);
	return outcome == FAIL_SHARES_FILE_KEY ? FAIL_RESCUE : outcome;
}

/* Asks or reads; a sentence was printed unless DONE. */
static enum outcome
get_shares(const struct options *options, struct shares *ret)
{
	char place[LIMIT_TEXT_INPUT] = "";
	unsigned line = 0;
	enum outcome outcome;

	if (options->wants_shares_stdin) {
		outcome = shares_read(ret, &line);
		text_format(place, sizeof place, _("standard input, line %u"), line);
	} else {
		outcome = ask_open();
		if (outcome == DONE)
			outcome = shares_ask(ret);
	}
	if (outcome != DONE)
		report(place, outcome);
	return outcome;
}

/* The primes that may be meant: the one that was typed, if it can be one. */
static enum outcome
find_primes(struct hunt *hunt)
{
	enum outcome outcome = shamir_check_prime(hunt->shares.prime);

	if (outcome == DONE) {
		hunt->primes[0].prime = secret_move(&hunt->shares.prime);
		hunt->prime_count = 1;
	} else if (outcome == FAIL_PRIME_LENGTH || outcome == FAIL_PRIME_NOT_SAFE) {
		hunt->is_prime_slipped = true;
		outcome = prime_slips_find(hunt->shares.prime, hunt->primes, &hunt->prime_count);
		if (outcome == DONE && hunt->prime_count == 0)
			outcome = FAIL_RESCUE_PRIME;
	}
	return outcome;
}

static void
tell_found(const struct hunt *hunt, unsigned prime, const struct rescue_found *found)
{
	char text[LIMIT_TEXT_INPUT];

	if (hunt->is_prime_slipped) {
		slips_prime_text(&hunt->primes[prime].slip, text, sizeof text);
		printf(_("The prime: %s.\n"), text);
	}
	if (found->is_exchange)
		printf(_("The IDs of shares %u and %u were exchanged.\n"), hunt->shares.list[found->share[0]].id,
			hunt->shares.list[found->share[1]].id);
	for (unsigned i = 0; i < found->slip_count; i++) {
		slips_text(&found->slip[i], text, sizeof text);
		printf(_("Probably share %u: %s.\n"), hunt->shares.list[found->share[i]].id, text);
	}
	if (found->slip_count > 0)
		puts(_("The KCV is certain; where the slip was is probable, since one share's can be made up for by "
		       "another's."));
	if (!hunt->is_prime_slipped && !found->is_exchange && found->slip_count == 0)
		puts(_("No slip: the shares are right as they were typed."));
	else
		puts(_("Do not leave the sheets as they are: compare each with what was typed, and give the custodians "
		       "new sheets, or better a new set of shares."));
}

static enum outcome
tell(const struct hunt *hunt, unsigned prime, const struct rescue_found *found)
{
	struct secret *share = NULL;
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = opening_by_password(&hunt->file, found->password, &share);

	if (outcome == DONE)
		outcome = dkek_kcv(share, kcv);
	if (outcome == DONE) {
		opening_print_kcv(NULL, kcv);
		tell_found(hunt, prime, found);
	}
	secret_free(&share);
	return outcome;
}

int
command_rescue(const struct options *options)
{
	const char *name = options->files[0];
	struct hunt hunt = { .shares = { .is_last = true, .is_lenient = true }, .signals = -1 };
	struct rescue_found found = { 0 };
	char clean[LIMIT_TEXT_INPUT];
	uint64_t position = options->from;
	unsigned prime = 0;
	int status = EXIT_FAILED;
	enum outcome outcome = share_file_load(name, &hunt.file);

	if (outcome != DONE)
		return report(name, outcome);
	if (get_shares(options, &hunt.shares) != DONE)
		goto out;
	hunt.one = rescue_candidates(hunt.shares.count, 1);
	hunt.two = rescue_candidates(hunt.shares.count, 2) - hunt.one;
	outcome = find_primes(&hunt);
	if (outcome == DONE)
		outcome = search(&hunt, &position, &prime, &found);
	if (outcome == DONE)
		outcome = tell(&hunt, prime, &found);
	status = outcome == DONE ? EXIT_DONE : report(name, outcome);
	text_clean(name, strlen(name), clean, sizeof clean);
	if (outcome == FAIL_CANCELLED)
		fprintf(stderr,
			_("To go on, give the same shares in the same order to: quorate rescue --from %llu %s\n"),
			(unsigned long long)position, clean);
out:
	secret_free(&found.password);
	prime_slips_clear(hunt.primes);
	shares_clear(&hunt.shares);
	ask_close();
	return status;
}
