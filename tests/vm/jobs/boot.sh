#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

uname -r >kernel
trial wire --rate 20kpps --count 2000
trial lossy --rate 20kpps --count 2000 --rx wire:1,drop-at=100-119
