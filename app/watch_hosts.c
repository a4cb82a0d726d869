/* SPDX-License-Identifier: BSD-3-Clause */
#include "watch_hosts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "caller/observe.h"

#define HOST "host:"

_Static_assert(APP_WATCH_MAX <= OVR_OBSERVE_HOSTS_MAX, "each interface may be of a host of its own");

int
app_watch_name_parse(const char *word, struct app_watch_name *ret_name, struct ovr_err *err)
{
	struct app_watch_name name = { "" };
	struct ovr_port_name port;
	int status;

	if (strncmp(word, HOST, strlen(HOST)) != 0) {
		snprintf(name.interface, sizeof(name.interface), "%s", word);
		memcpy(name.label, name.interface, sizeof(name.interface));
		*ret_name = name;
		return 0;
	}
	status = ovr_port_name_parse("watch", word, &port, err);
	if (status != 0)
		return status;
	if (port.kind != OVR_PORT_NETDEV || port.keys[0] != '\0')
		return ovr_err_set(err, -EINVAL,
			"watch: found %.160s, accepted of another host: an interface, as in "
			"host:NAME/netdev:eth1",
			word);
	memcpy(name.host, port.host, sizeof(name.host));
	memcpy(name.interface, port.details, sizeof(name.interface));
	snprintf(name.label, sizeof(name.label), "%s/%s", name.host, name.interface);
	*ret_name = name;
	return 0;
}

/* The number of a host; their number: it is not among them. */
static uint32_t
number_of(const struct app_watch_hosts *hosts, const char *host)
{
	uint32_t i = 0;

	while (i < hosts->n && strcmp(hosts->host[i], host) != 0)
		i++;
	return i;
}

int
app_watch_hosts_open(struct app_watch_hosts *hosts, const struct app_watch_name *name, uint32_t n,
	const char *file, struct ovr_err *err)
{
	for (uint32_t i = 0; i < n; i++)
		if (name[i].host[0] != '\0' && number_of(hosts, name[i].host) == hosts->n)
			hosts->host[hosts->n++] = name[i].host;
	return hosts->n == 0 ? 0
			     : ovr_observe_open(hosts->host, hosts->n, file, &app_stop, &hosts->observe, err);
}

int
app_watch_hosts_read(const struct app_watch_hosts *hosts, const struct app_watch_name *name, bool with_facts,
	struct ovr_nic_facts *facts, struct ovr_nic_counters *counters, struct ovr_err *err)
{
	struct ovr_interface interface;
	int status = 0;

	if (name->host[0] == '\0') {
		if (with_facts)
			status = ovr_nic_facts_read(name->interface, facts, err);
		return status != 0 ? status : ovr_nic_counters_read(name->interface, counters, err);
	}
	status = ovr_observe_read(
		hosts->observe, number_of(hosts, name->host), name->interface, &interface, err);
	if (status != 0)
		return status;
	*facts = interface.facts;
	ovr_nic_counters_done(counters);
	*counters = interface.counters;
	return 0;
}

void
app_watch_hosts_close(struct app_watch_hosts *hosts)
{
	ovr_observe_close(hosts->observe);
	*hosts = (struct app_watch_hosts){ .n = 0 };
}
