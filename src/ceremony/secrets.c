/* The secrets of a ceremony: copied only where the procedure needs one twice, wiped together. */
#include "steps.h"

#include <quorate/diagnosis.h>

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
secrets_forget_typed(struct secrets *secrets)
{
	secret_free(&secrets->prime);
	for (unsigned i = 0; i < secrets->typed_count; i++)
		secret_free(&secrets->typed[i].value);
	secrets->typed_count = 0;
}

void
secrets_forget_collected(struct secrets *secrets)
{
	for (unsigned i = 0; i < secrets->collected_count; i++)
		secret_free(&secrets->collected[i]);
	secrets->collected_count = 0;
}

bool
secrets_have_hex_ids(const struct secrets *secrets)
{
	for (unsigned i = 0; i < secrets->typed_count; i++)
		if (diagnosis_hex_id(secrets->typed[i].id) != 0)
			return true;
	return false;
}

enum outcome
secrets_rebuild_password(struct secrets *secrets, unsigned variant, bool is_hex)
{
	struct shamir_share shares[LIMIT_CUSTODIANS];
	struct secret *combined = NULL;
	enum outcome outcome;

	for (unsigned i = 0; i < secrets->typed_count; i++) {
		unsigned id = is_hex ? diagnosis_hex_id(secrets->typed[i].id) : 0;

		shares[i] = secrets->typed[i];
		if (id != 0)
			shares[i].id = id;
	}
	outcome = shamir_combine(secrets->prime, shares, secrets->typed_count, &combined);
	if (outcome == DONE)
		outcome = shamir_password(secrets->prime, combined, variant, &secrets->password);
	secret_free(&combined);
	return outcome;
}

void
secrets_wipe(struct secrets *secrets)
{
	secrets_wipe_shown(secrets);
	secret_free(&secrets->so_pin);
	secret_free(&secrets->user_pin);
	secret_free(&secrets->new_pin);
	secret_free(&secrets->first_entry);
	secret_free(&secrets->password);
	secret_free(&secrets->renewed.value);
	secret_free(&secrets->dkek_share);
	secrets_forget_collected(secrets);
	if (secrets->set != NULL)
		shamir_set_free(&secrets->set);
	secrets_forget_typed(secrets);
}
