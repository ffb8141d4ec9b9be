"""A breach of a rule: how the reference mesh is changed for it, and where it must be found."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st
from tests.engine.changed_mesh import Manifest, Word, at, manifest, manifests, text_of

from meshwarden.findings import Finding, Pointer, json_pointer

MARK: Final = "‸"
DELETED: Final = object()  # in place of a value


@dataclass(frozen=True)
class Breach:
    """Files that take the place of others (None: there is none), and where the finding is.

    `places` are paths with pointers, of which one must be hit; with `line` and `column` a path alone is.
    `beside` are rules that have to run too.
    """

    files: Mapping[str, bytes | None]
    places: Collection[tuple[str, Pointer]]
    line: int | None = None
    column: int | None = None
    beside: tuple[str, ...] = ()

    def is_found(self, finding: Finding) -> bool:
        """Whether a finding lies where the breach is."""
        if self.line is not None:
            begins = (finding.span.line, finding.span.column)
            return begins == (self.line, self.column) and finding.path in {path for path, _ in self.places}
        return (finding.path, finding.pointer) in {(path, json_pointer(at)) for path, at in self.places}


# Texts as people write them, and as nobody does. Blank ones say nothing, and are no case of another text.
names: Final = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
texts: Final = st.one_of(
    names, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
)
nowhere: Final = names.map("un{}".format)  # what nothing in the mesh is called
nothing: Final = st.sampled_from([DELETED, None, "", " ", "\t\n"])


def other(known: Collection[str]) -> st.SearchStrategy[str]:
    """Texts that are none of the known ones: any, and such as somebody mistyped."""
    near = st.sampled_from(sorted(known)).flatmap(
        lambda text: st.sampled_from(
            [text.upper(), text.title(), f"{text} ", f" {text}", text[:-1], f"{text}s"]
        )
    )
    return (texts | near).filter(lambda text: bool(text.strip()) and text not in known)


def copied(data: Any) -> Any:
    return json.loads(json.dumps(data))


def with_value(data: Any, pointer: Pointer, value: Any) -> Any:
    """The data with another value at a place, or without one."""
    changed = copied(data)
    holder = at(changed, pointer[:-1])
    if value is DELETED:
        del holder[pointer[-1]]
    else:
        holder[pointer[-1]] = value
    return changed


def changed(path: str, pointer: Pointer, value: Any, *places: tuple[str, Pointer]) -> Breach:
    """One value of a manifest changed, which is found there, or at the places that are given."""
    data = with_value(manifest(path).data, pointer, value)
    return Breach({path: text_of(data)}, places or ((path, pointer),))


def marked(path: str, data: Any) -> Breach:
    """A manifest whose text has the mark in front of what is wrong."""
    return marked_text(path, text_of(data).decode())


def marked_text(path: str, text: str) -> Breach:
    before, _, after = text.partition(MARK)
    line = before.count("\n") + 1
    content = (before + after).encode()
    return Breach({path: content}, [(path, ())], line, len(before) - before.rfind("\n"))


def marked_at(found: Manifest, pointer: Pointer, written: str) -> Breach:
    """Plain text with the mark in it, in place of a value of a manifest."""
    return marked(found.path, with_value(found.data, pointer, Word(written)))


def of_kind(*kinds: str) -> list[Manifest]:
    return [found for found in manifests() if found.kind in kinds]


def places(*kinds: str, called: str) -> list[tuple[str, Pointer]]:
    """Where manifests of these kinds have something: `called` is a pointer in which `*` is any index."""
    steps = called.split("/")
    return [(found.path, place) for found in of_kind(*kinds) for place in _fitting(found.data, steps, ())]


def _fitting(data: Any, steps: list[str], reached: Pointer) -> list[Pointer]:
    if not steps:
        return [reached]
    if steps[0] == "*":
        items = enumerate(data) if isinstance(data, list) else ()
        return [found for index, item in items for found in _fitting(item, steps[1:], (*reached, index))]
    below = isinstance(data, dict) and steps[0] in data
    return _fitting(data[steps[0]], steps[1:], (*reached, steps[0])) if below else []


def values(found: Collection[tuple[str, Pointer]]) -> list[Any]:
    """What stands at the places."""
    return [at(manifest(path).data, pointer) for path, pointer in found]


def any_of(found: list[tuple[str, Pointer]], value: st.SearchStrategy[Any]) -> st.SearchStrategy[Breach]:
    """A value at any of the places, found there."""
    return st.builds(lambda place, new: changed(*place, new), st.sampled_from(found), value)


def below(found: list[tuple[str, Pointer]], *keys: str) -> list[tuple[str, Pointer]]:
    """The places at keys below others."""
    return [(path, (*place, *keys)) for path, place in found]


MESH: Final = "mesh.yaml"
OWN: Final = ("Domain", "Plane", "Stage", "PlatformProduct")  # meshwarden's own kinds that have an owner
OWNERS: Final = places(*OWN, called="spec/owner") + places("DataProduct", called="team/name")
TEAMS: Final = places("Mesh", called="spec/teams/*/name")
