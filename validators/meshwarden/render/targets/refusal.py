"""What of a contract cannot be rendered, before it is known to which server and file that belongs."""

from __future__ import annotations

from dataclasses import dataclass

from meshwarden.findings import Pointer
from meshwarden.render.targets.target import NotRendered, ServerContext, Why


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that a contract says and that is not rendered: where it stands, and why it cannot be."""

    pointer: Pointer
    reason: str
    why: Why = Why.REFUSED

    def of(self, context: ServerContext) -> NotRendered:
        """The same of a server's contract."""
        return context.at(self.pointer, self.reason, why=self.why)
