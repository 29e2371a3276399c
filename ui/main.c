#include "command.h"

#include <config.h>
#include <quorate/process.h>
#include <quorate/tongue.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct options options;
	enum outcome outcome = process_begin();
	int status;

	setlocale(LC_ALL, "");
	bindtextdomain("quorate", LOCALEDIR);
	textdomain("quorate");
	if (outcome != DONE)
		return report(NULL, outcome);
	if (geteuid() != getuid() || getegid() != getgid())
		return report(NULL, FAIL_SETUID);
	if (argc > 1 && strcmp(argv[1], "--role") == 0)
		return worker_main(argc, argv);
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_ANSWERED:
		status = EXIT_DONE;
		break;
	default:
		/* Those that open devices start a process for them first. */
		if (!options.command->opens_devices && (outcome = process_confine(PROCESS_CONSOLE)) != DONE)
			return report(NULL, outcome);
		if (!options.command->opens_devices && secrets_open() != DONE)
			return EXIT_FAILED;
		status = options.command->run(&options);
	}
	/* A full disk behind `>` shows only here. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return report(NULL, FAIL_FILE_IO);
	return status;
}
