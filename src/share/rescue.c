#include "rescue_candidate.h"

#include <quorate/search.h>

#include <stdlib.h>
#include <string.h>

struct rescue {
	struct rescue_problem problem;
	struct search *search;
};

uint64_t
rescue_candidates(unsigned count, unsigned slips)
{
	return rescue_candidate_count(count, slips);
}

static enum outcome
read_password(const void *problem, uint64_t number, struct secret *ret)
{
	return rescue_candidate_password(problem, number, ret);
}

enum outcome
rescue_start(struct rescue **ret, const struct rescue_settings *settings)
{
	struct search_settings search = { .file = settings->file,
		.iterations = settings->iterations,
		.first = settings->first,
		.end = rescue_candidate_count(settings->count, 2),
		.threads = settings->threads,
		.password = read_password };
	struct rescue *rescue;
	enum outcome outcome;

	*ret = NULL;
	if (settings->count < LIMIT_THRESHOLD_MIN)
		return FAIL_SHARES_FEW;
	if (settings->count > LIMIT_CUSTODIANS)
		return FAIL_ARGUMENT;
	rescue = calloc(1, sizeof *rescue);
	if (rescue == NULL)
		return FAIL_MEMORY;
	if (settings->end != 0 && settings->end < search.end)
		search.end = settings->end;
	search.context = &rescue->problem;
	outcome = rescue_problem_set(&rescue->problem, settings->prime, settings->shares, settings->count);
	if (outcome == DONE)
		outcome = search_start(&rescue->search, &search);
	if (outcome != DONE)
		rescue_free(&rescue);
	*ret = rescue;
	return outcome;
}

int
rescue_descriptor(const struct rescue *rescue)
{
	return search_descriptor(rescue->search);
}

bool
rescue_is_done(const struct rescue *rescue)
{
	return search_is_done(rescue->search);
}

uint64_t
rescue_position(const struct rescue *rescue)
{
	return search_position(rescue->search);
}

uint64_t
rescue_derivations(const struct rescue *rescue)
{
	return search_derivations(rescue->search);
}

enum outcome
rescue_finish(struct rescue **rescue, struct rescue_found *ret)
{
	struct rescue *own = *rescue;
	uint64_t found;
	enum outcome outcome;

	memset(ret, 0, sizeof *ret);
	outcome = search_finish(&own->search, &found);
	if (outcome == DONE)
		outcome = secret_new(&ret->password, SHAMIR_SIZE);
	if (outcome == DONE)
		outcome = rescue_candidate_password(&own->problem, found, ret->password);
	if (outcome != DONE)
		secret_free(&ret->password);
	if (outcome == DONE)
		rescue_candidate_describe(&own->problem, found, ret);
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
	search_free(&own->search);
	rescue_problem_clear(&own->problem);
	free(own);
}
