/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/on_path.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "plan/listen.h"
#include "report/path_places.h"

static void *
reflect(void *of)
{
	struct ovr_agent_on_path *on_path = of;

	ovr_reflector_run(on_path->reflector, 0, &on_path->reflected);
	return NULL;
}

static int
begin_reflector(struct ovr_agent_on_path *on_path, const struct ovr_message *path, struct ovr_listen *where,
	struct ovr_err *err)
{
	struct ovr_reflector_conf conf = {
		.what = "path", .key = (uint32_t)path->path.key, .stop = &on_path->stop
	};
	sigset_t all, before;
	int code, status;

	ovr_listen_address(where, &conf.address);
	status = ovr_reflector_open(&conf, &on_path->reflector, &where->port, err);
	if (status != 0)
		return status;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&on_path->thread, NULL, reflect, on_path);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code != 0)
		return ovr_err_set(err, -code, "path: no thread: %s", strerror(code));
	on_path->has_thread = true;
	return 0;
}

/* Each address of this host, by which the caller finds its hop. @return 0; -ENOMEM */
static int
add_addresses(struct ovr_message_texts *texts)
{
	struct ifaddrs *list = NULL;
	int status = 0;

	if (getifaddrs(&list) != 0)
		return 0;
	texts->text = calloc(OVR_MESSAGE_ADDRESSES_MAX, sizeof(*texts->text));
	if (texts->text == NULL)
		status = -ENOMEM;
	for (const struct ifaddrs *at = list;
		at != NULL && status == 0 && texts->n < OVR_MESSAGE_ADDRESSES_MAX; at = at->ifa_next) {
		int family = at->ifa_addr == NULL ? AF_UNSPEC : at->ifa_addr->sa_family;
		socklen_t size = family == AF_INET6 ? sizeof(struct sockaddr_in6)
						    : sizeof(struct sockaddr_in);
		char text[INET6_ADDRSTRLEN + 32];

		if ((family != AF_INET && family != AF_INET6) ||
			getnameinfo(at->ifa_addr, size, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		texts->text[texts->n] = strdup(text);
		if (texts->text[texts->n] == NULL)
			status = -ENOMEM;
		else
			texts->n++;
	}
	freeifaddrs(list);
	return status;
}

int
ovr_agent_on_path_begin(struct ovr_agent_on_path *on_path, const struct ovr_message *path,
	const struct ovr_listen *where, struct ovr_message *ret_watching, struct ovr_err *err)
{
	static const char *const own[] = { "" };
	struct ovr_message watching = { .type = OVR_MESSAGE_WATCHING };
	struct ovr_listen at = *where;
	int status = 0;

	if (path->path.has_places) {
		status = ovr_kernel_live_open(own, 1, &on_path->live, err);
		on_path->has_places = status == 0;
	}
	if (status == 0 && add_addresses(&watching.watching.addresses) != 0)
		status = ovr_err_set(err, -ENOMEM, "path: no memory");
	if (status == 0 && where->ip_version != 0) {
		status = begin_reflector(on_path, path, &at, err);
		ovr_listen_print(watching.watching.reflect, sizeof(watching.watching.reflect), &at);
	}
	if (status != 0) {
		ovr_message_done(&watching);
		ovr_agent_on_path_drop(on_path);
		return status;
	}
	*ret_watching = watching;
	return 0;
}

static void
stop_reflector(struct ovr_agent_on_path *on_path)
{
	atomic_store(&on_path->stop, true);
	if (on_path->has_thread)
		pthread_join(on_path->thread, NULL);
	on_path->has_thread = false;
}

static int
tell_reflected(const struct ovr_agent_on_path *on_path, struct ovr_message *seen, struct ovr_err *err)
{
	const struct ovr_reflected *reflected = &on_path->reflected;

	seen->seen.arrived = ovr_path_arrivals_print(ovr_reflector_arrivals(on_path->reflector));
	if (seen->seen.arrived == NULL)
		return ovr_err_set(err, -ENOMEM, "path: no memory");
	seen->seen.duplicates = reflected->duplicates;
	seen->seen.reordered = reflected->reordered;
	seen->seen.unanswered = reflected->unanswered;
	seen->seen.full = reflected->full;
	seen->seen.dropped = reflected->dropped;
	seen->seen.is_dropped_known = reflected->is_dropped_known;
	seen->seen.is_list_short = reflected->is_list_short;
	return 0;
}

static int
tell_places(struct ovr_agent_on_path *on_path, struct ovr_message *seen, struct ovr_err *err)
{
	struct ovr_kernel_claims claims = { 0 };
	struct ovr_report_path_places places;
	int status = ovr_kernel_live_take(&on_path->live, err);

	if (status == 0)
		status = ovr_kernel_live_total(&on_path->live, &claims, err);
	if (status == 0) {
		places = (struct ovr_report_path_places){ claims.claim, claims.n, on_path->live.note,
			on_path->live.n_notes };
		seen->seen.places = ovr_report_path_places_json(&places);
		if (seen->seen.places == NULL)
			status = ovr_err_set(err, -ENOMEM, "path: no memory");
	}
	ovr_kernel_claims_done(&claims);
	return status;
}

int
ovr_agent_on_path_end(struct ovr_agent_on_path *on_path, struct ovr_message *ret_seen, struct ovr_err *err)
{
	struct ovr_message seen = { .type = OVR_MESSAGE_SEEN };
	int status = 0;

	stop_reflector(on_path);
	if (on_path->reflector != NULL)
		status = tell_reflected(on_path, &seen, err);
	if (status == 0 && on_path->has_places)
		status = tell_places(on_path, &seen, err);
	if (status == 0)
		*ret_seen = seen;
	else
		ovr_message_done(&seen);
	ovr_agent_on_path_drop(on_path);
	return status;
}

void
ovr_agent_on_path_drop(struct ovr_agent_on_path *on_path)
{
	stop_reflector(on_path);
	ovr_reflector_close(on_path->reflector);
	if (on_path->has_places)
		ovr_kernel_live_close(&on_path->live);
	memset(on_path, 0, sizeof(*on_path));
}
