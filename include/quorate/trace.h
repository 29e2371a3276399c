/*
 * What OpenSC's debug output (OPENSC_DEBUG=9) may be seen of: the heads and lengths of commands, the lengths and status
 * words of answers, return codes of functions, its version. An allow-list: whatever does not have exactly the form of
 * these is left out, since that output has PINs, shares and keys in clear.
 */
#ifndef QUORATE_TRACE_H
#define QUORATE_TRACE_H

#include <quorate/outcome.h>

struct trace;

/* take gets one line at a time, terminated and without its end. FAIL_SECURE_HEAP, FAIL_MEMORY. */
enum outcome trace_new(struct trace **ret, void (*take)(void *context, const char *line), void *context);

/* Takes the output in pieces as they come. What is not handed on stands in locked memory and is wiped. */
void trace_feed(struct trace *trace, const void *bytes, size_t size);

void trace_free(struct trace **trace);

#endif
