/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/env.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>

#include "eal.h"
#include "env/cpu_map.h"

TestSuite(env, .fini = eal_stop);

static int
which_cpu(void *arg)
{
	*(int *)arg = sched_getcpu();
	return 0;
}

Test(env, every_worker_is_an_lcore_on_its_cpu)
{
	struct ovr_cpu_map_host host;
	int cpu[3] = { -1, -1, -1 };

	cr_assert_eq(ovr_cpu_map_host_read(&host, NULL), 0);
	eal_start_workers(3);
	cr_assert_eq(rte_lcore_count(), 4);
	for (uint16_t i = 0; i < 3; i++)
		cr_assert_eq(rte_eal_remote_launch(which_cpu, &cpu[i], ovr_env_lcore(i)), 0);
	rte_eal_mp_wait_lcore();
	for (uint16_t i = 0; i < 3; i++)
		cr_assert_eq(cpu[i], host.cpu[i % host.n_cpus], "worker %u", i);
}

Test(env, the_calling_thread_may_run_where_it_could_before)
{
	cpu_set_t before, after;

	CPU_ZERO(&before);
	CPU_ZERO(&after);
	cr_assert_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	eal_start_workers(1);
	cr_assert_eq(sched_getaffinity(0, sizeof(after), &after), 0);
	cr_assert(CPU_EQUAL(&before, &after));
}

Test(env, it_has_no_runtime_folder_that_others_could_have_prepared)
{
	static char folder[] = "/tmp/ovr_env_XXXXXX";

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(setenv("RUNTIME_DIRECTORY", folder, 1), 0);
	eal_start();
	cr_expect_str_empty(rte_eal_get_runtime_dir());
	cr_expect_str_eq(getenv("RUNTIME_DIRECTORY"), folder, "the user's own environment is kept");
	eal_stop();
	cr_expect_eq(rmdir(folder), 0, "it is empty");
}

Test(env, it_has_no_hugepages_unless_it_is_told_to)
{
	eal_start();
	cr_assert_not(ovr_env_has_hugepages());
}

Test(env, an_argument_that_eal_refuses_makes_a_sentence)
{
	char *const extra[] = { (char *)"--no-such-option", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), -EIO);
	cr_assert_eq(strncmp(err.text, "EAL does not start: ", 20), 0, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "--no-such-option"), "%s", err.text);
	cr_assert_not_null(strstr(err.text, "; accepted: the options in DPDK's list"), "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
}

/* EAL leaves it alone, and so it would have had no effect. */
Test(env, a_word_that_no_option_of_eal_takes_is_refused)
{
	char *const extra[] = { (char *)"extra", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"EAL arguments: found \"extra\", which none of its options takes; accepted: the "
		"options in DPDK's list of EAL parameters");
}

Test(env, an_argument_that_ends_the_process_is_refused)
{
	static const char *const help[] = { "-h", "--help", "--hel", "-vh" };

	for (size_t i = 0; i < sizeof(help) / sizeof(help[0]); i++) {
		char *const extra[] = { (char *)"-v", (char *)help[i], NULL };
		struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
		struct ovr_err err = { "" };

		cr_assert_eq(ovr_env_start(&conf, &err), -EINVAL, "%s", help[i]);
		cr_assert_eq(strncmp(err.text, "EAL arguments: found -", 22), 0, "%s", err.text);
	}
}

Test(env, an_option_without_its_value_makes_a_sentence)
{
	char *const extra[] = { (char *)"--vdev", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), -EIO);
	cr_assert_eq(strncmp(err.text, "EAL does not start: ", 20), 0, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "--vdev"), "%s", err.text);
}

/* EAL prints the names of its logs and calls exit(0): a trial that never ran would have passed. */
Test(env, the_question_for_the_logs_is_refused)
{
	static char *const asked[][3] = { { (char *)"--log-level=help", NULL },
		{ (char *)"--log-level", (char *)"help", NULL }, { (char *)"--log-l=help", NULL } };

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct ovr_env_conf conf = { .memory_mb = 64, .extra = asked[i] };
		struct ovr_err err = { "" };

		cr_assert_eq(ovr_env_start(&conf, &err), -EINVAL, "%s", asked[i][0]);
		cr_assert_str_eq(err.text,
			"EAL arguments: found --log-level=help, which makes EAL print its logs and end the "
			"program; accepted: --log-level=PATTERN:LEVEL");
	}
}

Test(env, cores_are_not_for_eal_to_choose)
{
	static const char *const cores[] = { "-c3", "-l0", "-R", "--lcores=0", "--coremask=3",
		"--remap-lcore-ids", "--service-coremask=2", "--service-corelist=1" };

	for (size_t i = 0; i < sizeof(cores) / sizeof(cores[0]); i++) {
		char *const extra[] = { (char *)cores[i], NULL };
		struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
		struct ovr_err err = { "" };

		cr_assert_eq(ovr_env_start(&conf, &err), -EINVAL, "%s", cores[i]);
		cr_assert_not_null(strstr(err.text, "overrun's own --cores"), "%s", err.text);
	}
}

Test(env, stdout_and_stderr_are_as_they_were_after_a_start)
{
	char *const extra[] = { (char *)"--no-such-option", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	FILE *out = tmpfile();
	struct ovr_err err = { "" };
	int saved_out = dup(1), saved_err = dup(2);

	dup2(fileno(out), 1);
	dup2(fileno(out), 2);
	ovr_env_start(&conf, &err);
	(void)!write(1, "1", 1);
	(void)!write(2, "2", 1);
	dup2(saved_out, 1);
	dup2(saved_err, 2);
	cr_assert_eq(lseek(fileno(out), 0, SEEK_END), 2, "EAL printed something");
	fclose(out);
}

/* So it comes with our --no-huge, which EAL does not take together with it. */
Test(env, stacks_in_huge_pages_do_not_name_memory)
{
	char *const extra[] = { (char *)"--huge-worker-stack", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), -EIO);
	/* 22.11 writes "Invalid 'command line' arguments." */
	cr_assert_eq(strncmp(err.text, "EAL does not start: EAL: Invalid ", 33), 0, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "command line"), "%s", err.text);
}

Test(env, more_memory_than_there_is_makes_a_sentence)
{
	struct ovr_env_conf conf = { .memory_mb = 4000000000 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), -EIO);
	cr_assert_str_eq(err.text, "EAL does not start: EAL: Cannot init memory");
}

Test(env, too_many_arguments_are_refused)
{
	char *extra[65];
	struct ovr_env_conf conf = { .memory_mb = 64, .extra = extra };
	struct ovr_err err = { "" };

	for (unsigned int i = 0; i < 64; i++)
		extra[i] = (char *)"--log-level=8";
	extra[64] = NULL;
	cr_assert_eq(ovr_env_start(&conf, &err), -E2BIG);
	cr_assert_str_eq(err.text, "EAL arguments: found more than 64, accepted: at most these");
}

Test(env, memory_that_the_user_names_replaces_ours)
{
	char *const extra[] = { (char *)"--no-huge", (char *)"-m", (char *)"48", NULL };
	struct ovr_env_conf conf = { .memory_mb = 4000000000, .extra = extra };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
}

Test(env, last_words_are_the_last_line_that_was_logged)
{
	eal_start();
	rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1, "first\nsecond\n");
	cr_expect_str_eq(ovr_env_last_words(), "second");
	rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1, "third\n\n");
	cr_expect_str_eq(ovr_env_last_words(), "third");
}

Test(env, last_words_on_something_are_the_last_line_that_has_it)
{
	eal_start();
	rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1,
		"0000:3b:00.0: first\n0000:3b:00.0: second\nsomething else\n");
	cr_expect_str_eq(ovr_env_last_words_on("0000:3b:00.0"), "0000:3b:00.0: second");
	cr_expect_str_eq(ovr_env_last_words_on("first"), "0000:3b:00.0: first");
	cr_expect_str_eq(ovr_env_last_words_on("0000:3b:00.1"), "");
	ovr_env_forget_words();
	cr_expect_str_eq(ovr_env_last_words_on("0000:3b:00.0"), "");
}

Test(env, forgotten_words_are_not_said_again)
{
	eal_start();
	rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1, "a long line that is forgotten\n");
	ovr_env_forget_words();
	cr_expect_str_eq(ovr_env_last_words(), "");
	rte_log(RTE_LOG_ERR, RTE_LOGTYPE_USER1, "short\n");
	cr_expect_str_eq(ovr_env_last_words(), "short");
}

Test(env, there_are_no_words_before_it_starts_and_stopping_it_is_harmless)
{
	cr_expect_str_eq(ovr_env_last_words(), "");
	ovr_env_forget_words();
	ovr_env_stop();
	eal_start();
	ovr_env_stop();
	ovr_env_stop();
	cr_expect_str_eq(ovr_env_last_words(), "");
}

/* A device that is not there: EAL looks for it, finds nothing, and starts. */
static struct ovr_env_conf
with_pci(char *const *extra)
{
	struct ovr_env_conf conf = { .memory_mb = 64, .n_pci = 1, .pci = { "0000:ff:1f.7" }, .extra = extra };

	return conf;
}

static uint64_t
free_hugepages(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	unsigned long long pages = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "HugePages_Free: %llu", &pages) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return pages;
}

Test(env, a_pci_device_brings_hugepages_and_gives_them_back)
{
	struct ovr_env_conf conf = with_pci(NULL);
	struct ovr_err err = { "" };
	uint64_t before = free_hugepages();

	if (before < 8)
		cr_skip_test("fewer than 8 free hugepages");
	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
	cr_assert(ovr_env_has_hugepages());
	cr_assert_eq(rte_eal_process_type(), RTE_PROC_PRIMARY);
	ovr_env_stop();
	cr_assert_eq(free_hugepages(), before);
}

Test(env, no_device_but_the_named_one_is_touched)
{
	struct ovr_env_conf conf = with_pci(NULL);
	struct ovr_err err = { "" };

	if (free_hugepages() < 8)
		cr_skip_test("fewer than 8 free hugepages");
	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

Test(env, the_user_may_say_where_memory_for_pci_devices_comes_from)
{
	char *const extra[] = { (char *)"--no-huge", (char *)"-m", (char *)"64", NULL };
	struct ovr_env_conf conf = with_pci(extra);
	struct ovr_err err = { "" };

	cr_assert_not(ovr_env_wants_hugepages(&conf));
	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
	cr_assert_not(ovr_env_has_hugepages());
}

Test(env, hugepages_are_wanted_for_pci_devices_alone)
{
	char *const amount[] = { (char *)"-m", (char *)"64", NULL };
	char *const folder[] = { (char *)"--huge-dir=/dev/hugepages", NULL };
	struct ovr_env_conf conf = { .memory_mb = 64 };

	cr_expect_not(ovr_env_wants_hugepages(&conf));
	conf = with_pci(NULL);
	cr_expect(ovr_env_wants_hugepages(&conf));
	conf = with_pci(amount);
	cr_expect(ovr_env_wants_hugepages(&conf));
	conf = with_pci(folder);
	cr_expect_not(ovr_env_wants_hugepages(&conf));
}
