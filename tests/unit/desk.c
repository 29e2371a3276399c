#include "groups.h"

#include "desk.h"

#include <quorate/file.h>
#include <quorate/hsm.h>
#include <quorate/virtual_card.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum outcome
transmit(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size, struct code *ret_code)
{
	struct desk *desk = context;
	const struct card *card = virtual_card_door(desk->card);
	bool is_lost = desk->lost_instruction == command[1];

	desk->sent[command[1]]++;
	*ret_code = (struct code){ CODE_NONE, 0 };
	/* A reader without long commands cuts them off. */
	if (desk->lacks_long && size > 262) {
		memcpy(ret, "\x67\x00", 2);
		*ret_size = 2;
		return DONE;
	}
	if (is_lost && !desk->is_carried_out) {
		desk->lost_instruction = 0;
		return FAIL_CARD_SILENT;
	}
	if (!is_lost)
		return card->transmit(card->context, command, size, ret, ret_size, ret_code);
	desk->lost_instruction = 0;
	(void)card->transmit(card->context, command, size, ret, ret_size, ret_code);
	*ret_size = 0;
	return FAIL_CARD_SILENT;
}

int
desk_set_up(void **state)
{
	struct desk *desks = calloc(2, sizeof *desks);

	for (int i = 0; i < 2; i++) {
		snprintf(desks[i].folder, sizeof desks[i].folder, "/tmp/quorate-acts-XXXXXX");
		if (mkdtemp(desks[i].folder) == NULL || virtual_card_open(&desks[i].card, desks[i].folder,
								i == 0 ? "REHE0000001" : "REHE0000002") != DONE)
			return -1;
		desks[i].door = (struct card){ transmit, &desks[i] };
	}
	*state = desks;
	return 0;
}

int
desk_tear_down(void **state)
{
	struct desk *desks = *state;
	char path[128];

	for (int i = 0; i < 2; i++) {
		token_answer_clear(&desks[i].answer);
		virtual_card_free(&desks[i].card);
		snprintf(path, sizeof path, "%s/state", desks[i].folder);
		unlink(path);
		snprintf(path, sizeof path, "%s/pin-log", desks[i].folder);
		unlink(path);
		rmdir(desks[i].folder);
	}
	free(desks);
	return 0;
}

struct secret *
desk_secret(const char *text)
{
	struct secret *secret;
	char copy[64];

	snprintf(copy, sizeof copy, "%s", text);
	assert_int_equal(secret_take(&secret, copy, strlen(copy)), DONE);
	return secret;
}

struct token_answer *
desk_act(struct desk *desk, struct token_request request, enum outcome expected)
{
	token_answer_clear(&desk->answer);
	memset(desk->sent, 0, sizeof desk->sent);
	hsm_act(&desk->door, &request, &desk->answer);
	token_request_clear(&request);
	assert_string_equal(outcome_name(desk->answer.outcome), outcome_name(expected));
	return &desk->answer;
}

void
desk_expect_tries(const struct desk *desk, const char *expected)
{
	uint8_t *log;
	size_t size;
	char path[128];

	snprintf(path, sizeof path, "%s/pin-log", desk->folder);
	assert_int_equal(file_read(path, 65536, &log, &size), DONE);
	assert_string_equal((const char *)log, expected);
	free(log);
	unlink(path);
}

void
desk_prepare(struct desk *desk, uint8_t share)
{
	struct secret *bytes;
	uint8_t copy[DKEK_SIZE];

	memset(copy, share, sizeof copy);
	assert_int_equal(secret_take(&bytes, copy, sizeof copy), DONE);
	ACT(desk, DONE, .act = TOKEN_INITIALISE, .label = "acts", .user_pin = desk_secret(USER_PIN),
		.so_pin = desk_secret(SO_PIN), .dkek_shares = 1);
	ACT(desk, DONE, .act = TOKEN_IMPORT_DKEK, .dkek_share = bytes, .dkek_shares = 1);
}
