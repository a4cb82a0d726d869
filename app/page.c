/* SPDX-License-Identifier: BSD-3-Clause */
#include "page.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/plain.h"
#include "report/watch.h"
#include "report/wrap.h"

/* Where an option's explanation begins, after two spaces. */
#define OPTION_COLUMNS 23

static FILE *page;
static size_t page_columns;
/* stdout's first error, an errno; 0: none. */
static int page_code;
/* The line that is being written, without an end yet. */
static char *begun;
static size_t begun_bytes;
/* The command whose options are printed as rows; NULL: options are help text. */
static const char *rows_of;

/* Write after the line that was begun. */
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

static void
keep_error(void)
{
	if (page_code == 0)
		page_code = errno != 0 ? errno : EIO;
}

/*
 * The program's own emphasis goes round a whole line; in it nothing is a command to the terminal.
 */
static void
print_line(void)
{
	static const char on[] = OVR_REPORT_BOLD_ON, off[] = OVR_REPORT_BOLD_OFF;
	size_t n_on = sizeof(on) - 1, n_off = sizeof(off) - 1;
	bool is_bold = begun_bytes >= n_on + n_off && memcmp(begun, on, n_on) == 0 &&
		memcmp(begun + begun_bytes - n_off, off, n_off) == 0;
	char *text = begun;

	if (is_bold) {
		text += n_on;
		begun[begun_bytes - n_off] = '\0';
		fputs(on, stdout);
	}
	ovr_wrap_line(ovr_plain(text), page_columns, stdout);
	if (is_bold)
		fputs(off, stdout);
}

/* Lines go on to stdout, and what has no end yet waits for it. @return 0; -ENOMEM */
static int
wrap(const char *bytes, size_t n)
{
	const char *at = bytes, *end;

	for (; (end = memchr(at, '\n', n - (size_t)(at - bytes))) != NULL; at = end + 1) {
		if (extend(at, (size_t)(end - at)) != 0)
			return -ENOMEM;
		print_line();
		begun_bytes = 0;
	}
	return extend(at, n - (size_t)(at - bytes));
}

static void
let_out(const char *bytes, size_t n)
{
	int status = 0;

	errno = 0;
	if (page_columns == 0)
		fwrite(bytes, 1, n, stdout);
	else
		status = wrap(bytes, n);
	if (status != 0 || ferror(stdout) != 0 || fflush(stdout) != 0)
		keep_error();
}

/* fopencookie's write. */
static ssize_t
write_page(void *cookie, const char *bytes, size_t n)
{
	(void)cookie;
	if (page_code == 0)
		let_out(bytes, n);
	return (ssize_t)n;
}

FILE *
app_page(unsigned int columns)
{
	const cookie_io_functions_t functions = { .write = write_page };

	/* what was written before is of the page as it was */
	if (page != NULL && columns != page_columns)
		fflush(page);
	page_columns = columns;
	if (page == NULL)
		page = fopencookie(NULL, "w", functions);
	return page != NULL ? page : stdout;
}

int
app_page_flush(void)
{
	if (page != NULL)
		fflush(page);
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		keep_error();
	return -page_code;
}

int
app_page_end(void)
{
	int status = app_page_flush();

	if (page != NULL)
		fclose(page);
	page = NULL;
	free(begun);
	begun = NULL;
	begun_bytes = 0;
	return status;
}

void
app_page_option(FILE *out, const char *name, const char *metavar, const char *help, const char *fallback)
{
	char left[96];
	int n;

	if (rows_of != NULL) {
		fprintf(app_page(0), "option\t%s\t%s\t%s\t%s\n", rows_of, name,
			metavar != NULL ? metavar : "", help);
		return;
	}
	n = snprintf(left, sizeof(left), "--%s%s%s", name, metavar != NULL ? " " : "",
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

void
app_page_option_rows(const char *command)
{
	rows_of = command;
}
