/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "app.h"
#include "metrics/metrics.h"
#include "spare.h"

#define CONNECTIONS_MAX 256u
/* A connection that says nothing takes the place of another one for so long. */
#define IDLE_S        3u
#define BACKLOG       64
#define REQUEST_BYTES 8192u /* of each connection */
#define PATH          "/metrics"

struct app_metrics {
	int fd; /* the daemon's, once it runs */
	char url[OVR_LISTEN_TEXT_BYTES + 16];
	struct MHD_Daemon *daemon;
	cpu_set_t spare;
	app_metrics_print *print;
	void *context;
};

static int
cannot(const struct ovr_listen *listen, int code, struct ovr_err *err)
{
	char text[OVR_LISTEN_TEXT_BYTES];
	const char *accepted = code == EADDRINUSE ? "a port that is free, or 0 for any"
		: code == EADDRNOTAVAIL           ? "an address of this host"
		: code == EACCES                  ? "a port from 1024 on, or root"
						  : "another address or port";

	return ovr_err_set(err, -code, "metrics: %s: %s; accepted: %s",
		ovr_listen_print(text, sizeof(text), listen), strerror(code), accepted);
}

/* @return the socket; negative errno */
static int
open_socket(const struct ovr_listen *where)
{
	struct sockaddr_storage address;
	socklen_t n = ovr_listen_address(where, &address);
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0)
		return -errno;
	/* one that was served a moment ago is no reason to refuse it */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, n) != 0 || listen(fd, BACKLOG) != 0) {
		int code = errno;

		close(fd);
		return -code;
	}
	return fd;
}

int
app_metrics_listen(
	const struct ovr_listen *listen, bool quiet, struct app_metrics **ret_metrics, struct ovr_err *err)
{
	struct ovr_listen bound = *listen;
	struct app_metrics *metrics;
	char text[OVR_LISTEN_TEXT_BYTES];
	struct sockaddr_storage address;
	socklen_t n = sizeof(address);

	*ret_metrics = NULL;
	if (listen->ip_version == 0)
		return 0;
	metrics = calloc(1, sizeof(*metrics));
	if (metrics == NULL)
		return ovr_err_set(err, -ENOMEM, "metrics: no memory");
	metrics->fd = open_socket(listen);
	if (metrics->fd < 0) {
		int code = -metrics->fd;

		free(metrics);
		return cannot(listen, code, err);
	}
	if (getsockname(metrics->fd, (struct sockaddr *)&address, &n) == 0)
		bound.port = ntohs(listen->ip_version == 6 ? ((struct sockaddr_in6 *)&address)->sin6_port
							   : ((struct sockaddr_in *)&address)->sin_port);
	snprintf(metrics->url, sizeof(metrics->url), "http://%s" PATH,
		ovr_listen_print(text, sizeof(text), &bound));
	if (!quiet)
		app_say("metrics: %s", metrics->url);
	*ret_metrics = metrics;
	return 0;
}

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned int status, const char *type, char *text, size_t n,
	enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(n, text, mode);
	enum MHD_Result result;

	if (response == NULL) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	/* one that waits for its next scrape would take it too */
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
answer_metrics(struct app_metrics *metrics, struct MHD_Connection *connection)
{
	enum ovr_exposition_format format = ovr_metrics_format_for(
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	bool is_whole = out != NULL;

	if (out != NULL) {
		metrics->print(metrics->context, format, out);
		is_whole = ferror(out) == 0;
		is_whole = fclose(out) == 0 && is_whole;
	}
	if (!is_whole) {
		static char sentence[] = "no memory for the metrics\n";

		free(text);
		return answer(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8",
			sentence, sizeof(sentence) - 1, MHD_RESPMEM_PERSISTENT);
	}
	return answer(
		connection, MHD_HTTP_OK, ovr_exposition_type_of(format), text, n, MHD_RESPMEM_MUST_FREE);
}

/* MHD_AccessHandlerCallback */
static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_bytes, void **request)
{
	static char not_found[] = "overrun serves " PATH " alone\n";
	static char not_allowed[] = "overrun answers GET and HEAD alone\n";
	static int is_begun;

	(void)version;
	(void)upload;
	/* the first call has the headers alone, the last one is after the body */
	if (*request == NULL) {
		*request = &is_begun;
		return MHD_YES;
	}
	if (*upload_bytes != 0) {
		*upload_bytes = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
			not_allowed, sizeof(not_allowed) - 1, MHD_RESPMEM_PERSISTENT);
	if (strcmp(url, PATH) != 0)
		return answer(connection, MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8", not_found,
			sizeof(not_found) - 1, MHD_RESPMEM_PERSISTENT);
	return answer_metrics(context, connection);
}

/*
 * Threads inherit CPUs, priority and blocked signals of the thread that makes them: the daemon's
 * has this one's.
 */
static void *
start_daemon(void *context)
{
	struct app_metrics *metrics = context;

	app_spare_take(&metrics->spare, "overrun-metrics");
	metrics->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request,
		metrics, MHD_OPTION_LISTEN_SOCKET, metrics->fd, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)REQUEST_BYTES, MHD_OPTION_END);
	return NULL;
}

int
app_metrics_serve(struct app_metrics *metrics, const uint16_t *cpu, uint16_t n_cpus, app_metrics_print *print,
	void *context, struct ovr_err *err)
{
	pthread_t thread;
	int code;

	if (metrics == NULL)
		return 0;
	metrics->print = print;
	metrics->context = context;
	app_spare_cpus(cpu, n_cpus, &metrics->spare);
	code = app_spare_thread(&thread, start_daemon, metrics);
	if (code == 0)
		pthread_join(thread, NULL);
	if (code != 0 || metrics->daemon == NULL)
		return ovr_err_set(err, -EAGAIN, "metrics: no thread could be started");
	metrics->fd = -1; /* the daemon closes it */
	return 0;
}

void
app_metrics_stop(struct app_metrics *metrics)
{
	if (metrics == NULL)
		return;
	if (metrics->daemon != NULL)
		MHD_stop_daemon(metrics->daemon);
	if (metrics->fd >= 0)
		close(metrics->fd);
	free(metrics);
}

const char *
app_metrics_url(const struct app_metrics *metrics)
{
	return metrics != NULL ? metrics->url : "";
}
