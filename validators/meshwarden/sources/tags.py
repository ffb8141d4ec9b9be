"""YAML's core tags, the only ones that a manifest may use: `!!str 2` is text, `!Ref x` is no YAML of ours."""

from __future__ import annotations

from typing import Final

from meshwarden.sources.scalars import Scalar, resolve

_PREFIX: Final = "tag:yaml.org,2002:"
_NAMES: Final = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}


def is_core(tag: str, name: str) -> bool:
    """Whether `tag` is YAML's own for a value that is `name`: map, seq, str, int, float, bool or null."""
    return tag in ("!", _PREFIX + name)


def scalar_of(tag: str, text: str) -> tuple[Scalar, bool]:
    """The value of a tagged scalar, and whether the tag is a core one that fits the text."""
    if is_core(tag, "str"):
        return text, True
    value = resolve(text)
    if tag == _PREFIX + "float" and type(value) is int:
        try:
            return float(value), True
        except OverflowError:  # hexadecimal digits say more than a float holds
            return value, False
    return value, is_core(tag, _NAMES[type(value)])


def shown(tag: str) -> str:
    """The tag as people write it."""
    return "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag
