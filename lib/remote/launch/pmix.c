/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PMIx is opened by name: only processes that a launcher has started have its library, its threads
 * and what it links, and no end process has.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pmix.h>

#include "launch/launch.h"

#define LIBRARY "libpmix.so.2"
#define KEY     "overrun.card"

/* Its functions that are used. */
struct functions {
	__typeof__(PMIx_Init) *init;
	__typeof__(PMIx_Finalize) *finalize;
	__typeof__(PMIx_Put) *put;
	__typeof__(PMIx_Commit) *commit;
	__typeof__(PMIx_Fence) *fence;
	__typeof__(PMIx_Get) *get;
	__typeof__(PMIx_Error_string) *error_string;
};

struct ovr_launch {
	struct functions pmix;
	bool is_open;
	pmix_proc_t self;
	uint32_t size;
};

int
ovr_launch_check(struct ovr_err *err)
{
	/* without it PMIx makes a job of this process alone */
	if (getenv("PMIX_NAMESPACE") != NULL)
		return 0;
	return ovr_err_set(err, -ENOENT,
		"serve: --mpi: found no launcher (PMIX_NAMESPACE is not set), accepted: a start by mpirun, "
		"prun or srun --mpi=pmix");
}

static int
open_library(struct functions *pmix, struct ovr_err *err)
{
	/* its components take its functions from the program */
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_GLOBAL);
	const struct {
		const char *name;
		void *function;
	} wanted[] = {
		{ "PMIx_Init", &pmix->init },
		{ "PMIx_Finalize", &pmix->finalize },
		{ "PMIx_Put", &pmix->put },
		{ "PMIx_Commit", &pmix->commit },
		{ "PMIx_Fence", &pmix->fence },
		{ "PMIx_Get", &pmix->get },
		{ "PMIx_Error_string", &pmix->error_string },
	};

	if (library == NULL)
		library = dlopen(OVR_PMIX_FOLDER "/" LIBRARY, RTLD_NOW | RTLD_GLOBAL);
	for (size_t i = 0; library != NULL && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		void *function = dlsym(library, wanted[i].name);

		if (function == NULL)
			break;
		memcpy(wanted[i].function, &function, sizeof(function));
	}
	if (library != NULL && pmix->error_string != NULL)
		return 0;
	return ovr_err_set(err, -ELIBACC,
		"serve: --mpi: the library of PMIx cannot be opened: %.300s (Debian's package is libpmix2)",
		dlerror());
}

static int
refuse(const struct ovr_launch *launch, const char *what, pmix_status_t status, struct ovr_err *err)
{
	return ovr_err_set(err, -EPROTO, "serve: --mpi: the launcher refuses to %s: %.80s", what,
		launch->pmix.error_string(status));
}

/* A value is one block, and its text another. */
static void
release(pmix_value_t *value)
{
	if (value->type == PMIX_STRING)
		free(value->data.string);
	free(value);
}

static int
ask_size(struct ovr_launch *launch, struct ovr_err *err)
{
	pmix_proc_t job = launch->self;
	pmix_value_t *value = NULL;
	pmix_status_t status;
	bool is_number;

	job.rank = PMIX_RANK_WILDCARD;
	status = launch->pmix.get(&job, PMIX_JOB_SIZE, NULL, 0, &value);
	if (status != PMIX_SUCCESS)
		return refuse(launch, "tell the size of the job", status, err);
	is_number = value->type == PMIX_UINT32;
	launch->size = is_number ? value->data.uint32 : 0;
	release(value);
	if (launch->size > launch->self.rank)
		return 0;
	return ovr_err_set(err, -EPROTO,
		"serve: --mpi: the launcher tells of %" PRIu32 " processes, of which this one is number "
		"%" PRIu32,
		launch->size, launch->self.rank);
}

int
ovr_launch_open(struct ovr_launch **ret_launch, struct ovr_err *err)
{
	struct ovr_launch *launch;
	pmix_status_t code;
	int status = ovr_launch_check(err);

	if (status != 0)
		return status;
	launch = calloc(1, sizeof(*launch));
	if (launch == NULL)
		return ovr_err_set(err, -ENOMEM, "serve: --mpi: no memory");
	status = open_library(&launch->pmix, err);
	if (status == 0) {
		code = launch->pmix.init(&launch->self, NULL, 0);
		launch->is_open = code == PMIX_SUCCESS;
		status = launch->is_open ? ask_size(launch, err)
					 : refuse(launch, "take this process in", code, err);
	}
	if (status != 0) {
		ovr_launch_close(launch);
		return status;
	}
	*ret_launch = launch;
	return 0;
}

uint32_t
ovr_launch_rank(const struct ovr_launch *launch)
{
	return launch->self.rank;
}

uint32_t
ovr_launch_size(const struct ovr_launch *launch)
{
	return launch->size;
}

static int
tell(struct ovr_launch *launch, const struct ovr_card *own, struct ovr_err *err)
{
	char text[OVR_CARD_BYTES];
	pmix_value_t value = { .type = PMIX_STRING };
	pmix_status_t status;

	ovr_card_print(text, own);
	value.data.string = text;
	status = launch->pmix.put(PMIX_GLOBAL, KEY, &value);
	if (status == PMIX_SUCCESS)
		status = launch->pmix.commit();
	return status == PMIX_SUCCESS ? 0 : refuse(launch, "take what this host tells", status, err);
}

/* Until all have told, and what they told is here. */
static int
wait_for_all(struct ovr_launch *launch, struct ovr_err *err)
{
	pmix_info_t info[] = {
		{ .key = PMIX_COLLECT_DATA, .value = { .type = PMIX_BOOL, .data.flag = true } },
		{ .key = PMIX_TIMEOUT, .value = { .type = PMIX_INT, .data.integer = OVR_LAUNCH_WAIT_S } },
	};
	pmix_status_t status = launch->pmix.fence(NULL, 0, info, sizeof(info) / sizeof(info[0]));

	return status == PMIX_SUCCESS ? 0 : refuse(launch, "wait for all hosts", status, err);
}

static int
read_card(struct ovr_launch *launch, uint32_t rank, struct ovr_card *ret_card, struct ovr_err *err)
{
	pmix_proc_t other = launch->self;
	pmix_value_t *value = NULL;
	pmix_status_t code;
	int status;

	other.rank = rank;
	code = launch->pmix.get(&other, KEY, NULL, 0, &value);
	if (code != PMIX_SUCCESS)
		return refuse(launch, "tell what another host told", code, err);
	status = ovr_card_read(rank,
		value->type == PMIX_STRING && value->data.string != NULL ? value->data.string : "", ret_card,
		err);
	release(value);
	return status;
}

int
ovr_launch_exchange(struct ovr_launch *launch, const struct ovr_card *own, uint32_t n,
	struct ovr_card *ret_card, struct ovr_err *err)
{
	int status = tell(launch, own, err);

	if (status == 0)
		status = wait_for_all(launch, err);
	for (uint32_t i = 0; i < n && status == 0; i++)
		status = read_card(launch, i, &ret_card[i], err);
	return status;
}

void
ovr_launch_close(struct ovr_launch *launch)
{
	if (launch == NULL)
		return;
	if (launch->is_open)
		launch->pmix.finalize(NULL, 0);
	free(launch);
}
