/*
 * The password of a share file that one person keeps: what can be typed on every terminal and in sc-hsm-tool, which
 * reads at most LIMIT_PASSWORD_MAX characters.
 */
#ifndef QUORATE_PASSWORD_H
#define QUORATE_PASSWORD_H

#include <quorate/limits.h>
#include <quorate/secret.h>

/* A generated one: five groups of four characters with dashes between them, which belong to it. */
#define PASSWORD_GENERATED_LENGTH 24

/*
 * Printable ASCII, 1 to LIMIT_PASSWORD_MAX characters; one being chosen (is_new) at least LIMIT_PASSWORD_MIN.
 * FAIL_EMPTY, FAIL_PASSWORD_LENGTH, FAIL_PASSWORD_CHARACTER. *ret_advice: a sentence of advice on the strength of a new
 * one (outcome_text's language), or NULL, when the outcome is DONE.
 */
enum outcome password_check(const struct secret *password, bool is_new, const char **ret_advice);

/* Draws one of 99 bits, of lower-case letters and digits without those that look alike. *ret:
   PASSWORD_GENERATED_LENGTH bytes. FAIL_RANDOM, FAIL_SECURE_HEAP. */
enum outcome password_generate(struct secret **ret);

#endif
