/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/nearest.h"

#include <criterion/criterion.h>

static const char *const commands[] = { "run", "burst", "check", "plan-ring", "ring", "search", "selftest",
	"sweep", "watch", "help", "version" };

/* What a user meant among the commands; NULL: nothing comes near. */
static const char *
meant(const char *word)
{
	struct ovr_nearest nearest = ovr_nearest_to(word);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		ovr_nearest_offer(&nearest, commands[i]);
	return ovr_nearest_is_likely(&nearest) ? nearest.nearest : NULL;
}

Test(nearest, a_slip_of_the_hand_is_known)
{
	cr_expect_str_eq(meant("saerch"), "search");
	cr_expect_str_eq(meant("watsh"), "watch");
	cr_expect_str_eq(meant("sweeep"), "sweep");
	cr_expect_str_eq(meant("plan_ring"), "plan-ring");
	cr_expect_str_eq(meant("rnig"), "ring");
	cr_expect_str_eq(meant("rum"), "run");
}

Test(nearest, the_beginning_is_as_good_as_the_word)
{
	cr_expect_str_eq(meant("self"), "selftest");
	cr_expect_str_eq(meant("vers"), "version");
}

Test(nearest, what_is_far_is_not_guessed)
{
	cr_expect_null(meant("frobnicate"));
	cr_expect_null(meant(""));
	cr_expect_null(meant("x"));
	cr_expect_null(meant("a-word-that-is-longer-than-every-other-word-there-is"));
}

Test(nearest, the_nearest_is_kept_however_far)
{
	struct ovr_nearest nearest = ovr_nearest_to("ratr");

	cr_expect_str_empty(nearest.nearest);
	cr_expect_not(ovr_nearest_is_likely(&nearest));
	ovr_nearest_offer(&nearest, "service");
	cr_expect_str_eq(nearest.nearest, "service");
	cr_expect_not(ovr_nearest_is_likely(&nearest));
	ovr_nearest_offer(&nearest, "rate");
	ovr_nearest_offer(&nearest, "rats");
	cr_expect_str_eq(nearest.nearest, "rate");
	cr_expect_eq(nearest.distance, 1);
	cr_expect(ovr_nearest_is_likely(&nearest));
}

Test(nearest, a_sentence_asks_for_a_likely_word_alone)
{
	struct ovr_nearest nearest = ovr_nearest_to("dorp");
	char question[OVR_NEAREST_QUESTION_BYTES];

	ovr_nearest_offer(&nearest, "speed");
	cr_expect_str_eq(ovr_nearest_ask(&nearest, question), ",");
	ovr_nearest_offer(&nearest, "drop");
	cr_expect_str_eq(ovr_nearest_ask(&nearest, question), ", did you mean drop;");
}

static const char *
of(const char *word, const char *const *accepted)
{
	struct ovr_nearest nearest = ovr_nearest_to(word);

	for (; *accepted != NULL; accepted++)
		ovr_nearest_offer(&nearest, *accepted);
	return ovr_nearest_is_likely(&nearest) ? nearest.nearest : "";
}

Test(nearest, words_of_other_tools_are_known_where_ours_is_accepted)
{
	const char *const options[] = { "numa", "count", "seed", "line", "interval", "tx", "time", "rate",
		"streams", "max-loss", NULL };
	const char *const verbs[] = { "run", "path", "ring", "watch", "search", "serve", NULL };
	const char *const few[] = { "numa", "seed", NULL };

	cr_expect_str_eq(of("duration", options), "time");
	cr_expect_str_eq(of("t", options), "time");
	cr_expect_str_eq(of("parallel", options), "streams");
	cr_expect_str_eq(of("loss", options), "max-loss");
	/* nearer than what only looks like it */
	cr_expect_str_eq(of("num", options), "count");
	cr_expect_str_eq(of("speed", options), "line");
	cr_expect_str_eq(of("interface", options), "tx");
	cr_expect_str_eq(of("ping", verbs), "path");
	cr_expect_str_eq(of("ethtool", verbs), "ring");
	cr_expect_str_eq(of("server", verbs), "serve");
	cr_expect_str_eq(of("throughput", verbs), "search");
	cr_expect_str_eq(of("throughput", options), "rate");
	cr_expect_str_eq(of("duration", few), "");
}
