#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: json_docs.py schema NAME FACTS.json | json_docs.py md FACTS.json

Prints the schema of a JSON document, or the page of the keys of all documents. FACTS.json is what
docs/generate/facts.c prints: the rows that the program itself writes by.
"""

import json
import sys
import textwrap

COLUMNS = 120

# What tables have in common, by its name among a schema's definitions.
SHARED = {
    "count": {"type": "integer", "minimum": 0},
    "count_or_null": {"type": ["integer", "null"], "minimum": 0},
    "ratio": {"type": ["number", "null"], "minimum": 0, "description": "part / whole; null for a share of nothing"},
    "pairs": {"type": "array",
              "items": {"type": "array", "prefixItems": [{"type": "integer", "minimum": 0},
                                                         {"type": "integer", "minimum": 1}],
                        "items": False, "minItems": 2}},
    "shares": {"type": "array",
               "items": {"type": "array", "prefixItems": [{"type": "integer"}, {"$ref": "#/$defs/ratio"}],
                         "items": False, "minItems": 2}},
    "exact": {"description": "64 bits without a sign: a number, beyond 2^63 a text of its digits",
              "oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[1-9][0-9]{18,19}$"}]},
    "cells": {"type": "array",
              "items": {"type": "array", "prefixItems": [{"type": "integer", "minimum": 0},
                                                         {"$ref": "#/$defs/exact"}],
                        "items": False, "minItems": 2}},
    "plan": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
}

# The verdict has its exit code, and a reason unless it is pass.
VERDICTS = [
    {"if": {"properties": {"verdict": {"const": verdict}}},
     "then": {"properties": {"exit_code": {"const": code}, "reasons": {bound: limit}}}}
    for verdict, code, bound, limit in (("pass", 0, "maxItems", 0), ("loss", 1, "minItems", 1),
                                        ("void", 2, "minItems", 1))
]

# Of a key that documents of an older overrun do not have.
ADDED = "added: may be missing, and is unknown then"

UNITS = {"ns": "ns", "pps": "frames/s", "bps": "bits/s", "bytes": "bytes", "ratio": "share", "ppm": "ppm", "hz": "Hz",
         "percent": "%", "s": "s", "mbps": "Mb/s", "slots": "slots"}

KINDS = {"fixed": "text", "constant": "number", "name": "text", "bool": "true, false", "whole": "whole number",
         "exact": "whole number", "cells": "list of pairs",
         "real": "number", "amount": "number", "ratio": "number", "counts": "object of counts", "id": "text",
         "mac": "text", "pairs": "list of pairs", "shares": "list of pairs", "plan": "object of texts"}


def ref(name):
    return {"$ref": f"#/$defs/{name}"}


def bounded(row, kind, low):
    """A number with the bounds of its row."""
    bounds = {"exclusiveMinimum" if row["above"] else "minimum": low} if low is not None else {}
    return {"type": kind, **bounds, **({"maximum": row["max"]} if row["max"] else {})}


def item_of(row):
    """An element of a list."""
    return {"object": lambda: ref(row["table"]), "text": lambda: text_of(row["min_item"]),
            "name": lambda: {"enum": row["names"]}, "count": lambda: ref("count"), "exact": lambda: ref("exact"),
            "tuple": lambda: ref(row["table"])}[row["item"]]()


def text_of(shortest):
    return {"type": "string", **({"minLength": shortest} if shortest else {})}


def list_of(row):
    return {"type": "array", "items": item_of(row), **({"minItems": row["min"]} if row["min"] else {}),
            **({"maxItems": row["max"]} if row["max"] else {})}


def count_of(row):
    return bounded(row, "integer", row["min"]) if row["min"] or row["max"] else ref("count")


def exact_of(row):
    return bounded(row, "integer", row["min"]) if row["max"] else ref("exact")


def counts_of(row):
    if row["sparse"]:
        return {"type": "object", "propertyNames": {"enum": row["names"]},
                "additionalProperties": {"type": "integer", "minimum": 1}}
    return {"type": "object", "properties": {name: ref("count") for name in row["names"]}, "required": row["names"],
            "additionalProperties": False}


FORMS = {
    "object": lambda row: ref(row["table"]),
    "list": list_of,
    "text": lambda row: text_of(row["min"]),
    "fixed": lambda row: {"const": row["fixed"]},
    "constant": lambda row: {"const": row["max"]},
    "name": lambda row: {"enum": row["names"]},
    "bool": lambda row: {"type": "boolean"},
    "count": count_of,
    "whole": lambda row: {"type": "integer"},
    "exact": exact_of,
    "cells": lambda row: ref("cells"),
    "real": lambda row: {"type": "number"},
    "amount": lambda row: bounded(row, "number", 0),
    "ratio": lambda row: ref("ratio"),
    "counts": counts_of,
    "id": lambda row: {"type": "string", "pattern": "^0x[0-9a-f]{8}$"},
    "mac": lambda row: {"type": "string", "pattern": "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$"},
    "pairs": lambda row: ref("pairs"),
    "shares": lambda row: ref("shares"),
    "plan": lambda row: ref("plan"),
}


def or_null(form):
    """The same form, or null."""
    if form == ref("ratio"):
        return form
    if form == ref("count"):
        return ref("count_or_null")
    if "enum" in form:
        return {"enum": form["enum"] + [None]}
    if "type" in form:
        return {**form, "type": [form["type"], "null"]}
    return {"oneOf": [{"type": "null"}, form]}


def form_of(row):
    form = FORMS[row["kind"]](row)
    form = or_null(form) if row["null"] else form
    return {**form, **({"description": row["about"]} if "about" in row else {}),
            **({"$comment": ADDED} if row["added"] else {})}


def rows_of(table, tables):
    """The rows of a table, with those of tables whose keys stand in the same object."""
    rows = []
    for row in table["rows"]:
        rows += [row] if "key" in row else rows_of(tables[row["table"]], tables)
    return rows


def object_of(table, tables):
    rows = rows_of(table, tables)
    optional = [row["key"] for row in rows if row["optional"]]
    form = {"type": "object", **({"description": table["about"]} if "about" in table else {}),
            "properties": {row["key"]: form_of(row) for row in rows},
            "required": [row["key"] for row in rows if not row["optional"] and not row["added"]]}
    if optional:
        form["dependentRequired"] = {key: [other for other in optional if other != key] for key in optional}
    return {**form, "additionalProperties": False}


def tuple_of(table):
    """The values of an object as a list, in their order."""
    return {"type": "array", **({"description": table["about"]} if "about" in table else {}),
            "prefixItems": [{"title": row["key"], **form_of(row)} for row in table["rows"]], "items": False,
            "minItems": len(table["rows"])}


def tuples_of(document):
    """Names of the tables whose values are written as lists."""
    tables = [root["table"] for root in document["roots"]] + list(document["tables"].values())
    return {row["table"] for table in tables for row in table["rows"] if row.get("item") == "tuple"}


def root_of(document):
    """The outermost object: what all commands write, and what each of them does."""
    tables = document["tables"]
    common = [root for root in document["roots"] if "command" not in root]
    commands = [root for root in document["roots"] if "command" in root]
    form = object_of({"rows": sum((root["table"]["rows"] for root in common), [])}, tables)
    answers = {root["command"]: object_of(root["table"], tables) for root in commands}
    if not commands:
        return form
    for answer in answers.values():
        for key, value in answer["properties"].items():
            if form["properties"].setdefault(key, value) != value:
                form["properties"][key] = {name: value[name] for name in ("type", "description") if name in value}
    form["properties"]["command"] = {"enum": list(answers)}
    form["allOf"] = []
    for command, answer in answers.items():
        others = [key for key in form["properties"]
                  if key not in form["required"] and key not in answer["properties"] and key != "command"]
        form["allOf"].append({
            "if": {"properties": {"command": {"const": command}}},
            "then": {"required": answer["required"],
                     "properties": {**{key: value for key, value in answer["properties"].items()
                                       if value != form["properties"][key] and key != "command"},
                                    **{key: False for key in others}}}})
    form["required"] = form["required"] or ["schema", "command"]
    return form


def used_of(form):
    """Names of the definitions that a form refers to."""
    if isinstance(form, dict):
        names = {form["$ref"].rsplit("/", 1)[1]} if "$ref" in form else set()
        return names.union(*(used_of(inner) for inner in form.values()))
    return set().union(*(used_of(inner) for inner in form)) if isinstance(form, list) else set()


def schema_of(name, document):
    tables = document["tables"]
    first = document["roots"][0]["table"]
    root = root_of(document)
    if "exit_code" in root["properties"]:
        root["allOf"] += VERDICTS
    tuples = tuples_of(document)
    definitions = {**SHARED, **{key: tuple_of(table) if key in tuples else object_of(table, tables)
                                for key, table in tables.items()}}
    used, new = set(), used_of(root)
    while new - used:
        used |= new
        new = set().union(*(used_of(definitions[key]) for key in used))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:overrun:{name}:1",
        "$comment": "SPDX-License-Identifier: BSD-3-Clause. Generated by scripts/docs: do not edit.",
        "title": f"overrun.{name}/1",
        "description": document.get("about") or first["about"],
        **root,
        "$defs": {key: value for key, value in definitions.items() if key in used},
    }


def lines_of(value, depth, before, after):
    """A value of JSON as lines: as many on one as fit."""
    line = " " * depth + before + json.dumps(value, ensure_ascii=False) + after
    inner = isinstance(value, (dict, list)) and len(value) > 0
    if len(line) <= COLUMNS or not inner:
        return [line]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        words = textwrap.wrap(", ".join(json.dumps(item).replace(" ", "\0") for item in value), COLUMNS - depth - 2,
                              break_long_words=False, break_on_hyphens=False)
        parts = [" " * (depth + 2) + part.replace("\0", " ") for part in words]
    else:
        items = [(json.dumps(key) + ": ", item) for key, item in value.items()] if isinstance(value, dict) else [
            ("", item) for item in value]
        parts = []
        for number, (key, item) in enumerate(items):
            parts += lines_of(item, depth + 2, key, "," if number < len(items) - 1 else "")
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return [" " * depth + before + opening, *parts, " " * depth + closing + after]


HEAD = """<!-- SPDX-License-Identifier: BSD-3-Clause -->
<!-- Generated by scripts/docs from the tables of the program: do not edit. -->
# Keys of the JSON

This page has every key that overrun writes as JSON. The program writes by the same tables, and the
schemas are made from them.

| document | written by | schema |
|---|---|---|
@DOCUMENTS@

Counts are whole numbers from 0 on, of frames where a key does not say otherwise. Bytes and sizes of
frames include the FCS. Times in ns are since the trial's epoch, or lengths. Every key is always
there, but those marked *optional*.

A command that reads a document checks the whole of it first, against the same tables: keys, kinds,
names, ranges, lengths of lists and texts. Besides, no real number is beyond ±10^24, objects and
lists are nested 32 deep at most, and a file has at most 256 MiB. What does not pass is refused with
the path of the key (`trial.ledger.lost: …`), and so is a document of a later version. Sums are not
checked.

## Documents of an older overrun

The number behind the name, as in `overrun.result/1`, is that of the keys. overrun writes all of
them, and reads every document of its number:

- **A key is added** under the same number. It is marked *added* here, and has a `$comment` in the
  schema. A document that was written before is without it. Its value is then unknown, as where it
  is null: a table or a picture says so or leaves it out, and `compare` does not compare it. It
  never stands for zero.
- **A key is removed, or gets another meaning, kind or unit**: the number goes up. overrun refuses a
  document of another number, and says which one it accepts.

So a history of results that `compare --trend` draws stays readable when overrun is updated. A
document of a *later* overrun may have keys that this one does not know: it is refused, and the
sentence names the key.
"""


WRITERS = {
    "result": "`--json FILE` of run, search, burst, sweep, selftest, ring advise, ring verify",
    "check": "`overrun check --json`",
    "ring": "`--json FILE` of ring show, ring set, ring restore, plan-ring",
    "watch": "`overrun watch --json`, a line for each interval",
    "tcp": "`overrun run --json` with tcp ports",
    "doctor": "`overrun doctor --json`",
    "reproduce": "`overrun reproduce --json`",
    "compare": "`overrun compare --format json`",
    "path": "`overrun path --json`",
    "trend": "`overrun compare --trend DIR --format json`",
    "hop": "`overrun hop --json`",
    "tcp-impact": "`overrun tcp --json`",
    "half": "each host of a trial over several hosts, for the one that joins the halves",
}


def kind_of(name, row):
    """What stands on the page for a kind."""
    kind = KINDS.get(row["kind"], row["kind"])
    if row["kind"] == "object":
        kind = f"[{row['table']}](#{name}-{row['table']})"
    elif row["kind"] == "list":
        table = f"[{row.get('table')}](#{name}-{row.get('table')})"
        item = {"object": table, "tuple": f"{table}, each a list of its values", "exact": "numbers"}.get(
            row["item"], f"{row['item']}s")
        kind = f"list of {item}"
    return kind + (" or null" if row["null"] else "") + (", *optional*" if row["optional"] else "") + (
        ", *added*" if row["added"] else "")


def unit_of(key):
    """The unit is the end of a key's name."""
    if "_per_" in key:
        return "1/" + key.rsplit("_per_", 1)[1].split("_")[0]
    return UNITS.get(key.rsplit("_", 1)[-1], "") if "_" in key else ""


def about_of(row):
    names = ", ".join(f"`{name}`" for name in row.get("names", []))
    fixed = f"`{row['fixed']}`" if "fixed" in row else str(row["max"]) if row["kind"] == "constant" else ""
    return "; ".join(part for part in (names, fixed, row.get("about", "").replace("|", "\\|")) if part)


def print_table(name, heading, table, tables):
    print(f"\n### {heading}\n")
    if "about" in table:
        about = table["about"][0].upper() + table["about"][1:].rstrip(".") + "."
        print("\n".join(textwrap.wrap(about, 100)) + "\n")
    print("| key | kind | unit | |\n|---|---|---|---|")
    for row in rows_of(table, tables):
        print(f"| `{row['key']}` | {kind_of(name, row)} | {unit_of(row['key'])} | {about_of(row)} |")


def print_page(documents):
    lines = (f"| [overrun.{name}/1](#overrun{name}1) | {writer} | [{name}.schema.json]({name}.schema.json) |"
             for name, writer in WRITERS.items())
    print(HEAD.replace("@DOCUMENTS@", "\n".join(lines)), end="")
    for name, document in documents.items():
        print(f"\n## overrun.{name}/1")
        for root in document["roots"]:
            print_table(name, f"{name} of {root.get('command', 'every command')}", root["table"], document["tables"])
        for key, table in document["tables"].items():
            if any(row.get("table") == key and "key" in row for other in
                   [*document["tables"].values(), *(root["table"] for root in document["roots"])]
                   for row in other["rows"]):
                print_table(name, f"{name} {key}", table, document["tables"])


def main():
    with open(sys.argv[-1], encoding="utf-8") as file:
        documents = json.load(file)["json"]
    if sys.argv[1] == "md":
        print_page(documents)
    else:
        print("\n".join(lines_of(schema_of(sys.argv[2], documents[sys.argv[2]]), 0, "", "")))


main()
