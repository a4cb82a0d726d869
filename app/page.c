/* SPDX-License-Identifier: BSD-3-Clause */
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "report/wrap.h"

/* Where an option's explanation begins, behind two spaces. */
#define OPTION_COLUMNS 23

static FILE *page;
static size_t page_columns;
/* The line that is being written, without an end yet. */
static char *begun;
static size_t begun_bytes;

/* Write behind the line that was begun. */
static int
extend(const char *bytes, size_t n)
{
	char *line = realloc(begun, begun_bytes + n + 1);

	if (line == NULL)
		return -ENOMEM;
	memcpy(line + begun_bytes, bytes, n);
	line[begun_bytes + n] = '\0';
	begun = line;
	begun_bytes += n;
	return 0;
}

/* fopencookie's write: lines go on to stdout, and what has no end yet waits for it. */
static ssize_t
write_page(void *cookie, const char *bytes, size_t n)
{
	const char *at = bytes, *end;

	(void)cookie;
	for (; (end = memchr(at, '\n', n - (size_t)(at - bytes))) != NULL; at = end + 1) {
		if (extend(at, (size_t)(end - at)) != 0)
			return 0;
		ovr_wrap_line(begun, page_columns, stdout);
		begun_bytes = 0;
	}
	if (extend(at, n - (size_t)(at - bytes)) != 0 || fflush(stdout) != 0)
		return 0;
	return (ssize_t)n;
}

FILE *
app_page(unsigned int columns)
{
	const cookie_io_functions_t functions = { .write = write_page };

	page_columns = columns;
	if (page == NULL)
		page = fopencookie(NULL, "w", functions);
	return page != NULL ? page : stdout;
}

int
app_page_end(void)
{
	int code = 0;

	errno = EIO;
	if (page != NULL && (fclose(page) != 0))
		code = -errno;
	page = NULL;
	free(begun);
	begun = NULL;
	begun_bytes = 0;
	errno = EIO;
	if (code == 0 && (fflush(stdout) != 0 || ferror(stdout) != 0))
		code = -errno;
	return code;
}

void
app_page_option(FILE *out, const char *name, const char *metavar, const char *help, const char *fallback)
{
	char left[96];
	int n = snprintf(left, sizeof(left), "--%s%s%s", name, metavar != NULL ? " " : "",
		metavar != NULL ? metavar : "");

	/* a long one has a line of its own */
	if (n > OPTION_COLUMNS)
		fprintf(out, "  %s\n  %-*s ", left, OPTION_COLUMNS, "");
	else
		fprintf(out, "  %-*s ", OPTION_COLUMNS, left);
	fprintf(out, " %s", help);
	if (fallback != NULL && fallback[0] != '\0')
		fprintf(out, " [%s]", fallback);
	fputc('\n', out);
}
