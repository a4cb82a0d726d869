#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""check_schema.py SCHEMA COMMAND...: does what COMMAND writes to stdout follow SCHEMA, and does SCHEMA refuse the rest?

The second question keeps a schema honest: with any one key of the document taken away, or one added beside it, the
document must be refused, wherever the schema describes the object it stands in. Only a key that the schema marks as
added may be missing, and must be accepted so. COMMAND may end with 1, as where it found a loss.
Exit 77 (skip) without jsonschema.
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


def objects(value, path=()):
    """Every object in the document with keys of its own; a plan's keys are free."""
    if isinstance(value, dict):
        if path[-1:] != ("plan",):
            yield path, value
        for key, inner in value.items():
            yield from objects(inner, path + (key,))
    elif isinstance(value, list) and value:
        yield from objects(value[0], path + (0,))


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


def is_added(forms, found, key):
    """Whether the schema marks the key as added, in the form of just the object's keys, or else in one that has all."""
    having = [form["properties"] for form in forms if found.keys() <= form.get("properties", {}).keys()]
    just = [properties for properties in having if properties.keys() == found.keys()]
    return any(properties[key].get("$comment", "").startswith("added") for properties in just or having)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    written = subprocess.run(sys.argv[2:], check=False, stdout=subprocess.PIPE)
    if written.returncode not in (0, 1):
        sys.exit(f"the command ended with {written.returncode}")
    document = json.loads(written.stdout)
    errors = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(document)]
    if errors:
        sys.exit("\n".join(errors))
    # a short document is judged sooner, where its lists may be that short
    if validator.is_valid(shortened(document)):
        document = shortened(document)
    forms = [schema, *schema.get("$defs", {}).values()]
    mutants = 0
    for path, found in objects(document):
        for key in found:
            mutant = copy.deepcopy(document)
            del at(mutant, path)[key]
            mutants += 1
            if validator.is_valid(mutant) != is_added(forms, found, key):
                sys.exit(f"accepted without the key {list(path) + [key]}, or refused without one that was added")
        mutant = copy.deepcopy(document)
        at(mutant, path)["not_a_key"] = 1
        mutants += 1
        if validator.is_valid(mutant):
            sys.exit(f"accepted with a key more in {list(path)}")
    print(f"valid; {mutants} changed ones judged")


main()
