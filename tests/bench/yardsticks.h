/* What figures are measured against. */
#ifndef TESTS_BENCH_YARDSTICKS_H
#define TESTS_BENCH_YARDSTICKS_H

#include <stdint.h>

/* Seconds of processor time of this process: what else the machine does is not measured. */
double yardsticks_now(void);

/* MiB that this process ever held at once. */
double yardsticks_peak(void);

/* A digest replaced by its own digest, steps times: by libcrypto's MD5_Transform on a prepared block, */
void yardsticks_transform(uint8_t digest[16], unsigned long steps);

/* and by the plainest loop that keeps all of it in registers. */
void yardsticks_registers(uint8_t digest[16], unsigned long steps);

#endif
