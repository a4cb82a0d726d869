/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/netdev_conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/units.h"
#include "frame/frame.h"
#include "plan/port_name.h"

#define QUEUE_MAX 1023
#define FCS_BYTES 4

/* Keys that stood already. */
struct seen {
	bool mode, queue;
};

static int
parse_key(const char *what, const char *key, const char *value, struct seen *seen,
	struct ovr_netdev_conf *conf, struct ovr_err *err)
{
	struct ovr_nearest nearest = ovr_nearest_to(key);
	char question[OVR_NEAREST_QUESTION_BYTES];
	uint64_t queue;
	bool *was_seen = strcmp(key, "mode") == 0 ? &seen->mode
		: strcmp(key, "queue") == 0       ? &seen->queue
						  : NULL;
	int rc;

	if (was_seen != NULL && *was_seen)
		return ovr_err_set(err, -EINVAL, "%s: found %s= twice, accepted: every key once", what, key);
	if (was_seen != NULL)
		*was_seen = true;
	if (strcmp(key, "mode") == 0 && strcmp(value, "af_xdp") == 0) {
		conf->mode = OVR_NETDEV_AF_XDP;
		return 0;
	}
	if (strcmp(key, "mode") == 0 && strcmp(value, "af_packet") == 0) {
		conf->mode = OVR_NETDEV_AF_PACKET;
		return 0;
	}
	if (strcmp(key, "mode") == 0)
		return ovr_err_set(err, -EINVAL, "%s: mode: found \"%.80s\", accepted: af_xdp or af_packet",
			what, value);
	if (strcmp(key, "queue") == 0) {
		char label[64];

		snprintf(label, sizeof(label), "%.40s: queue", what);
		rc = ovr_units_parse_u64(label, value, 0, QUEUE_MAX, &queue, err);
		if (rc == 0)
			conf->first_queue = (uint16_t)queue;
		return rc;
	}
	ovr_nearest_offer(&nearest, "mode");
	ovr_nearest_offer(&nearest, "queue");
	return ovr_err_set(err, -EINVAL,
		"%s: found the key \"%.80s\"%s accepted: mode=af_xdp, mode=af_packet, queue=N", what, key,
		ovr_nearest_ask(&nearest, question));
}

int
ovr_netdev_conf_parse(
	const char *what, const char *keys, struct ovr_netdev_conf *ret_conf, struct ovr_err *err)
{
	struct ovr_netdev_conf conf;
	struct seen seen = { false, false };
	char text[OVR_PORT_NAME_BYTES];
	char *rest = text, *key;
	int rc = 0;

	/* padding too: plans are compared byte by byte */
	memset(&conf, 0, sizeof(conf));
	snprintf(text, sizeof(text), "%s", keys);
	while (rc == 0 && (key = strsep(&rest, ",")) != NULL) {
		char *value = strchr(key, '=');

		if (*key == '\0' && rest == NULL)
			break;
		if (value == NULL)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\" among the keys, accepted: mode=af_xdp, mode=af_packet, "
				"queue=N",
				what, key);
		*value++ = '\0';
		rc = parse_key(what, key, value, &seen, &conf, err);
	}
	if (rc == 0 && conf.mode == OVR_NETDEV_AF_PACKET && conf.first_queue != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found queue=%u with mode=af_packet, accepted: queue with mode=af_xdp, since a "
			"packet socket takes the frames of all queues",
			what, conf.first_queue);
	if (rc == 0)
		*ret_conf = conf;
	return rc;
}

uint32_t
ovr_netdev_xdp_frame_max(void)
{
	uint32_t room = (uint32_t)sysconf(_SC_PAGESIZE) - OVR_NETDEV_XDP_HEADS;

	return room + FCS_BYTES < OVR_FRAME_SIZE_MAX ? room + FCS_BYTES : OVR_FRAME_SIZE_MAX;
}
