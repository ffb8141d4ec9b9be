"""What a runtime is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from meshwarden.findings import Pointer
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Deployment, Mesh, Product
from meshwarden.render.content import Content
from meshwarden.render.overrides import place_in_override
from meshwarden.render.targets.target import NotRendered, ObjectKind, Rendered, Why


@dataclass(frozen=True)
class RuntimeContext:
    """How a product runs in an environment, with all that rendering it needs.

    `environment` has the domain's overrides of the mesh's coordinates in it. `settings` is what
    deployment.yaml says there of this runtime, and `pointer` where it says it. `content` are the documents
    that are not meshwarden's own, among them those that the product brings along.
    """

    mesh: Mesh
    content: Content
    environment: Environment
    product: Product
    deployment: Deployment
    settings: Mapping[str, Any]
    pointer: Pointer
    namespace: str
    service_account: str

    def at(self, *keys: str | int, reason: str, why: Why = Why.REFUSED) -> NotRendered:
        """What is not rendered because of something that deployment.yaml says of the runtime.

        It is told where it holds from: in what the environment overrides, else in what is said for all.
        """
        runtime = ("runtime", str(self.pointer[-1]))
        own = place_in_override(self.deployment, self.environment.name, *runtime, *keys) if keys else None
        return NotRendered(self.deployment.manifest.path, reason, own or (*self.pointer, *keys), why)


class Runtime(Protocol):
    """A way to run a data product in a cluster."""

    @property
    def kinds(self) -> tuple[ObjectKind, ...]:
        """The kinds that it may render; none where the product itself brings them."""

    def render(self, context: RuntimeContext) -> Rendered:
        """The runtime's objects, in an environment that has the coordinates that the runtime needs."""
