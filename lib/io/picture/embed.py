#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Write a text file as a C source: the text as NAME, and its hash for a content security policy as NAME_hash."""

import base64
import hashlib
import sys


def main():
    header, name, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    hashed = base64.b64encode(bytes.fromhex(hashlib.sha256(text.encode()).hexdigest())).decode()
    data = ", ".join(str(byte) for byte in text.encode()) + ", 0"
    print(f'#include "{header}"\n')
    print(f"const char {name}[] = {{ {data} }};")
    print(f'const char {name}_hash[] = "sha256-{hashed}";')


if __name__ == "__main__":
    main()
