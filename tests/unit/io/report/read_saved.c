/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads documents from stdin, one a line, and says of each "ok" or why not, for checks by other
 * programs.
 */
#include "report/saved.h"

#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
	struct ovr_saved saved;
	struct ovr_err err;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		if (ovr_saved_parse(line, (size_t)n, &saved, &err) == 0) {
			puts("ok");
			ovr_saved_close(&saved);
		} else {
			puts(err.text);
		}
	}
	free(line);
	return 0;
}
