# SPDX-License-Identifier: BSD-3-Clause
"""Read the results of overrun, a packet loss tester.

    import overrun

    result = overrun.read("result.json")
    print(result.verdict, result.trial.ledger.lost, "of", result.trial.ledger.sent)
    for account in result.trial.ledger.accounts:
        print(account.place, account.frames, account.counter, account.why)

Keys of the JSON are attributes, with their names and units; null is None, and means unknown. overrun.documents
has a class for each object.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any, Iterator, Union

from . import documents
from .documents import *  # noqa: F403
from .documents import Document
from .record import Record, Unreadable, build_record

try:
    from ._version import VERSION as __version__  # type: ignore
except ImportError:  # the source, which meson.build knows the version of
    __version__ = None
__all__ = ["Record", "Unreadable", "parse", "read", "read_lines", *documents.__all__]

Source = Union[str, "os.PathLike[str]", IO[str]]


def _no_number(text: str) -> Any:
    raise Unreadable(f"found {text}, accepted: numbers of JSON")


def _begins_with_json(error: Exception) -> bool:
    """Whether what follows the first value of a text is one too, as in the lines of watch."""
    if not isinstance(error, json.JSONDecodeError) or error.msg != "Extra data":
        return False
    try:
        json.JSONDecoder().raw_decode(error.doc, error.pos)
    except (ValueError, RecursionError):
        return False
    return True


def parse(text: Union[str, bytes]) -> Document:
    """A document from its text. Raises Unreadable: it is no JSON, none of overrun's, or of another version."""
    try:
        raw = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        if _begins_with_json(error):
            raise Unreadable("found several documents, accepted: one; read_lines() takes those of watch") from None
        raise Unreadable(f"found no JSON ({error}), accepted: what overrun --json writes") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("schema"), str):
        raise Unreadable("found JSON without a schema, accepted: what overrun --json writes")
    cls = documents.SCHEMAS.get(raw["schema"])
    if cls is None:
        raise Unreadable(f"schema: found {raw['schema'][:80]!r}, accepted: {', '.join(documents.SCHEMAS)}")
    document: Document = build_record("", raw, cls)
    return document


def _text_of(source: Source) -> str:
    if isinstance(source, (str, os.PathLike)):
        if source == "-":
            return sys.stdin.read()
        with open(source, encoding="utf-8") as file:
            return file.read()
    return source.read()


def _named(source: Source, error: Exception) -> Unreadable:
    name = source if isinstance(source, (str, os.PathLike)) else getattr(source, "name", "the file")
    return Unreadable(f"{os.fspath(name) if not isinstance(name, int) else name}: {error}")


def read(source: Source) -> Document:
    """The document in a file: a path, "-" for stdin, or a file that is open.

    Raises Unreadable, a ValueError, with the file and the key in its sentence, and OSError.
    """
    try:
        return parse(_text_of(source))
    except (Unreadable, UnicodeDecodeError) as error:
        raise _named(source, error) from None


def read_lines(source: Source) -> Iterator[Document]:
    """The documents of a file with one on each line, as `overrun watch --json` writes it, while it is written."""
    if isinstance(source, (str, os.PathLike)) and source != "-":
        with open(source, encoding="utf-8") as file:
            yield from read_lines(file)
        return
    lines: IO[str] = sys.stdin if isinstance(source, (str, os.PathLike)) else source
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = parse(line)
        except Unreadable as error:
            raise _named(source, Unreadable(f"line {number}: {error}")) from None
        yield document
