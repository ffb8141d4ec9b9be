"""What rendering knows of a module of Terraform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Module:
    """A folder of Terraform. `variables` are those that it declares: True if it asks for a value."""

    folder: str
    variables: Mapping[str, bool] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The variables without a default."""
        return tuple(name for name, required in self.variables.items() if required)
