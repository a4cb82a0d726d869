# SPDX-License-Identifier: BSD-3-Clause
"""Objects made of the JSON that overrun writes: keys are attributes, null is None."""

from __future__ import annotations

import functools
import keyword
import math
import re
import typing
from typing import Any, Dict, Iterator, Mapping


class Unreadable(ValueError):
    """A document that is none of overrun's, or of a version that this module does not know."""


def attribute_of(key: str) -> str:
    """The attribute of a key: a word of Python gets an underscore behind it, a number one before it."""
    if keyword.iskeyword(key):
        return key + "_"
    return key if key.isidentifier() else "_" + "".join(c if c.isalnum() else "_" for c in key)


class Record:
    """An object of a document. It cannot be changed. `record["key"]` and `record.key` are the same.

    A key that an older program did not write is None, as what it wrote as null. A name that is no key is an
    AttributeError. `raw` is the object as it was read, with keys that this module does not know.
    """

    __slots__ = ("raw", "__dict__")
    raw: Mapping[str, Any]

    def __init__(self, raw: Mapping[str, Any], values: Mapping[str, Any]):
        object.__setattr__(self, "raw", raw)
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: {type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name}: {type(self).__name__} cannot be changed")

    def __getitem__(self, key: str) -> Any:
        try:
            return self.__dict__[attribute_of(key)]
        except KeyError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        return iter(keys_of(type(self)))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.raw == typing.cast(Record, other).raw

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        plain = (f"{key}={value!r}" for key, value in self.__dict__.items()
                 if not isinstance(value, (Record, list, dict)))
        return f"{type(self).__name__}({', '.join(plain)})"


@functools.lru_cache(maxsize=None)
def keys_of(cls: type) -> Dict[str, Any]:
    """The keys of a record and the types of their values."""
    names: Dict[str, str] = getattr(cls, "_names", {})
    return {names.get(name, name): hint for name, hint in typing.get_type_hints(cls).items() if name != "raw"}


def fail(path: str, value: Any, accepted: str) -> Unreadable:
    shown = repr(value) if not isinstance(value, (dict, list)) else "an object" if isinstance(value, dict) else "a list"
    return Unreadable(f"{path or 'the document'}: found {shown[:80]}, accepted: {accepted}")


def number(path: str, value: Any, wanted: type) -> Any:
    # a count beyond the integers of JSON stands as text, so that no reader rounds it
    if wanted is int and isinstance(value, str) and re.fullmatch("[1-9][0-9]{18,19}", value):
        return int(value)
    whole = isinstance(value, int) and not isinstance(value, bool)
    if wanted is int and whole:
        return value
    if wanted is float and (whole or isinstance(value, float)):
        try:
            real = float(value)
        except OverflowError:
            real = math.inf
        if math.isfinite(real):
            return real
    raise fail(path, value, "a whole number" if wanted is int else "a number")


def build(path: str, value: Any, hint: Any) -> Any:
    """A value of JSON as the type that its key has."""
    origin = typing.get_origin(hint)
    if origin is typing.Union:
        if value is None:
            return None
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
        origin = typing.get_origin(hint)
    if hint is Any:
        return value
    if isinstance(hint, type) and issubclass(hint, Record):
        return build_record(path, value, hint)
    if origin is list or origin is tuple:
        if not isinstance(value, list):
            raise fail(path, value, "a list")
        of = typing.get_args(hint)
        if len(of) == 2 and of[1] is Ellipsis:
            of = of[:1] * len(value)
        if origin is tuple and len(value) != len(of):
            raise fail(path, value, f"a list of {len(of)}")
        return (tuple if origin is tuple else list)(
            build(f"{path}[{i}]", item, of[i] if origin is tuple else of[0]) for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise fail(path, value, "an object")
        return {key: build(f"{path}.{key}", item, typing.get_args(hint)[1]) for key, item in value.items()}
    if hint in (int, float):
        return number(path, value, hint)
    if not isinstance(value, hint):
        raise fail(path, value, "true or false" if hint is bool else "a text")
    return value


def build_record(path: str, value: Any, cls: type) -> Any:
    if not isinstance(value, dict):
        raise fail(path, value, "an object")
    hints = keys_of(cls)
    special = getattr(cls, "_by_command", None)
    if special is not None:
        hints = {**hints, **special().get(value.get("command"), {})}
    values = {}
    for key, hint in hints.items():
        inner = f"{path}.{key}" if path else key
        values[attribute_of(key)] = build(inner, value[key], hint) if value.get(key) is not None else None
    return cls(value, values)
