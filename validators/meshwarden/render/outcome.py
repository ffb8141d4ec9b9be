"""What rendering gives back, and the parts that it is put together from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from meshwarden.findings import Place
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Why


@dataclass(frozen=True, slots=True)
class Unit:
    """A folder that is rendered as a whole, with a SHA256SUMS of its own.

    `sources` are the files that it is rendered from, first the main manifest; `overlays` the folders to build
    with Kustomize; `inputs` the folders written by hand that these reach. `grantees` are those of
    the sources that are other products' and only tell who these are.
    """

    folder: str
    sources: tuple[str, ...]
    overlays: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    grantees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A file that a kustomization reaches and that cannot be read: what it brings is not known."""

    path: str
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class Collision:
    """Manifests that would make one and the same thing, such as a topic, and what to do about it.

    `place` is where the last of them asks for it, `others` are those of the rest.
    """

    place: Place
    message: str
    others: tuple[Place, ...] = ()
    hint: str = "Give each its own place in its contract's servers."


@dataclass(frozen=True, slots=True)
class Beyond:
    """A namespace or a kind that objects of a project need, and that mesh.yaml's ceiling does not have."""

    project: str
    namespace: str | None = None
    kind: ObjectKind | None = None

    @property
    def message(self) -> str:
        """It in words."""
        what = f"kind `{self.kind.group}/{self.kind.kind}`" if self.kind else f"namespace `{self.namespace}`"
        return f"project `{self.project}` needs {what}, which is beyond mesh.yaml's ceiling"


@dataclass(frozen=True)
class Rendering:
    """All that is rendered of a mesh.

    `unreadable` are files written by hand that are reached and cannot be read.
    `files` are by path relative to the mesh's folder, sorted. `beyond_ceiling` says what no Argo CD project
    may hold, as mesh.yaml's ceiling is lower: it is rendered, but in no project.
    """

    files: Mapping[str, bytes]
    units: tuple[Unit, ...]
    not_rendered: tuple[NotRendered, ...]
    beyond_ceiling: tuple[Beyond, ...] = ()
    collisions: tuple[Collision, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    applications: tuple[Application, ...] = ()

    def left_out(self, why: Why) -> tuple[NotRendered, ...]:
        """What is not rendered for that reason."""
        return tuple(found for found in self.not_rendered if found.why is why)


@dataclass(frozen=True)
class Application:
    """An overlay as Argo CD syncs it, and what it brings to the cluster.

    `project` is the domain's name, or None for the platform. `objects` are what the overlay holds as far as
    it is known without building it. `paths` are the folders that the overlay is made of.
    """

    name: str
    project: str | None
    environment: str
    namespace: str
    folder: str
    paths: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[Object, ...] = ()


@dataclass(frozen=True)
class Part:
    """A unit with its files, but for app.json and SHA256SUMS, which are made when all units are known."""

    unit: Unit
    files: Mapping[str, bytes]
    applications: tuple[Application, ...]
    unreadable: tuple[Unreadable, ...] = ()
