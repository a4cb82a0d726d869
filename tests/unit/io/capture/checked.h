/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures that are written, accounted for and removed. */
#pragma once

#include <criterion/criterion.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture_file.h"

#define TRIAL 0x5eed1234

static uint8_t buf[OVR_FRAME_SIZE_MAX + 64];

/* Finish a capture, account for the trial with the most frames, and remove the file. */
static inline struct ovr_capture_account
checked(struct capture_file *file)
{
	struct ovr_capture_account account;
	struct ovr_err err = { "" };

	capture_end(file);
	cr_assert_eq(ovr_capture_check(file->path, 0, NULL, &account, &err), 0, "%s", err.text);
	unlink(file->path);
	return account;
}

/* The same of a file that is there. */
static inline struct ovr_capture_account
checked_again(const char *path)
{
	struct ovr_capture_account account;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_capture_check(path, 0, NULL, &account, &err), 0, "%s", err.text);
	unlink(path);
	return account;
}

static inline struct ovr_err
refused(const char *path, uint32_t trial_id, int code)
{
	struct ovr_capture_account account = { .frames = 77 };
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_capture_check(path, trial_id, NULL, &account, &err), code, "%s", err.text);
	cr_expect_eq(account.frames, 77);
	unlink(path);
	return err;
}
