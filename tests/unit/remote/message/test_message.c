/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/message.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct ovr_err err;

static int
read_text(const char *text, struct ovr_message *ret_message)
{
	err.text[0] = '\0';
	return ovr_message_read(text, strlen(text), ret_message, &err);
}

/* What is written reads back, and is written the same once more. */
static void
expect_round(struct ovr_message *message, const char *expected)
{
	struct ovr_message again;
	char *text, *second;
	size_t size;

	cr_assert_eq(ovr_message_write(message, &text, &size, &err), 0, "%s", err.text);
	cr_assert_str_eq(text, expected);
	cr_assert_eq(size, strlen(expected));
	cr_assert_eq(ovr_message_read(text, size, &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.type, message->type);
	cr_assert_eq(ovr_message_write(&again, &second, &size, &err), 0, "%s", err.text);
	cr_assert_str_eq(second, text);
	ovr_message_done(&again);
	free(text);
	free(second);
}

static void
expect_refused(const char *text, int status, const char *sentence)
{
	struct ovr_message message = { .nonce = 7 };

	cr_assert_eq(read_text(text, &message), status, "%s", text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(message.nonce, 7);
}

Test(message, hello_reads_back)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO, .nonce = 0x0123456789abcdef };

	message.hello.protocol = 1;
	message.hello.frame_version = 3;
	strcpy(message.hello.overrun, "0.1.0");
	expect_round(&message,
		"{\"type\":\"hello\",\"nonce\":\"0123456789abcdef\",\"protocol\":1,\"frame_version\":3,"
		"\"overrun\":\"0.1.0\"}");
	strcpy(message.hello.host, "rack1");
	strcpy(message.hello.kernel, "Linux 6.1.0");
	strcpy(message.hello.boot, "5f0c");
	expect_round(&message,
		"{\"type\":\"hello\",\"nonce\":\"0123456789abcdef\",\"protocol\":1,\"frame_version\":3,"
		"\"overrun\":\"0.1.0\",\"host\":\"rack1\",\"kernel\":\"Linux 6.1.0\",\"boot\":\"5f0c\"}");
	message.hello.watches = true;
	expect_round(&message,
		"{\"type\":\"hello\",\"nonce\":\"0123456789abcdef\",\"protocol\":1,\"frame_version\":3,"
		"\"overrun\":\"0.1.0\",\"host\":\"rack1\",\"kernel\":\"Linux 6.1.0\",\"boot\":\"5f0c\","
		"\"watches\":true}");
	message.hello = (typeof(message.hello)){
		.protocol = 1, .frame_version = 3, .overrun = "0.1.0", .is_holder = true
	};
	expect_round(&message,
		"{\"type\":\"hello\",\"nonce\":\"0123456789abcdef\",\"protocol\":1,\"frame_version\":3,"
		"\"overrun\":\"0.1.0\",\"is_holder\":true}");
}

Test(message, plans_read_back_with_their_lines)
{
	char one[] = "rate: 1mpps\n", other[] = "rate: 2mpps\n";
	char *plans[] = { one, other };
	struct ovr_message message = { .type = OVR_MESSAGE_EXPECT, .nonce = 1 };

	message.expect.role = OVR_MESSAGE_RX;
	message.expect.plans = (struct ovr_message_texts){ plans, 2 };
	expect_round(&message,
		"{\"type\":\"expect\",\"nonce\":\"0000000000000001\",\"role\":\"rx\","
		"\"plans\":[\"rate: 1mpps\\n\",\"rate: 2mpps\\n\"]}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_PLAN, .nonce = 1 };
	message.plan.plan = plans[0];
	message.plan.trial = UINT64_MAX;
	expect_round(&message,
		"{\"type\":\"plan\",\"nonce\":\"0000000000000001\",\"plan\":\"rate: 1mpps\\n\","
		"\"trial\":\"ffffffffffffffff\"}");
	message.plan.xstats = true;
	expect_round(&message,
		"{\"type\":\"plan\",\"nonce\":\"0000000000000001\",\"plan\":\"rate: 1mpps\\n\","
		"\"trial\":\"ffffffffffffffff\",\"xstats\":true}");
}

Test(message, answers_of_an_agent_read_back)
{
	struct ovr_message message = { .type = OVR_MESSAGE_EXPECTED, .nonce = 1 };

	strcpy(message.expected.cores, "2-3");
	strcpy(message.expected.dpdk, "22.11.7");
	expect_round(&message,
		"{\"type\":\"expected\",\"nonce\":\"0000000000000001\",\"cores\":\"2-3\",\"dpdk\":\"22.11."
		"7\"}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_PREPARED, .nonce = 1 };
	strcpy(message.prepared.port, "netdev:eth1");
	strcpy(message.prepared.mac, "02:00:00:00:00:01");
	message.prepared.line_bps = 10000000000;
	message.prepared.rings = 1024;
	message.prepared.queues = 2;
	expect_round(&message,
		"{\"type\":\"prepared\",\"nonce\":\"0000000000000001\",\"port\":\"netdev:eth1\","
		"\"mac\":\"02:00:00:00:00:01\",\"line_bps\":10000000000,\"rings\":1024,\"queues\":2}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_ERROR, .nonce = 1 };
	strcpy(message.error.text, "port netdev:eth0: it is not among the allowed ones");
	message.error.is_final = true;
	expect_round(&message,
		"{\"type\":\"error\",\"nonce\":\"0000000000000001\",\"text\":\"port netdev:eth0: it is not "
		"among "
		"the allowed ones\",\"is_final\":true}");
}

Test(message, a_clock_question_has_one_time_and_its_answer_three)
{
	struct ovr_message message = { .type = OVR_MESSAGE_CLOCK, .nonce = 1 };

	message.clock.seq = 4;
	message.clock.t1 = 1000;
	expect_round(&message, "{\"type\":\"clock\",\"nonce\":\"0000000000000001\",\"seq\":4,\"t1\":1000}");
	message.clock.t2 = 2000;
	message.clock.t3 = 2001;
	expect_round(&message,
		"{\"type\":\"clock\",\"nonce\":\"0000000000000001\",\"seq\":4,\"t1\":1000,\"t2\":2000,\"t3\":"
		"2001}");
}

Test(message, what_a_trial_says_reads_back)
{
	uint64_t of[] = { 0, 5, INT64_MAX };
	struct ovr_message message = { .type = OVR_MESSAGE_SENT, .nonce = 1 };

	message.sent.of = (struct ovr_message_counts){ of, 3 };
	expect_round(&message,
		"{\"type\":\"sent\",\"nonce\":\"0000000000000001\",\"of\":[0,5,9223372036854775807]}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_START, .nonce = 1 };
	message.start.epoch_ns = 123456789;
	expect_round(&message, "{\"type\":\"start\",\"nonce\":\"0000000000000001\",\"epoch_ns\":123456789}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_HEARTBEAT, .nonce = 1 };
	message.heartbeat.state = OVR_MESSAGE_DRAINING;
	expect_round(
		&message, "{\"type\":\"heartbeat\",\"nonce\":\"0000000000000001\",\"state\":\"draining\"}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_HALF, .nonce = 1 };
	message.half.half = json_pack("{s:i}", "unique", 7);
	message.half.is_checkpoint = true;
	expect_round(&message,
		"{\"type\":\"half\",\"nonce\":\"0000000000000001\",\"half\":{\"unique\":7},\"is_checkpoint\":"
		"true}");
	json_decref(message.half.half);
}

Test(message, a_question_for_an_interface_has_its_name_and_the_answer_a_reading)
{
	struct ovr_message message = { .type = OVR_MESSAGE_INTERFACE, .nonce = 1 };

	strcpy(message.interface.name, "eth1");
	expect_round(&message, "{\"type\":\"interface\",\"nonce\":\"0000000000000001\",\"name\":\"eth1\"}");
	message.interface.reading = json_pack("{s:i}", "at_ns", 7);
	expect_round(&message,
		"{\"type\":\"interface\",\"nonce\":\"0000000000000001\",\"name\":\"eth1\","
		"\"reading\":{\"at_ns\":7}}");
	json_decref(message.interface.reading);
}

Test(message, what_a_traced_path_says_reads_back)
{
	char one[] = "10.0.0.2", other[] = "fe80::1%eth0", list[] = "f7";
	char *addresses[] = { one, other };
	struct ovr_message message = { .type = OVR_MESSAGE_PATH, .nonce = 1 };

	strcpy(message.path.reflect, "10.0.0.2:7777");
	message.path.key = UINT32_MAX;
	message.path.pps = 100;
	expect_round(&message,
		"{\"type\":\"path\",\"nonce\":\"0000000000000001\",\"reflect\":\"10.0.0.2:7777\","
		"\"key\":4294967295,\"pps\":100}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_PATH, .nonce = 1 };
	message.path.has_places = true;
	expect_round(&message, "{\"type\":\"path\",\"nonce\":\"0000000000000001\",\"has_places\":true}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_WATCHING, .nonce = 1 };
	message.watching.addresses = (struct ovr_message_texts){ addresses, 2 };
	expect_round(&message,
		"{\"type\":\"watching\",\"nonce\":\"0000000000000001\",\"addresses\":[\"10.0.0.2\","
		"\"fe80::1%eth0\"]}");
	message = (struct ovr_message){ .type = OVR_MESSAGE_SEEN, .nonce = 1 };
	message.seen.arrived = list;
	message.seen.duplicates = 2;
	message.seen.is_dropped_known = true;
	message.seen.places = json_object();
	expect_round(&message,
		"{\"type\":\"seen\",\"nonce\":\"0000000000000001\",\"arrived\":\"f7\",\"duplicates\":2,"
		"\"is_dropped_known\":true,\"places\":{}}");
	json_decref(message.seen.places);
}

Test(message, what_has_no_content_reads_back)
{
	static const struct {
		enum ovr_message_type type;
		const char *text;
	} empty[] = {
		{ OVR_MESSAGE_ARMED, "{\"type\":\"armed\",\"nonce\":\"0000000000000001\"}" },
		{ OVR_MESSAGE_STOP, "{\"type\":\"stop\",\"nonce\":\"0000000000000001\"}" },
		{ OVR_MESSAGE_CLOSE, "{\"type\":\"close\",\"nonce\":\"0000000000000001\"}" },
		{ OVR_MESSAGE_CLOSED, "{\"type\":\"closed\",\"nonce\":\"0000000000000001\"}" },
	};

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		expect_round(&(struct ovr_message){ .type = empty[i].type, .nonce = 1 }, empty[i].text);
}

Test(message, names_come_without_control_characters)
{
	struct ovr_message message;

	cr_assert_eq(
		read_text("{\"type\":\"error\",\"nonce\":\"0000000000000001\",\"text\":\"a\\u001b[2Jb\"}",
			&message),
		0);
	cr_assert_str_eq(message.error.text, "a?[2Jb");
}

#define NONCE "\"nonce\":\"0000000000000001\""

Test(message, each_fault_has_its_sentence)
{
	expect_refused("", -EBADMSG, "message: no JSON: '[' or '{' expected near end of file");
	expect_refused("[]", -EBADMSG, "message: found JSON, accepted: an object");
	expect_refused("{}", -EBADMSG, "message: it has no type");
	expect_refused("{\"type\":3}", -EBADMSG, "message: it has no type");
	expect_refused("{\"type\":\"helo\"}", -EBADMSG, "message: found the type \"helo\", which is none");
	expect_refused("{\"type\":\"stop\"}", -EBADMSG, "message stop: it has no nonce");
	expect_refused("{\"type\":\"stop\",\"nonce\":1}", -EBADMSG,
		"message stop: nonce found something else, accepted: 16 hexadecimal digits");
	expect_refused("{\"type\":\"stop\",\"nonce\":\"000000000000000G\"}", -EBADMSG,
		"message stop: nonce found something else, accepted: 16 hexadecimal digits");
	expect_refused("{\"type\":\"stop\"," NONCE ",\"now\":1}", -EBADMSG,
		"message stop: found \"now\", which is no key of it");
	expect_refused("{\"type\":\"stop\"," NONCE "," NONCE "}", -EBADMSG,
		"message: no JSON: duplicate object key near '\"nonce\"'");
	expect_refused("{\"type\":\"start\"," NONCE "}", -EBADMSG, "message start: it has no epoch_ns");
	expect_refused("{\"type\":\"start\"," NONCE ",\"epoch_ns\":-1}", -EBADMSG,
		"message start: epoch_ns found -1, accepted: 0 to 9223372036854775807");
	expect_refused("{\"type\":\"start\"," NONCE ",\"epoch_ns\":1.5}", -EBADMSG,
		"message start: epoch_ns found something else, accepted: an integer");
	expect_refused("{\"type\":\"expect\"," NONCE ",\"role\":\"rx\",\"plans\":[]}", -EBADMSG,
		"message expect: plans found 0 entries, accepted: 1 to 4096");
	expect_refused("{\"type\":\"expect\"," NONCE ",\"role\":\"rx\",\"plans\":[\"a\",1]}", -EBADMSG,
		"message expect: plans found something else, accepted: a text that is not empty");
	expect_refused("{\"type\":\"expect\"," NONCE ",\"role\":\"xx\",\"plans\":[\"a\"]}", -EBADMSG,
		"message expect: role found \"xx\", accepted: tx, rx, both");
	expect_refused("{\"type\":\"sent\"," NONCE ",\"of\":[1,\"2\"]}", -EBADMSG,
		"message sent: of found something else, accepted: an integer");
	expect_refused("{\"type\":\"half\"," NONCE ",\"half\":[]}", -EBADMSG,
		"message half: half found something else, accepted: an object");
	expect_refused("{\"type\":\"half\"," NONCE ",\"half\":{},\"is_checkpoint\":1}", -EBADMSG,
		"message half: is_checkpoint found something else, accepted: true or false");
	expect_refused("{\"type\":\"interface\"," NONCE "}", -EBADMSG, "message interface: it has no name");
	expect_refused("{\"type\":\"interface\"," NONCE ",\"name\":\"eth1\",\"reading\":[]}", -EBADMSG,
		"message interface: reading found something else, accepted: an object");
	expect_refused("{\"type\":\"error\"," NONCE ",\"text\":\"\"}", -EBADMSG,
		"message error: text found \"\", accepted: a text of 1 to 511 bytes");
}

Test(message, one_that_is_too_long_is_refused)
{
	static char text[70000];
	int n = snprintf(text, sizeof(text), "{\"type\":\"stop\"," NONCE);

	memset(text + n, ' ', sizeof(text) - (size_t)n);
	text[sizeof(text) - 2] = '}';
	text[sizeof(text) - 1] = '\0';
	expect_refused(text, -EMSGSIZE, "message stop: found 69999 bytes, accepted: 65536 at most");
}

Test(message, one_that_would_take_much_memory_is_refused_before_it_is_read)
{
	size_t size = 2u << 20;
	char *text = malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = i % 3 == 0 ? '{' : i % 3 == 1 ? '}' : ',';
	text[0] = '[';
	text[size] = '\0';
	expect_refused(text, -EMSGSIZE,
		"message: found 2097152 bytes of many small values, which would take more than 58720256 "
		"bytes of "
		"memory");
	free(text);
}

Test(message, what_cannot_be_said_is_not_written)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO, .nonce = 1 };
	char *text = NULL;
	size_t size = 7;

	message.hello.frame_version = 1;
	cr_assert_eq(ovr_message_write(&message, &text, &size, &err), -EINVAL);
	cr_assert_str_eq(err.text, "message hello: protocol found 0, accepted: 1 to 4294967295");
	message.hello.protocol = 1;
	cr_assert_eq(ovr_message_write(&message, &text, &size, &err), -EINVAL);
	cr_assert_str_eq(err.text, "message hello: overrun found \"\", accepted: a text");
	strcpy(message.hello.overrun, "\xff");
	cr_assert_eq(ovr_message_write(&message, &text, &size, &err), -EINVAL);
	cr_assert_str_eq(err.text, "message hello: overrun found a text that is not UTF-8");
	message = (struct ovr_message){ .type = OVR_MESSAGE_HALF, .nonce = 1 };
	cr_assert_eq(ovr_message_write(&message, &text, &size, &err), -EINVAL);
	cr_assert_str_eq(err.text, "message half: half found no object");
	cr_assert_null(text);
	cr_assert_eq(size, 7);
}

Test(message, as_many_streams_as_there_may_be_fit)
{
	struct ovr_message message = { .type = OVR_MESSAGE_SENT, .nonce = 1 }, again;
	char *text;
	size_t size;

	message.sent.of.n = 65536;
	message.sent.of.count = malloc(65536 * sizeof(uint64_t));
	for (size_t i = 0; i < 65536; i++)
		message.sent.of.count[i] = INT64_MAX;
	cr_assert_eq(ovr_message_write(&message, &text, &size, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_message_read(text, size, &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.sent.of.n, 65536);
	cr_assert_eq(again.sent.of.count[65535], INT64_MAX);
	ovr_message_done(&again);
	ovr_message_done(&message);
	free(text);
}

Test(message, types_and_states_have_names)
{
	cr_assert_str_eq(ovr_message_name(OVR_MESSAGE_CLOCK), "clock");
	cr_assert_str_eq(ovr_message_state_name(OVR_MESSAGE_IS_ARMED), "armed");
	cr_assert_eq(ovr_message_bytes_max(OVR_MESSAGE_HEARTBEAT), 262144);
	ovr_message_done(NULL);
}
