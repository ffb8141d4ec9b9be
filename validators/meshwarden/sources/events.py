"""The event stream of libyaml, which both the data and the places of a document are made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from meshwarden.errors import CouldNotFinish


def events(text: str) -> Iterator[Any]:
    """The events of `text`, one by one; libyaml's errors are raised as PyYAML's YAMLError.

    `Any`, as PyYAML's types call the marks optional that its C parser always sets. `CouldNotFinish` if
    PyYAML was built without libyaml: its parser in Python is slow, and its marks are others.
    """
    if not yaml.__with_libyaml__:
        raise CouldNotFinish(
            "PyYAML is installed without libyaml, which meshwarden reads YAML with",
            "Install PyYAML from a wheel, or with the headers of libyaml at hand.",
        )
    return iter(yaml.CSafeLoader(text).get_event, None)


def is_merge_key(event: Any) -> bool:
    """Whether a key's event is a plain `<<`: quoted it is text like any other."""
    return type(event) is yaml.ScalarEvent and event.value == "<<" and not event.style and not event.tag
