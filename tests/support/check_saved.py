#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""check_saved.py SCHEMA READER COMMAND...: does READER accept what COMMAND writes, and refuse what SCHEMA does?

COMMAND writes to stdout, and may end with 1, as where it found a loss. READER takes documents from stdin, one a line,
and prints "ok" or a sentence for each. It gets the document itself, and many changed ones: without a key, with one
more, and with another value in place of each. It must judge each of them as SCHEMA does, and a sentence must name the
key that was changed. Exit 77 (skip) without jsonschema.
"""
import copy
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("SKIP: python3-jsonschema is not installed")
    sys.exit(77)

# Neither a bound of the reader's own, nor a name of any list. Each place gets a few of them, in turn.
TURN = 2
VALUES = [None, True, -1, 0, 0.5, "not_a_name", [], {}, [0], {"not_a_key": 0}]


def places(value, path=()):
    """Each value in the document, by its path; of a list the first element alone."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, path + (key,))
    elif isinstance(value, list) and value:
        yield from places(value[0], path + (0,))


def shortened(value):
    """Of each list of objects or of lists the first element alone, since no other is changed."""
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return [shortened(value[0])]
    return value


def at(document, path):
    for step in path:
        document = document[step]
    return document


def named(path):
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def mutants(document):
    """(changed document, path of the key that was changed)"""
    for number, (path, found) in enumerate(places(document)):
        if path and path[0] in ("schema", "command"):
            continue
        if isinstance(found, dict):
            for key in found:
                mutant = copy.deepcopy(document)
                del at(mutant, path)[key]
                yield mutant, path + (key,)
            if path[-1:] != ("plan",):
                mutant = copy.deepcopy(document)
                at(mutant, path)["not_a_key"] = 1
                yield mutant, path + ("not_a_key",)
        for turn in range(TURN if path else 0):
            value = VALUES[(number * TURN + turn) % len(VALUES)]
            mutant = copy.deepcopy(document)
            at(mutant, path[:-1])[path[-1]] = value
            yield mutant, path


def answers_of(reader, documents):
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    read = subprocess.run([reader], check=True, input=lines, text=True, stdout=subprocess.PIPE)
    return read.stdout.split("\n")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    written = subprocess.run(sys.argv[3:], check=False, stdout=subprocess.PIPE)
    if written.returncode not in (0, 1):
        sys.exit(f"the command ended with {written.returncode}")
    document = json.loads(written.stdout)
    answer = answers_of(sys.argv[2], [document])[0]
    if answer != "ok":
        sys.exit(f"refused what the command wrote: {answer}")
    # a short document is judged sooner, where its lists may be that short
    short = shortened(document)
    if validator.is_valid(document) and validator.is_valid(short) and answers_of(sys.argv[2], [short])[0] == "ok":
        document = short
    changed = [(document, ()), *mutants(document)]
    answers = answers_of(sys.argv[2], [mutant for mutant, _ in changed])
    refused = 0
    for (mutant, path), answer in zip(changed, answers):
        valid = validator.is_valid(mutant)
        if valid != (answer == "ok"):
            sys.exit(f"{named(path)}: {json.dumps(at(mutant, path[:-1]))[:200]}\n  by the schema "
                     f"{'valid' if valid else 'refused'}, by the reader: {answer}")
        # a key that is missing is one of the two that go together; a reason goes with the verdict
        if not valid and not answer.startswith((named(path[:-1]), "exit_code", "reasons", "command", "schema")):
            sys.exit(f"{named(path)} is not named: {answer}")
        refused += not valid
    if refused < 40:
        sys.exit(f"only {refused} of {len(changed)} were refused")
    print(f"accepted; {len(changed)} changed ones judged alike, {refused} refused")


main()
