/* The runner: asks the step at hand, hands it answers, and brings it what the token and the derivation say. */
#include "steps.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kinds of answer that each kind of prompt takes, besides ANSWER_STOP. */
#define TAKES(kind) (1u << (kind))
static const unsigned answers_taken[PROMPT_KIND_COUNT] = {
	[PROMPT_TELL] = TAKES(ANSWER_NEXT),
	[PROMPT_CONFIRM] = TAKES(ANSWER_WORD),
	[PROMPT_CHOOSE] = TAKES(ANSWER_CHOICE),
	[PROMPT_TEXT] = TAKES(ANSWER_TEXT),
	[PROMPT_PIN] = TAKES(ANSWER_SECRET),
	[PROMPT_PASSWORD] = TAKES(ANSWER_SECRET),
	[PROMPT_GATE] = TAKES(ANSWER_NEXT),
	[PROMPT_SHOW_SHARE] = TAKES(ANSWER_NEXT),
	[PROMPT_SHOW_PIN] = TAKES(ANSWER_NEXT),
	[PROMPT_ENTER_SHARE] = TAKES(ANSWER_SHARE) | TAKES(ANSWER_AGAIN),
	[PROMPT_INSERT_TOKEN] = TAKES(ANSWER_NEXT),
	[PROMPT_PRINT] = TAKES(ANSWER_NEXT),
	[PROMPT_ENTER_LINES] = TAKES(ANSWER_LINES) | TAKES(ANSWER_AGAIN),
};

void
answer_clear(struct answer *answer)
{
	secret_free(&answer->secret);
	secret_free(&answer->share.prime);
	secret_free(&answer->share.value);
	secret_free(&answer->share.check_word);
}

static size_t
step_index(const struct ceremony *ceremony, const struct step *step)
{
	size_t at = 0;

	while (at + 1 < ceremony->step_count && ceremony->steps[at] != step)
		at++;
	return at;
}

bool
ceremony_has(const struct ceremony *ceremony, const struct step *step)
{
	return ceremony->steps[step_index(ceremony, step)] == step;
}

static bool
is_wanted(const struct ceremony *ceremony, const struct step *step)
{
	bool is_decided = ceremony->agreed != NULL && step->is_planned != NULL && step->is_planned(ceremony);

	return (step->is_wanted == NULL || step->is_wanted(ceremony)) && !is_decided;
}

static void
enter_step(struct ceremony *ceremony, const struct step *step)
{
	ceremony->step = step;
	ceremony->part = 0;
	if (step->enter != NULL)
		step->enter(ceremony);
}

enum outcome
ceremony_begin(struct ceremony **ret, const struct ceremony_world *world, const char *kind,
	const struct step *const *steps, size_t count)
{
	struct ceremony *ceremony = calloc(1, sizeof *ceremony);
	const struct ceremony_kind *kinds;
	size_t kind_count = ceremony_kinds(&kinds);

	*ret = ceremony;
	if (ceremony == NULL)
		return FAIL_MEMORY;
	for (size_t i = 0; i < kind_count; i++)
		if (strcmp(kinds[i].name, kind) == 0)
			ceremony->kind = &kinds[i];
	ceremony->world = world;
	ceremony->steps = steps;
	ceremony->step_count = count;
	ceremony->turn = ceremony->called = ceremony->old.turn = ceremony->plan.file = 1;
	clock_stamp(ceremony->plan.stamp);
	if (world->plan != NULL && strcmp(world->plan->ceremony, kind) == 0) {
		enum outcome outcome = agreed_take(ceremony, world->plan);

		if (outcome != DONE) {
			free(ceremony);
			*ret = NULL;
			return outcome;
		}
	}
	enter_step(ceremony, steps[0]);
	return DONE;
}

/* The next step that is to be held; after an interruption some are passed over. */
static size_t
next_index(const struct ceremony *ceremony)
{
	size_t at = ceremony_has(ceremony, ceremony->step) ? step_index(ceremony, ceremony->step) + 1 : 0;

	while (at + 1 < ceremony->step_count &&
		((ceremony->resumed.passed >> at & 1) || !is_wanted(ceremony, ceremony->steps[at])))
		at++;
	return at;
}

void
step_next(struct ceremony *ceremony)
{
	const struct step *step = ceremony->step, *next = ceremony->return_to;

	if (step->event != NULL && !record(ceremony, step->event, NULL, 0))
		return;
	ceremony->return_to = NULL;
	enter_step(ceremony, next == NULL ? ceremony->steps[next_index(ceremony)] : next);
}

void
step_take_read(struct ceremony *ceremony, struct answer *answer)
{
	(void)answer;
	step_next(ceremony);
}

void
step_finish(struct ceremony *ceremony)
{
	ceremony->end = END_DONE;
	secrets_wipe(&ceremony->secrets);
	record_close(ceremony, "done");
}

void
step_go(struct ceremony *ceremony, const struct step *step, const struct step *return_to)
{
	ceremony->return_to = return_to;
	enter_step(ceremony, step);
}

static void
end_ceremony(struct ceremony *ceremony, enum outcome outcome, const char *event)
{
	ceremony->end = END_FAILED;
	ceremony->failure = outcome;
	derivation_free(&ceremony->derivation);
	secrets_wipe(&ceremony->secrets);
	record_close(ceremony, event);
}

void
step_fail(struct ceremony *ceremony, enum outcome outcome, struct code code)
{
	if (ceremony->end != END_NOT_YET)
		return;
	ceremony->failure_code = code;
	end_ceremony(ceremony, outcome, outcome == FAIL_CANCELLED ? "stopped" : "failed");
}

void
step_refuse(struct ceremony *ceremony, enum outcome outcome)
{
	step_refuse_with(ceremony, outcome, "%s", outcome_text(outcome));
}

void
step_refuse_with(struct ceremony *ceremony, enum outcome outcome, const char *format, ...)
{
	va_list arguments;
	char *sentence = NULL;

	ceremony->verdict = outcome;
	va_start(arguments, format);
	if (vasprintf(&sentence, format, arguments) < 0)
		sentence = NULL;
	va_end(arguments);
	text_format(ceremony->verdict_text, sizeof ceremony->verdict_text, "%s",
		sentence == NULL ? outcome_text(outcome) : sentence);
	free(sentence);
}

bool
step_derive(struct ceremony *ceremony, double done, double share)
{
	enum outcome outcome = derivation_start(
		&ceremony->derivation, ceremony->secrets.password, ceremony->file.salt, ceremony->world->iterations);

	ceremony->work_done = done;
	ceremony->work_share = share;
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	return outcome == DONE;
}

void
step_ask_work(const struct ceremony *ceremony, struct prompt *ret, const char *text)
{
	ret->kind = PROMPT_WORK;
	text_format(ret->text, sizeof ret->text, "%s", text);
	ret->of.work.fraction = -1;
	ret->of.work.left_ms = -1;
	if (ceremony->derivation != NULL) {
		double own = derivation_fraction(ceremony->derivation);
		int64_t left = derivation_left_ms(ceremony->derivation);

		ret->of.work.fraction = ceremony->work_done + own * ceremony->work_share;
		/* What follows this derivation takes as long for its part of the bar. */
		if (left >= 0 && own < 1)
			left = (int64_t)((double)left / (1 - own) * (1 - ret->of.work.fraction) / ceremony->work_share);
		ret->of.work.left_ms = left;
		ret->of.work.may_stop = true;
	}
}

static void
ask_failed(const struct ceremony *ceremony, struct prompt *ret)
{
	ret->kind = PROMPT_FAILED;
	text_format(ret->text, sizeof ret->text, "%s\n", outcome_text(ceremony->failure));
	/* The particulars of the last answer, where it was the reason. */
	if (ceremony->verdict == ceremony->failure && ceremony->verdict_text[0] != '\0')
		text_format(ret->text, sizeof ret->text, "%s\n", ceremony->verdict_text);
	remains_tell(ceremony, ret->text, sizeof ret->text);
	outcome_code_text(ceremony->failure_code, ret->small, sizeof ret->small);
	if (ret->small[0] == '\0')
		text_format(ret->small, sizeof ret->small, "%s", outcome_name(ceremony->failure));
}

/* A turn counts as a step: how many more of them than one a step with turns has, and how many of these are over. */
static unsigned
more_turns(const struct ceremony *ceremony, const struct step *step, unsigned *ret_over)
{
	unsigned turns = 1, turn = 1;

	if (step == &step_take_turns_of_file) {
		plan_of_file(ceremony, ceremony->plan.file, &turns);
		turn = ceremony->called;
	} else if (step == &step_take_turns || step == &step_take_passwords || step == &step_renew_turns) {
		turns = ceremony->plan.total == 0 ? PLAN_TOTAL_USUAL : ceremony->plan.total;
		turn = ceremony->called;
	} else if (step == &step_confirm_turns && ceremony->plan.total > ceremony->old.threshold) {
		/* Those who opened the file are confirmed by that. */
		turns = ceremony->plan.total - ceremony->old.threshold;
		turn = ceremony->called > ceremony->old.threshold ? ceremony->called - ceremony->old.threshold : 1;
	} else if (step == &step_type_old_shares) {
		turns = ceremony->old.threshold == 0 ? LIMIT_THRESHOLD_MIN : ceremony->old.threshold;
		turn = ceremony->old.turn;
	}
	*ret_over = turn < turns ? turn - 1 : turns - 1;
	return turns - 1;
}

static void
count_steps(const struct ceremony *ceremony, struct prompt *ret)
{
	size_t at =
		ceremony_has(ceremony, ceremony->step) ? step_index(ceremony, ceremony->step) : next_index(ceremony);
	unsigned over;

	ret->number = 1;
	for (size_t i = 0; i < ceremony->step_count; i++) {
		unsigned more;

		if (!is_wanted(ceremony, ceremony->steps[i]))
			continue;
		more = more_turns(ceremony, ceremony->steps[i], &over);
		/* The other files are counted where the one at hand begins. */
		if (ceremony->steps[i] == &step_begin_file) {
			ret->count += files_count_steps(ceremony, &over);
			ret->number += i <= at ? over : 0;
			over = 0;
		}
		ret->count += 1 + more;
		if (i <= at)
			ret->number += i < at ? 1 + more : over;
	}
}

static void
ask_step(const struct ceremony *ceremony, struct prompt *ret)
{
	const struct step *step = ceremony->step;

	if (step->ask != NULL) {
		step->ask(ceremony, ret);
		return;
	}
	ret->kind = PROMPT_TELL;
	text_format(ret->text, sizeof ret->text, "%s", step->text == NULL ? "" : _(step->text));
}

enum outcome
ceremony_prompt(const struct ceremony *ceremony, struct prompt *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->step = ceremony->step->name;
	count_steps(ceremony, ret);
	text_format(ret->title, sizeof ret->title, "%s", _(ceremony->step->title));
	if (ceremony->end == END_FAILED) {
		ask_failed(ceremony, ret);
		return DONE;
	}
	ret->verdict = ceremony->verdict;
	if (ceremony->verdict != DONE)
		text_format(ret->verdict_text, sizeof ret->verdict_text, "%s", ceremony->verdict_text);
	if (ceremony->is_paused && ceremony->end == END_NOT_YET)
		note_ask_pause(ceremony, ret);
	else if (ceremony->end == END_NOT_YET && ceremony->card.phase != CARD_IDLE)
		card_ask(ceremony, ret);
	else
		ask_step(ceremony, ret);
	if (ret->kind == PROMPT_GATE && !ret->of.gate.is_leaving)
		people_call_custodian(ceremony, ret->of.gate.custodian, ret);
	if (ret->kind != PROMPT_DONE)
		remains_tell(ceremony, ret->stop_text, sizeof ret->stop_text);
	ret->may_leave = ceremony->end == END_NOT_YET && ceremony->journal != NULL && resume_is_offered(ceremony->kind);
	return DONE;
}

bool
ceremony_takes_notes(enum prompt_kind kind)
{
	switch (kind) {
	case PROMPT_TELL:
	case PROMPT_CONFIRM:
	case PROMPT_CHOOSE:
	case PROMPT_TEXT:
	case PROMPT_GATE:
	case PROMPT_INSERT_TOKEN:
	case PROMPT_PRINT:
	case PROMPT_ENTER_LINES:
		return true;
	default:
		return false;
	}
}

static bool
is_fitting(const struct prompt *prompt, enum answer_kind kind)
{
	if (kind == ANSWER_STOP)
		return prompt->kind != PROMPT_DONE && prompt->kind != PROMPT_FAILED &&
		       (prompt->kind != PROMPT_WORK || prompt->of.work.may_stop);
	if (kind == ANSWER_NOTE || kind == ANSWER_PAUSE)
		return ceremony_takes_notes(prompt->kind);
	if (kind == ANSWER_ANOTHER)
		return prompt->kind == PROMPT_GATE && prompt->of.gate.may_call_another;
	return kind < ANSWER_KIND_COUNT && (answers_taken[prompt->kind] & TAKES(kind)) != 0;
}

/* True when what a front end handed in is what the prompt can use at all; the steps judge the rest. */
static bool
is_whole(const struct prompt *prompt, const struct answer *answer)
{
	switch (answer->kind) {
	case ANSWER_CHOICE:
		return answer->choice < prompt->of.choose.count && !prompt->of.choose.items[answer->choice].is_closed;
	case ANSWER_WORD:
	case ANSWER_TEXT:
	case ANSWER_NOTE:
		return memchr(answer->text, '\0', sizeof answer->text) != NULL;
	case ANSWER_SECRET:
		return answer->secret != NULL;
	case ANSWER_LINES:
		return answer->lines != NULL;
	case ANSWER_SHARE:
		return answer->share.value != NULL && memchr(answer->share.id, '\0', sizeof answer->share.id) != NULL;
	default:
		return true;
	}
}

enum outcome
ceremony_answer(struct ceremony *ceremony, struct answer *answer)
{
	struct prompt prompt;
	enum outcome outcome = ceremony_prompt(ceremony, &prompt);

	if (outcome == DONE && (!is_fitting(&prompt, answer->kind) || !is_whole(&prompt, answer)))
		outcome = FAIL_USAGE;
	if (outcome == DONE && answer->kind == ANSWER_NOTE) {
		outcome = note_take(ceremony, answer->text);
	} else if (outcome == DONE) {
		ceremony->verdict = DONE;
		/* Of a ceremony that is over nothing can be stopped: it ends as it is. */
		if (answer->kind == ANSWER_STOP && ceremony->is_over)
			step_next(ceremony);
		else if (answer->kind == ANSWER_STOP)
			step_fail(ceremony, FAIL_CANCELLED, CODE_OF_NOTHING);
		else if (answer->kind == ANSWER_PAUSE)
			note_pause(ceremony);
		else if (ceremony->is_paused)
			note_end_pause(ceremony, answer->text);
		else if (ceremony->card.phase == CARD_AWAY)
			card_take(ceremony);
		else
			ceremony->step->take(ceremony, answer);
	}
	answer_clear(answer);
	return outcome;
}

bool
ceremony_advance(struct ceremony *ceremony)
{
	struct secret *key = NULL;
	enum outcome outcome;

	if (ceremony->end != END_NOT_YET)
		return false;
	if (ceremony->card.phase == CARD_BUSY || ceremony->card.phase == CARD_LOOKING)
		return card_advance(ceremony);
	if (ceremony->derivation == NULL || !derivation_is_done(ceremony->derivation))
		return false;
	ceremony->verdict = DONE;
	outcome = derivation_finish(&ceremony->derivation, &key);
	if (outcome != DONE)
		step_fail(ceremony, outcome, CODE_OF_NOTHING);
	else
		ceremony->step->derived(ceremony, &key);
	secret_free(&key);
	return true;
}

size_t
ceremony_descriptors(const struct ceremony *ceremony, struct pollfd *ret, size_t most)
{
	if (ceremony->derivation == NULL || most == 0)
		return 0;
	ret[0] = (struct pollfd){ .fd = derivation_descriptor(ceremony->derivation), .events = POLLIN };
	return 1;
}

void
ceremony_free(struct ceremony **ceremony)
{
	if (*ceremony == NULL)
		return;
	if ((*ceremony)->end == END_NOT_YET)
		end_ceremony(*ceremony, FAIL_CANCELLED, "interrupted");
	journal_record_free(&(*ceremony)->resumed.past);
	journal_record_free(&(*ceremony)->resumed.private_past);
	plan_file_free(&(*ceremony)->agreed);
	papers_clear(&(*ceremony)->papers);
	procedure_clear(&(*ceremony)->procedure);
	free(*ceremony);
	*ceremony = NULL;
}
