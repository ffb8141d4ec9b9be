"""Objects that Kustomize built, judged by the schemas of the mesh's definitions and of Kubernetes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

from meshwarden.findings import NotJudged
from meshwarden.manifests.causes import Cause
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import MESH_FILE, Settings
from meshwarden.manifests.violations import causes_of
from meshwarden.manifests.wording import listed
from meshwarden.render.built_objects import BuiltObject
from meshwarden.render.definitions import DEFINITION, Definition, definitions
from meshwarden.render.kubernetes import Release, nearest, releases
from meshwarden.render.object_schemas import ObjectSchema, without_any_null, without_nulls
from meshwarden.render.targets.target import ObjectKind

_NO_RELEASES: Final = "the schemas of Kubernetes' own kinds are not there. Install meshwarden[kubernetes]"


@dataclass(frozen=True)
class Refused:
    """What the API server would refuse, or drop, of an object."""

    built: BuiltObject
    cause: Cause


Said = Iterator[Refused | NotJudged]


@dataclass(frozen=True)
class Judge:
    """The schemas that there are: of the kinds that the mesh defines, and of Kubernetes' by environment."""

    settings: Settings
    definitions: Mapping[ObjectKind, Definition]
    releases: Mapping[str, Release]

    @classmethod
    def of(cls, settings: Settings, documents: Iterable[Manifest]) -> Judge:
        """The judge of what a mesh is built to, which is rendered with these documents."""
        known = releases()
        by_environment = {
            environment.name: nearest(known, environment.kubernetes)
            for environment in settings.environments or ()
            if known
        }
        by_kind = {found.kind: found for found in definitions(documents, settings.crds)}
        return cls(settings, by_kind, by_environment)

    def judge(self, objects: Iterable[BuiltObject]) -> Said:
        """What is refused of the objects, and what is not judged."""
        by_kind: dict[tuple[ObjectKind, str], list[BuiltObject]] = defaultdict(list)
        for built in objects:
            by_kind[built.kind, str(built.data.get("apiVersion")).rpartition("/")[2]].append(built)
        yield from self._other_releases()
        for (kind, version), those in by_kind.items():
            yield from self._of_kind(kind, version, those)

    def _other_releases(self) -> Iterator[NotJudged]:
        """The environments whose release of Kubernetes is not among those that are installed."""
        if not self.releases:
            yield NotJudged(self.settings.render_path, _NO_RELEASES)
        for environment in self.settings.environments or ():
            release, wanted = self.releases.get(environment.name), environment.kubernetes
            if release and wanted and str(release) != wanted:
                reason = (
                    f"there are no schemas of Kubernetes {wanted}: those of {release} judge its own kinds"
                )
                yield NotJudged(MESH_FILE, reason)

    def _of_kind(self, kind: ObjectKind, version: str, objects: Sequence[BuiltObject]) -> Said:
        definition = self.definitions.get(kind)
        if definition:
            yield from _by_definition(definition, version, objects)
        elif self._is_of_kubernetes(kind.group):
            yield from self._by_releases(kind, version, objects)
        else:
            called = f"`{kind.kind}` of `{kind.group}`"
            yield NotJudged(MESH_FILE, f"`spec.crds` names no CustomResourceDefinition of {called}")

    def _is_of_kubernetes(self, group: str) -> bool:
        if self.releases:
            return any(release.knows_group(group) for release in set(self.releases.values()))
        return "." not in group or group.endswith(".k8s.io")

    def _by_releases(self, kind: ObjectKind, version: str, objects: Sequence[BuiltObject]) -> Said:
        whole = [*self._whole(objects)] if kind == DEFINITION else objects
        for release in sorted(set(self.releases.values()), key=lambda found: found.version):
            concerned = [built for built in whole if release in self._releases_of(built)]
            known = release.kinds.get(kind, {})
            if version not in known:
                cause = _unknown(release, kind, version)
                yield from (Refused(built, cause) for built in concerned)
            elif concerned:
                yield from _by_schema(release.schema(known[version]), concerned, without_any_null)

    def _releases_of(self, built: BuiltObject) -> set[Release]:
        """The releases of an object's environments; all where it is for all."""
        names = {overlay.environment for overlay in built.overlays}
        return {release for name, release in self.releases.items() if {name, None} & names}

    def _whole(self, built: Iterable[BuiltObject]) -> Iterator[BuiltObject]:
        """The definitions as they were written: of what was built only their names were read."""
        written = {found.name: found.written.data for found in self.definitions.values()}
        return (replace(one, data=written[one.name]) for one in built if one.name in written)


def _by_definition(definition: Definition, version: str, objects: Sequence[BuiltObject]) -> Said:
    found = definition.version(version)
    if found is None or not found.is_served:
        verb = "serve" if found else "have"
        message = f"its CustomResourceDefinition does not {verb} version `{version}`"
        hint = f"It serves {listed(definition.served)}." if definition.served else None
        yield from (Refused(built, Cause(("apiVersion",), message, hint)) for built in objects)
        return
    schema = found.schema
    try:
        schema.validator  # noqa: B018 -- compiles it
    except ValueError as error:
        yield NotJudged(definition.written.path, f"its schema of `{version}` is none: {error}")
        return
    yield from _by_schema(schema, objects, lambda data: without_nulls(data, schema.schema))


def _by_schema(
    schema: ObjectSchema, objects: Iterable[BuiltObject], mended: Callable[[Any], Any]
) -> Iterator[Refused]:
    for built in objects:
        for cause in causes_of(mended(built.data), schema):
            yield Refused(built, cause)


def _unknown(release: Release, kind: ObjectKind, version: str) -> Cause:
    """That a release has no such kind, or not in that version."""
    api_version = f"{kind.group}/{version}" if kind.group else version
    message = f"Kubernetes {release} has no `{kind.kind}` of `{api_version}`"
    versions = release.kinds.get(kind)
    if versions:
        prefix = f"{kind.group}/" if kind.group else ""
        return Cause(
            ("apiVersion",), message, f"It has {listed(prefix + name for name in sorted(versions))}."
        )
    others = [known.kind for known in release.kinds if known.group == kind.group]
    near = get_close_matches(kind.kind, others, n=1)
    return Cause(("kind",), message, f"Did you mean `{near[0]}`?" if near else None)
