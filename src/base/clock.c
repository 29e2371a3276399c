#include <quorate/clock.h>

#include <time.h>

int64_t
clock_steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
now_utc(struct tm *ret)
{
	time_t now = time(NULL);

	/* Fails only beyond the year 2^31. */
	if (gmtime_r(&now, ret) == NULL)
		*ret = (struct tm){ .tm_year = 70, .tm_mday = 1 };
}

void
clock_stamp(char ret[CLOCK_STAMP_SIZE])
{
	struct tm utc;

	now_utc(&utc);
	if (strftime(ret, CLOCK_STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		ret[0] = '\0';
}

void
clock_minute(char ret[CLOCK_MINUTE_SIZE])
{
	struct tm utc;

	now_utc(&utc);
	if (strftime(ret, CLOCK_MINUTE_SIZE, "%Y-%m-%d %H:%MZ", &utc) == 0)
		ret[0] = '\0';
}

int
clock_next_minute_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int)((60 - now.tv_sec % 60) * 1000 - now.tv_nsec / 1000000);
}
