/*
 * Acts on a device in a reader for the Python tests, the whole way that the console goes: launcher, worker, PC/SC.
 *	hsm_tool MODE READER wrap REFERENCE PIN FILE	writes the wrapped-key file
 *	hsm_tool MODE READER unwrap REFERENCE PIN FILE	restores it; prints the reference
 *	hsm_tool MODE READER attest REFERENCE FILE	writes the attestation
 * MODE is "real" or a rehearsal's folder. On failure the outcome's name is printed, and the status is 1.
 */
#include <quorate/attestation.h>
#include <quorate/file.h>
#include <quorate/rehearsal.h>
#include <quorate/slots.h>
#include <quorate/wrapped_key.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum outcome
run(struct slots *slots, struct token_request *request, struct token_answer *ret)
{
	const struct token_door *door = slots_door(slots);
	struct pollfd descriptors[SLOTS_DESCRIPTORS];
	enum outcome outcome;

	while (!slots_is_settled(slots)) {
		poll(descriptors, slots_descriptors(slots, descriptors, SLOTS_DESCRIPTORS), 100);
		slots_dispatch(slots, false);
	}
	outcome = door->start(door->context, request);
	while (outcome == DONE && !door->poll(door->context, ret)) {
		poll(descriptors, slots_descriptors(slots, descriptors, SLOTS_DESCRIPTORS), 100);
		slots_dispatch(slots, false);
	}
	return outcome == DONE ? ret->outcome : outcome;
}

static enum outcome
load(const char *path, struct token_request *request)
{
	struct wrapped_file file;
	uint8_t *bytes;
	size_t size;
	enum outcome outcome = file_read(path, WRAPPED_FILE_MOST, &bytes, &size);

	if (outcome != DONE)
		return outcome;
	outcome = wrapped_file_parse(bytes, size, &file);
	if (outcome == DONE)
		outcome = token_bytes_set(&request->data, file.blob, file.blob_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&request->description, file.description, file.description_size);
	if (outcome == DONE)
		outcome = token_bytes_set(&request->certificate, file.certificate, file.certificate_size);
	free(bytes);
	return outcome;
}

static enum outcome
save(const char *path, const struct token_answer *answer)
{
	static uint8_t bytes[WRAPPED_FILE_MOST];
	const struct wrapped_file file = { answer->value.bytes, answer->description.bytes, answer->certificate.bytes,
		answer->value.size, answer->description.size, answer->certificate.size };
	size_t size;
	enum outcome outcome = answer->act == TOKEN_WRAP_KEY
				       ? wrapped_file_encode(&file, bytes, &size)
				       : attestation_encode(answer->request.bytes, answer->request.size,
						 answer->certificate.bytes, answer->certificate.size, bytes, &size);

	return outcome == DONE ? file_save(path, bytes, size) : outcome;
}

int
main(int argc, char **argv)
{
	struct launcher_settings launch = { 0 };
	struct rehearsal rehearsal;
	struct launcher *launcher = NULL;
	struct slots *slots = NULL;
	static struct token_answer answer;
	struct token_request request = { 0 };
	enum outcome outcome = DONE;

	if (argc > 1 && strcmp(argv[1], "--role") == 0)
		return worker_main(argc, argv);
	if (argc < 6)
		return 2;
	if (strcmp(argv[1], "real") != 0) {
		outcome = rehearsal_open(&rehearsal, argv[1], 2);
		launch = (struct launcher_settings){ .pcsc_library = rehearsal.library,
			.environment = rehearsal.environment };
	}
	if (outcome == DONE)
		outcome = launcher_open(&launcher, &launch);
	if (outcome == DONE)
		outcome = secret_open();
	if (outcome == DONE)
		outcome = slots_open(&slots, launcher, &(struct slots_settings){ NULL, true, 0 });
	snprintf(request.target.reader, sizeof request.target.reader, "%s", argv[2]);
	request.object.key_reference = (uint8_t)atoi(argv[4]);
	request.act = strcmp(argv[3], "wrap") == 0     ? TOKEN_WRAP_KEY
		      : strcmp(argv[3], "unwrap") == 0 ? TOKEN_UNWRAP_KEY
						       : TOKEN_READ_ATTESTATION;
	if (outcome == DONE && request.act != TOKEN_READ_ATTESTATION)
		outcome = secret_take(&request.user_pin, argv[5], strlen(argv[5]));
	if (outcome == DONE && request.act == TOKEN_UNWRAP_KEY)
		outcome = load(argv[argc - 1], &request);
	if (outcome == DONE)
		outcome = run(slots, &request, &answer);
	if (outcome == DONE && request.act != TOKEN_UNWRAP_KEY)
		outcome = save(argv[argc - 1], &answer);
	if (outcome == DONE && request.act == TOKEN_UNWRAP_KEY)
		printf("%u\n", answer.objects.list[0].key_reference);
	token_request_clear(&request);
	token_answer_clear(&answer);
	slots_free(&slots);
	launcher_free(&launcher);
	if (outcome != DONE)
		puts(outcome_name(outcome));
	return outcome == DONE ? 0 : 1;
}
