/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/hosts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/plain.h"
#include "keys/file.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

/* A file while it is read. */
struct reading {
	const char *what;
	yaml_document_t *document;
	struct ovr_hosts hosts;
	struct ovr_err *err;
};

/* Begin a sentence with the place of a node. @return -EINVAL */
__attribute__((format(printf, 3, 4))) static int
refuse(const struct reading *reading, const yaml_node_t *node, const char *format, ...)
{
	char sentence[OVR_ERR_TEXT_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return ovr_err_set(reading->err, -EINVAL, "%.200s, line %zu, column %zu: %s", reading->what,
		node->start_mark.line + 1, node->start_mark.column + 1, sentence);
}

/* @return the text of a scalar; NULL: it is none, or has a NUL */
static const char *
text_of(const yaml_node_t *node)
{
	const char *text;

	if (node == NULL || node->type != YAML_SCALAR_NODE)
		return NULL;
	text = (const char *)node->data.scalar.value;
	return strlen(text) == node->data.scalar.length ? text : NULL;
}

static int
read_name(const struct reading *reading, const yaml_node_t *node, struct ovr_host *host)
{
	const char *name = text_of(node);
	size_t length = name != NULL ? strlen(name) : 0;

	if (length == 0 || length >= sizeof(host->name) || strspn(name, NAME_CHARACTERS) != length)
		return refuse(reading, node,
			"found another name than one of 1 to %zu letters, digits, '-', '_' and '.'",
			sizeof(host->name) - 1);
	if (ovr_hosts_of(&reading->hosts, name) != NULL)
		return refuse(reading, node, "found host %s for the second time, accepted: each once", name);
	memcpy(host->name, name, length + 1);
	return 0;
}

static int
read_address(const struct reading *reading, const yaml_node_t *node, struct ovr_host *host)
{
	const char *address = text_of(node);

	if (address == NULL || address[0] == '\0' || strlen(address) >= sizeof(host->address))
		return refuse(reading, node,
			"host %s: its address is none, accepted: HOST[:PORT] of up to %zu bytes", host->name,
			sizeof(host->address) - 1);
	snprintf(host->address, sizeof(host->address), "%s", address);
	ovr_plain(host->address);
	return 0;
}

static int
read_key(const struct reading *reading, const yaml_node_t *node, struct ovr_host *host)
{
	const char *key = text_of(node);

	if (key == NULL || ovr_key_parse("", key, &host->key, NULL) != 0)
		return refuse(reading, node, "host %s: its key is none, accepted: 64 hexadecimal digits",
			host->name);
	host->has_key = true;
	return 0;
}

static int
read_entry(const struct reading *reading, const yaml_node_pair_t *pair, struct ovr_host *host)
{
	const yaml_node_t *key = yaml_document_get_node(reading->document, pair->key);
	const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
	const char *name = text_of(key);
	char found[41];

	if (name != NULL && strcmp(name, "address") == 0 && host->address[0] == '\0')
		return read_address(reading, value, host);
	if (name != NULL && strcmp(name, "key") == 0 && !host->has_key)
		return read_key(reading, value, host);
	snprintf(found, sizeof(found), "%s", name != NULL ? name : "no text");
	return refuse(reading, key, "host %s: found \"%s\", accepted: address and key, each once", host->name,
		ovr_plain(found));
}

static int
read_host(struct reading *reading, const yaml_node_pair_t *pair)
{
	const yaml_node_t *name = yaml_document_get_node(reading->document, pair->key);
	const yaml_node_t *value = yaml_document_get_node(reading->document, pair->value);
	struct ovr_host host = { .name = "" };
	int status = read_name(reading, name, &host);

	if (status != 0)
		return status;
	if (reading->hosts.n == OVR_HOSTS_MAX)
		return refuse(reading, name, "found another host, accepted: %u at most", OVR_HOSTS_MAX);
	if (value->type != YAML_MAPPING_NODE)
		return refuse(reading, value,
			"host %s: found no mapping, accepted: {address: HOST[:PORT], key: KEY}", host.name);
	for (const yaml_node_pair_t *entry = value->data.mapping.pairs.start;
		entry < value->data.mapping.pairs.top && status == 0; entry++)
		status = read_entry(reading, entry, &host);
	if (status == 0 && host.address[0] == '\0')
		status = refuse(reading, name, "host %s: it has no address", host.name);
	if (status == 0)
		reading->hosts.host[reading->hosts.n++] = host;
	return status;
}

static int
read_document(struct reading *reading)
{
	const yaml_node_t *root = yaml_document_get_root_node(reading->document);
	int status = 0;

	if (root == NULL)
		return ovr_err_set(reading->err, -EINVAL,
			"%.200s: found no host, accepted: NAME: {address: HOST[:PORT], key: KEY}",
			reading->what);
	if (root->type != YAML_MAPPING_NODE)
		return refuse(
			reading, root, "found no mapping, accepted: NAME: {address: HOST[:PORT], key: KEY}");
	for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
		pair < root->data.mapping.pairs.top && status == 0; pair++)
		status = read_host(reading, pair);
	return status;
}

int
ovr_hosts_read(
	const char *what, const char *text, size_t size, struct ovr_hosts *ret_hosts, struct ovr_err *err)
{
	yaml_parser_t parser;
	yaml_document_t document;
	struct reading reading = { .what = what, .document = &document, .err = err };
	int status;

	reading.hosts.host = calloc(OVR_HOSTS_MAX, sizeof(*reading.hosts.host));
	if (reading.hosts.host == NULL || yaml_parser_initialize(&parser) == 0) {
		ovr_hosts_done(&reading.hosts);
		return ovr_err_set(err, -ENOMEM, "%.200s: no memory", what);
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	if (yaml_parser_load(&parser, &document) == 0) {
		status = ovr_err_set(err, -EINVAL, "%.200s, line %zu, column %zu: no YAML: %s", what,
			parser.problem_mark.line + 1, parser.problem_mark.column + 1,
			parser.problem != NULL ? parser.problem : "it cannot be read");
	} else {
		status = read_document(&reading);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	if (status != 0) {
		ovr_hosts_done(&reading.hosts);
		return status;
	}
	*ret_hosts = reading.hosts;
	return 0;
}

int
ovr_hosts_load(const char *path, struct ovr_hosts *ret_hosts, struct ovr_err *err)
{
	char *text;
	size_t size;
	int status = ovr_keys_file_read(path, OVR_KEYS_OTHERS_ANY, &text, &size, err);

	if (status != 0)
		return status;
	status = ovr_hosts_read(path, text, size, ret_hosts, err);
	free(text);
	return status;
}

char *
ovr_hosts_print(const struct ovr_hosts *hosts)
{
	char key[OVR_KEY_TEXT_BYTES], *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < hosts->n; i++) {
		const struct ovr_host *host = &hosts->host[i];

		fprintf(out, "\"%s\": {address: \"%s\"", host->name, host->address);
		if (host->has_key)
			fprintf(out, ", key: \"%s\"", ovr_key_print(key, &host->key));
		fprintf(out, "}\n");
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

const struct ovr_host *
ovr_hosts_of(const struct ovr_hosts *hosts, const char *name)
{
	for (size_t i = 0; i < hosts->n; i++)
		if (strcmp(hosts->host[i].name, name) == 0)
			return &hosts->host[i];
	return NULL;
}

void
ovr_hosts_done(struct ovr_hosts *hosts)
{
	if (hosts == NULL)
		return;
	free(hosts->host);
	*hosts = (struct ovr_hosts){ .n = 0 };
}
