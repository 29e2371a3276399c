#include "fuzz.h"

#include <quorate/plan_file.h>

#include <string.h>

/* A plan from anywhere: it is whole and within its limits, or it has faults whose lines are the file's. */
FUZZ_TARGET(plan_file)
{
	struct plan_faults faults;
	struct plan_file *plan;
	enum outcome outcome = plan_file_parse(&plan, bytes, size, &faults);
	unsigned lines = 1, last = 0;
	char told[8192] = "";

	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	MUST((outcome == DONE) == (faults.count == 0 && plan != NULL));
	MUST(faults.count <= PLAN_FAULTS_MOST);
	for (size_t i = 0; i < faults.count; i++) {
		MUST(faults.list[i].line <= lines && faults.list[i].text[0] != '\0');
		MUST(faults.list[i].line >= last || faults.list[i].line == 0);
		last = faults.list[i].line;
	}
	if (outcome != DONE)
		return 0;
	MUST(plan->custodians <= LIMIT_CUSTODIANS && plan->threshold <= plan->custodians);
	MUST(plan->witness_count <= PLAN_WITNESSES_MOST && plan->name[0] != '\0');
	plan_file_tell(plan, told, sizeof told);
	MUST(strstr(told, plan->name) != NULL);
	plan_file_free(&plan);
	return 0;
}
