"""Breaches of the rules about what files are, where they lie, and what is called how."""

from __future__ import annotations

import re
from typing import Final

from hypothesis import strategies as st
from tests.engine.breach import (
    DELETED,
    MESH,
    OWN,
    Breach,
    any_of,
    changed,
    names,
    of_kind,
    other,
    places,
    texts,
)
from tests.engine.changed_mesh import at, manifest, manifests, text_of

from meshwarden.manifests.kinds import KINDS

_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_TYPES: Final = ["sourceAligned", "aggregate", "consumerAligned"]
_names = places("Mesh", "WaiverList", *OWN, called="metadata/name") + places("DataProduct", called="name")


@st.composite
def _elsewhere(draw: st.DrawFn) -> Breach:
    """A manifest at a place that the layout has for none, or for one of another kind."""
    moved = draw(st.sampled_from(manifests()))
    others = [found.path for found in manifests() if found.kind != moved.kind and found.path != MESH]
    free = st.builds("{}/{}.yaml".format, st.sampled_from(["domains", "platform"]), names)
    path = draw(st.sampled_from(others) | free)
    gone = {} if moved.path == MESH else {moved.path: None}
    return Breach({**gone, path: text_of(moved.data)}, [(path, ())])


@st.composite
def _missing(draw: st.DrawFn) -> Breach:
    path = draw(st.sampled_from(of_kind("DataProduct", *OWN))).path
    return Breach({path: None}, [(path, ())])


@st.composite
def _unknown_file(draw: st.DrawFn) -> Breach:
    folder = draw(st.sampled_from(["domains", "domains/source-aligned/trips", "domains/x/y/z", "platform"]))
    name = draw(names.filter(lambda name: name not in ("domain", "plane", "stage", "product")))
    kind = draw(st.sampled_from([{}, {"kind": "Deployment", "apiVersion": "apps/v1"}]))
    data = {**draw(st.dictionaries(names.map("x{}".format), texts, max_size=3)), **kind}
    path = f"{folder}/{name}.{draw(st.sampled_from(['yaml', 'yml', 'json', 'YAML']))}"
    return Breach({path: text_of(data, flow=True)}, [(path, ())])


@st.composite
def _other_type(draw: st.DrawFn) -> Breach:
    typed = places("Domain", called="spec/type") + places("Plane", called="metadata/name")
    path, pointer = draw(st.sampled_from(typed))
    own = at(manifest(path).data, pointer)
    types = [name for name in _TYPES if name != own] if own in _TYPES else []
    return changed(path, pointer, draw(st.sampled_from(types) if types else other([own])))


@st.composite
def _api(draw: st.DrawFn, *, known: bool) -> Breach:
    """The apiVersion of another group, or an unknown version of the own one."""
    found = draw(st.sampled_from(manifests()))
    bitol = found.kind in ("DataProduct", "DataContract")
    form = r"v?[0-9]+(\.[0-9]+)*" if bitol else r"meshwarden\.dev(/.*)?"
    unlike = texts.filter(lambda text: not re.fullmatch(form, text, re.DOTALL))
    like = (
        st.from_regex(r"v[0-9]\.[0-9]\.[0-9]", fullmatch=True)
        if bitol
        else names.map("meshwarden.dev/{}".format)
    )
    unknown = like.filter(lambda text: text not in KINDS[found.kind].api_versions)
    version = draw(unknown if known else unlike)
    return changed(found.path, ("apiVersion",), version)


@st.composite
def _unknown_field(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(of_kind("Mesh", *OWN)))
    place = draw(st.sampled_from([(), ("metadata",), ("spec",)]))
    pointer = (*place, draw(names.map("un{}".format)))
    return changed(found.path, pointer, draw(texts | st.none()))


BREACHES: Final[dict[str, st.SearchStrategy[Breach]]] = {
    "layout/missing-manifest": _missing(),
    "layout/path": _elsewhere(),
    "layout/type": _other_type(),
    "layout/unknown-file": _unknown_file(),
    "naming/metadata-name": any_of(_names, texts.filter(lambda text: not _LABEL.fullmatch(text)))
    | any_of(_names, st.sampled_from(["", " ", "Trips", "a_b", "-a", "a-", "a" * 64, "é", "a.b", "a\n"]))
    | any_of(places("DataProduct", called="name"), st.sampled_from([DELETED, None])),
    "schema/unknown-kind": any_of(places(*KINDS, called="kind"), other(KINDS)) | _api(known=False),
    "schema/version": _api(known=True),
    "schema/violation": _unknown_field(),
}
