/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/mix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "frame/frame.h"

#define SIZE_MIN 64

#define FORMS "accepted: 64, 64,128,1518, 64:7,594:4,1518:1, imix, or an RFC 6985 genome such as aaaafg"

/* One entry of a list: this size, so many times in the sequence. */
struct entry {
	unsigned int size;
	unsigned int weight;
};

/* RFC 6985 §4: a … j. j is there for its sentence only: it is larger than any frame of ours. */
static const unsigned int genome_size[] = { 64, 128, 256, 512, 1024, 1280, 1518, 2112, 9000, 16000 };

/* A decimal number at *text, which moves behind it. Too large a number stays too large. */
static bool
read_number(const char **text, unsigned int *ret_number)
{
	unsigned int number = 0;
	const char *at = *text;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (number < 1000000)
			number = number * 10 + (unsigned int)(*at - '0');
	}
	if (at == *text)
		return false;
	*text = at;
	*ret_number = number;
	return true;
}

/* The index of a size, which is added when it is new. */
static int
add_size(struct ovr_mix *mix, const char *what, unsigned int size, uint8_t *ret_index, struct ovr_err *err)
{
	uint8_t i = 0;

	if (size < SIZE_MIN || size > OVR_FRAME_SIZE_MAX)
		return ovr_err_set(err, -ERANGE,
			"%s: found a frame of %u bytes, accepted: %u to %u, with FCS", what, size, SIZE_MIN,
			OVR_FRAME_SIZE_MAX);
	while (i < mix->n_sizes && mix->size[i] != size)
		i++;
	if (i == OVR_MIX_SIZES_MAX)
		return ovr_err_set(err, -EINVAL,
			"%s: found more than %u different sizes, accepted: at most these", what,
			OVR_MIX_SIZES_MAX);
	if (i == mix->n_sizes)
		mix->size[mix->n_sizes++] = (uint16_t)size;
	*ret_index = i;
	return 0;
}

/*
 * Smooth weighted round-robin: the entry that is furthest behind its share is next, the first of
 * equals.
 */
static void
spread(struct ovr_mix *mix, const struct entry *entry, const uint8_t *index, unsigned int n_entries)
{
	int behind[OVR_MIX_SIZES_MAX] = { 0 };

	for (unsigned int place = 0; place < mix->length; place++) {
		unsigned int next = 0;

		for (unsigned int i = 0; i < n_entries; i++) {
			behind[i] += (int)entry[i].weight;
			if (behind[i] > behind[next])
				next = i;
		}
		behind[next] -= mix->length;
		mix->place[place] = index[next];
	}
}

static void
print_list(struct ovr_mix *mix, const struct entry *entry, unsigned int n_entries)
{
	bool weighted = mix->length != n_entries;
	size_t used = 0;

	/*
	 * It fits: at most 64 entries of "9216:1," and 21 more digits, as the weights sum up to
	 * 256.
	 */
	for (unsigned int i = 0; i < n_entries; i++) {
		used += (size_t)snprintf(
			mix->text + used, sizeof(mix->text) - used, i == 0 ? "%u" : ",%u", entry[i].size);
		if (weighted)
			used += (size_t)snprintf(
				mix->text + used, sizeof(mix->text) - used, ":%u", entry[i].weight);
	}
}

static int
parse_list(const char *what, const char *text, struct ovr_mix *mix, struct ovr_err *err)
{
	struct entry entry[OVR_MIX_SIZES_MAX];
	uint8_t index[OVR_MIX_SIZES_MAX];
	unsigned int n_entries = 0;
	unsigned int length = 0;
	const char *at = text;
	int rc;

	for (;;) {
		struct entry one = { .weight = 1 };

		if (!read_number(&at, &one.size))
			goto bad_form;
		if (*at == ':') {
			at++;
			if (!read_number(&at, &one.weight) || one.weight == 0)
				goto bad_form;
		}
		if (*at != ',' && *at != '\0')
			goto bad_form;
		if (n_entries == OVR_MIX_SIZES_MAX)
			return ovr_err_set(err, -EINVAL,
				"%s: found more than %u sizes, accepted: at most these", what,
				OVR_MIX_SIZES_MAX);
		rc = add_size(mix, what, one.size, &index[n_entries], err);
		if (rc != 0)
			return rc;
		length += one.weight;
		if (length > OVR_MIX_LENGTH_MAX)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", which repeats after more than %u frames, accepted: at "
				"most these",
				what, text, OVR_MIX_LENGTH_MAX);
		entry[n_entries++] = one;
		if (*at == '\0')
			break;
		at++;
	}
	mix->length = (uint16_t)length;
	spread(mix, entry, index, n_entries);
	print_list(mix, entry, n_entries);
	return 0;

bad_form:
	return ovr_err_set(err, -EINVAL, "%s: found \"%.80s\", " FORMS, what, text);
}

static int
parse_genome(const char *what, const char *text, struct ovr_mix *mix, struct ovr_err *err)
{
	size_t length = strlen(text);
	int rc;

	if (length > OVR_MIX_LENGTH_MAX)
		return ovr_err_set(err, -EINVAL, "%s: found a genome of %zu letters, accepted: at most %u",
			what, length, OVR_MIX_LENGTH_MAX);
	for (size_t i = 0; i < length; i++) {
		if (text[i] < 'a' || text[i] > 'j')
			return ovr_err_set(err, -EINVAL, "%s: found \"%.80s\", " FORMS, what, text);
		/* not the size alone: a word such as "jumbo" is read as letters */
		if (genome_size[text[i] - 'a'] > OVR_FRAME_SIZE_MAX)
			return ovr_err_set(err, -ERANGE,
				"%s: found \"%.80s\", whose letter %c is a frame of %u bytes, accepted: %u "
				"to %u, "
				"with FCS",
				what, text, text[i], genome_size[text[i] - 'a'], SIZE_MIN,
				OVR_FRAME_SIZE_MAX);
		rc = add_size(mix, what, genome_size[text[i] - 'a'], &mix->place[i], err);
		if (rc != 0)
			return rc;
	}
	mix->length = (uint16_t)length;
	memcpy(mix->text, text, length + 1);
	return 0;
}

int
ovr_mix_parse(const char *what, const char *text, struct ovr_mix *ret_mix, struct ovr_err *err)
{
	struct ovr_mix mix = { .step = 1 };
	int rc;

	if (strcmp(text, "imix") == 0)
		text = "64:7,570:4,1518:1";
	if (text[0] >= 'a' && text[0] <= 'z')
		rc = parse_genome(what, text, &mix, err);
	else
		rc = parse_list(what, text, &mix, err);
	if (rc == 0)
		*ret_mix = mix;
	return rc;
}

unsigned int
ovr_mix_min(const struct ovr_mix *mix)
{
	unsigned int smallest = mix->size[0];

	for (unsigned int i = 1; i < mix->n_sizes; i++) {
		if (mix->size[i] < smallest)
			smallest = mix->size[i];
	}
	return smallest;
}

unsigned int
ovr_mix_max(const struct ovr_mix *mix)
{
	unsigned int largest = mix->size[0];

	for (unsigned int i = 1; i < mix->n_sizes; i++) {
		if (mix->size[i] > largest)
			largest = mix->size[i];
	}
	return largest;
}

double
ovr_mix_mean(const struct ovr_mix *mix)
{
	unsigned int bytes = 0;

	for (unsigned int i = 0; i < mix->length; i++)
		bytes += mix->size[mix->place[i]];
	return (double)bytes / mix->length;
}

double
ovr_mix_line_pps(const struct ovr_mix *mix, uint64_t bps)
{
	return (double)bps / (8 * (ovr_mix_mean(mix) + OVR_FRAME_OVERHEAD_BYTES));
}

void
ovr_mix_count(const struct ovr_mix *mix, uint16_t stream, uint64_t first, uint64_t n, uint64_t *count)
{
	uint64_t rounds = n / mix->length;
	uint64_t rest = n % mix->length;

	/* Whatever the step, the places repeat after `length` numbers. */
	for (uint64_t i = 0; i < mix->length; i++)
		count[ovr_mix_index(mix, first + i, stream)] += rounds + (i < rest ? 1 : 0);
}
