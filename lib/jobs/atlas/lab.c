/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/lab.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "undo/undo.h"

#define NAME_BYTES 32
#define WORDS_MAX  64

struct ovr_atlas_lab {
	struct ovr_undo *undo;
	char name[OVR_ATLAS_HOSTS + 1][NAME_BYTES];
	bool is_global; /* settings of the whole host may be changed */
};

static const struct ovr_atlas_command links[] = {
	{ OVR_ATLAS_HERE,
		"ip -n {tester} link add ovr0a address 02:00:00:00:00:0a type veth peer name ovr1a "
		"address 02:00:00:00:01:0a netns {hop}" },
	{ OVR_ATLAS_HERE,
		"ip -n {hop} link add ovr1b address 02:00:00:00:01:0b type veth peer name ovr2b "
		"address 02:00:00:00:02:0b netns {receiver}" },
	{ OVR_ATLAS_TESTER, "ip link set dev ovr0a up" },
	{ OVR_ATLAS_HOP, "ip link set dev ovr1a up && ip link set dev ovr1b up" },
	{ OVR_ATLAS_RECEIVER, "ip link set dev lo up && ip link set dev ovr2b up" },
	{ OVR_ATLAS_HERE, NULL },
};

/* Addresses and routes. A host that knows its neighbours asks nobody. */
static const struct ovr_atlas_command router[] = {
	{ OVR_ATLAS_HOP, "sysctl -w net.ipv4.ip_forward=1" },
	{ OVR_ATLAS_HOP, "ip addr add 198.18.255.254/16 dev ovr1a" },
	{ OVR_ATLAS_HOP, "ip addr add 198.19.255.254/16 dev ovr1b" },
	{ OVR_ATLAS_RECEIVER, "ip addr add 198.19.0.1/16 dev ovr2b" },
	{ OVR_ATLAS_RECEIVER, "ip route add default via 198.19.255.254" },
	{ OVR_ATLAS_HOP, "ip neigh add 198.18.0.1 lladdr 02:00:00:00:00:0a nud permanent dev ovr1a" },
	{ OVR_ATLAS_HOP, "ip neigh add 198.19.0.1 lladdr 02:00:00:00:02:0b nud permanent dev ovr1b" },
	{ OVR_ATLAS_RECEIVER,
		"ip neigh add 198.19.255.254 lladdr 02:00:00:00:01:0b nud permanent dev ovr2b" },
	{ OVR_ATLAS_HERE, NULL },
};

/*
 * The tester as a host. A packet is one segment, and has a checksum: one that nobody calculated is
 * right whatever stands there.
 */
static const struct ovr_atlas_command sender[] = {
	{ OVR_ATLAS_TESTER, "ip link set dev lo up" },
	{ OVR_ATLAS_TESTER, "ip addr add 198.18.0.1/16 dev ovr0a" },
	{ OVR_ATLAS_TESTER, "ip route add default via 198.18.255.254" },
	{ OVR_ATLAS_TESTER, "ip neigh add 198.18.255.254 lladdr 02:00:00:00:01:0a nud permanent dev ovr0a" },
	{ OVR_ATLAS_TESTER, "ip link set dev ovr0a gso_max_segs 1" },
	{ OVR_ATLAS_RECEIVER, "ip link set dev ovr2b gso_max_segs 1" },
	{ OVR_ATLAS_TESTER, "ethtool -K ovr0a tx off" },
	{ OVR_ATLAS_RECEIVER, "ethtool -K ovr2b tx off" },
	{ OVR_ATLAS_HERE, NULL },
};

/* Two hosts on one cable. Each flow begins without a memory of others, and no buffer limits it. */
static const struct ovr_atlas_command cable[] = {
	{ OVR_ATLAS_TESTER, "ip link set dev lo up" },
	{ OVR_ATLAS_TESTER, "ip addr add 198.18.0.1/16 dev ovr0a" },
	{ OVR_ATLAS_RECEIVER, "ip addr add 198.18.0.2/16 dev ovr2b" },
	{ OVR_ATLAS_TESTER, "ip neigh add 198.18.0.2 lladdr 02:00:00:00:02:0b nud permanent dev ovr0a" },
	{ OVR_ATLAS_RECEIVER, "ip neigh add 198.18.0.1 lladdr 02:00:00:00:00:0a nud permanent dev ovr2b" },
	{ OVR_ATLAS_TESTER,
		"sysctl -w net.ipv4.tcp_no_metrics_save=1 'net.ipv4.tcp_wmem=4096 131072 33554432'" },
	{ OVR_ATLAS_RECEIVER, "sysctl -w 'net.ipv4.tcp_rmem=4096 131072 33554432'" },
	{ OVR_ATLAS_HERE, NULL },
};

int
ovr_atlas_lab_open(struct ovr_atlas_lab **ret_lab, struct ovr_err *err)
{
	struct ovr_atlas_lab *lab = calloc(1, sizeof(*lab));
	int status;

	if (lab == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a lab");
	status = ovr_undo_open(NULL, &lab->undo, err);
	if (status != 0) {
		free(lab);
		return status;
	}
	for (int i = 0; i < OVR_ATLAS_HOSTS; i++)
		snprintf(lab->name[i], sizeof(lab->name[i]), "%s%d-%s", OVR_UNDO_NAMESPACE_PREFIX,
			(int)getpid(), ovr_atlas_host_name((enum ovr_atlas_host)i));
	*ret_lab = lab;
	return 0;
}

const char *
ovr_atlas_lab_name(const struct ovr_atlas_lab *lab, enum ovr_atlas_host host)
{
	return lab->name[host];
}

/* The host whose name in braces @p text begins with; OVR_ATLAS_HERE: none. */
static enum ovr_atlas_host
named(const char *text, size_t *ret_n)
{
	for (int i = 0; text[0] == '{' && i < OVR_ATLAS_HOSTS; i++) {
		const char *name = ovr_atlas_host_name((enum ovr_atlas_host)i);
		size_t n = strlen(name);

		if (strncmp(text + 1, name, n) == 0 && text[n + 1] == '}') {
			*ret_n = n + 2;
			return (enum ovr_atlas_host)i;
		}
	}
	return OVR_ATLAS_HERE;
}

const char *
ovr_atlas_lab_expand(const struct ovr_atlas_lab *lab, const char *text, char *buf, size_t size)
{
	size_t at = 0, n;

	while (*text != '\0' && at + 1 < size) {
		enum ovr_atlas_host host = named(text, &n);

		if (host == OVR_ATLAS_HERE) {
			buf[at++] = *text++;
			continue;
		}
		at += (size_t)snprintf(buf + at, size - at, "%s", lab->name[host]);
		if (at >= size)
			at = size - 1;
		text += n;
	}
	buf[at] = '\0';
	return buf;
}

/* Run words in a host's namespace. They are not changed, though the list is not of const. */
static int
spawn_in(const struct ovr_atlas_lab *lab, enum ovr_atlas_host host, const char *const *word,
	struct ovr_atlas_said *ret_said, struct ovr_err *err)
{
	const char *argv[WORDS_MAX + 5] = { "ip", "netns", "exec", lab->name[host] };
	size_t n = host == OVR_ATLAS_HERE ? 0 : 4;

	for (; *word != NULL && n < WORDS_MAX + 4; word++)
		argv[n++] = *word;
	argv[n] = NULL;
	return ovr_atlas_spawn((char *const *)argv, ret_said, err);
}

int
ovr_atlas_lab_shell(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command,
	struct ovr_atlas_said *ret_said, struct ovr_err *err)
{
	char line[OVR_ATLAS_LINE_BYTES];
	const char *const word[] = { "sh", "-c", ovr_atlas_lab_expand(lab, command->line, line, sizeof(line)),
		NULL };

	return spawn_in(lab, command->host, word, ret_said, err);
}

void
ovr_atlas_lab_allow_global(struct ovr_atlas_lab *lab)
{
	lab->is_global = true;
}

bool
ovr_atlas_lab_is_global(const struct ovr_atlas_lab *lab)
{
	return lab->is_global;
}

/* "sysctl -w NAME=NUMBER", by way of the journal. */
static int
set_global(struct ovr_atlas_lab *lab, const char *line, struct ovr_err *err)
{
	struct ovr_err why = { "" };
	char name[64];
	uint32_t value;
	int status;

	if (!lab->is_global || sscanf(line, "sysctl -w %63[a-z0-9._]=%" SCNu32, name, &value) != 2)
		return ovr_err_set(err, -EOPNOTSUPP, "\"%s\" is not allowed", line);
	status = ovr_undo_set(lab->undo, name, value, &why);
	if (status == -ENOENT || status == -EACCES || status == -EPERM || status == -EROFS)
		return ovr_err_set(err, -EOPNOTSUPP,
			"%.300s; it is there in the initial network namespace, for root", why.text);
	/* another one is at it: this place has to wait, and does not fail */
	if (status == -EBUSY)
		status = -EOPNOTSUPP;
	return status == 0 ? 0 : ovr_err_set(err, status, "%s", why.text);
}

int
ovr_atlas_lab_do(struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command, struct ovr_err *err)
{
	struct ovr_atlas_said said;
	const char *where = ovr_atlas_host_name(command->host);
	char line[OVR_ATLAS_LINE_BYTES];
	int status;

	if (command->host == OVR_ATLAS_WHOLE_HOST)
		return set_global(lab, command->line, err);
	status = ovr_atlas_lab_shell(lab, command, &said, err);
	if (status != 0)
		return status;
	if (said.code != 0) {
		said.err[strcspn(said.err, "\n")] = '\0';
		status = ovr_err_set(err, -EOPNOTSUPP, "%s%s\"%s\" ended with %d: %.150s", where,
			where[0] == '\0' ? "" : ": ",
			ovr_atlas_lab_expand(lab, command->line, line, sizeof(line)), said.code, said.err);
	}
	ovr_atlas_said_done(&said);
	return status;
}

int
ovr_atlas_lab_trial(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *trial,
	struct ovr_atlas_said *ret_said, struct ovr_err *err)
{
	char program[32], line[2 * OVR_ATLAS_LINE_BYTES];
	const char *word[WORDS_MAX] = { program, "run", "--json", "-", "--quiet" };
	size_t n = 5;
	char *rest = NULL;

	/* this program, also where its file has been replaced or removed */
	snprintf(program, sizeof(program), "/proc/%d/exe", (int)getpid());
	ovr_atlas_lab_expand(lab, trial->line, line, sizeof(line));
	for (char *at = strtok_r(line, " ", &rest); at != NULL && n + 1 < WORDS_MAX;
		at = strtok_r(NULL, " ", &rest))
		word[n++] = at;
	word[n] = NULL;
	return spawn_in(lab, trial->host, word, ret_said, err);
}

static int
do_all(struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command, struct ovr_err *err)
{
	int status = 0;

	for (; command->line != NULL && status == 0; command++)
		status = ovr_atlas_lab_do(lab, command, err);
	return status;
}

/* A namespace, in the journal before it is made. */
static int
make_host(struct ovr_atlas_lab *lab, enum ovr_atlas_host host, struct ovr_err *err)
{
	char path[64], line[64];
	const struct ovr_atlas_command add = { OVR_ATLAS_HERE, line };
	/* a kernel without IPv6 has no such key, and no need for it */
	static const char quiet[] = "sysctl -w net.ipv6.conf.all.disable_ipv6=1 "
				    "net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true";
	const struct ovr_atlas_command silence = { host, quiet };
	struct stat file;
	int status = ovr_undo_note_namespace(lab->undo, lab->name[host], err);

	snprintf(line, sizeof(line), "ip netns add %s", lab->name[host]);
	snprintf(path, sizeof(path), "/run/netns/%s", lab->name[host]);
	if (status == 0)
		status = ovr_atlas_lab_do(lab, &add, err);
	if (status == 0 && stat(path, &file) != 0)
		status = ovr_err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (status == 0)
		status = ovr_undo_took_namespace(lab->undo, lab->name[host], (uint32_t)file.st_ino, err);
	return status != 0 ? status : ovr_atlas_lab_do(lab, &silence, err);
}

int
ovr_atlas_lab_make(struct ovr_atlas_lab *lab, enum ovr_atlas_lab_kind kind, struct ovr_err *err)
{
	int status = ovr_atlas_lab_remove(lab, err);

	if (kind == OVR_ATLAS_NO_LAB || status != 0)
		return status;
	for (int i = 0; i < OVR_ATLAS_HOSTS && status == 0; i++)
		status = make_host(lab, (enum ovr_atlas_host)i, err);
	if (status == 0)
		status = do_all(lab, links, err);
	if (status == 0)
		status = do_all(lab, kind == OVR_ATLAS_CABLE ? cable : router, err);
	if (status == 0 && kind == OVR_ATLAS_SENDER)
		status = do_all(lab, sender, err);
	if (status != 0)
		ovr_atlas_lab_remove(lab, NULL);
	return status;
}

int
ovr_atlas_lab_remove(struct ovr_atlas_lab *lab, struct ovr_err *err)
{
	return ovr_undo_all(lab->undo, err);
}

void
ovr_atlas_lab_keep(struct ovr_atlas_lab *lab)
{
	ovr_undo_forget(lab->undo);
}

void
ovr_atlas_lab_close(struct ovr_atlas_lab *lab)
{
	if (lab != NULL)
		ovr_undo_close(lab->undo);
	free(lab);
}
