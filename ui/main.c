#include <config.h>
#include <quorate/process.h>

#include <stdio.h>

int
main(void)
{
	return process_begin() == DONE ? puts(PACKAGE_STRING) < 0 : 1;
}
