/* The secrets of a ceremony: copied only where the procedure needs one twice, wiped together. */
#include "steps.h"

enum outcome
secrets_copy(struct secret **ret, const struct secret *from)
{
	enum outcome outcome = secret_new(ret, from->capacity);

	for (size_t i = 0; outcome == DONE && i < from->size; i++)
		secret_push(*ret, from->bytes[i]);
	return outcome;
}

void
secrets_wipe_shown(struct secrets *secrets)
{
	secret_free(&secrets->shown_prime);
	secret_free(&secrets->shown_value);
	secret_free(&secrets->shown_word);
}

void
secrets_wipe(struct secrets *secrets)
{
	secrets_wipe_shown(secrets);
	secret_free(&secrets->so_pin);
	secret_free(&secrets->user_pin);
	secret_free(&secrets->first_entry);
	secret_free(&secrets->password);
	secret_free(&secrets->dkek_share);
	if (secrets->set != NULL)
		shamir_set_free(&secrets->set);
	secret_free(&secrets->prime);
	for (unsigned i = 0; i < secrets->typed_count; i++)
		secret_free(&secrets->typed[i].value);
	secrets->typed_count = 0;
}
