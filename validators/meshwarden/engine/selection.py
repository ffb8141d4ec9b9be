"""Which rules run: mesh.yaml's word, then the command line's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from meshwarden.errors import WrongUsage
from meshwarden.manifests.settings import Settings


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules or categories to run alone, and not to run; a category is `name` or `name/*`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def holds(self, rule: str, settings: Settings, *, ignorable: bool = True) -> bool:
        """Whether a rule runs. `ignorable` tells whether mesh.yaml may ignore it."""
        chosen = not self.select or _named(rule, self.select)
        return chosen and not _named(rule, (*self.ignore, *(settings.ignore if ignorable else ())))

    def must_name(self, rules: Collection[str]) -> None:
        """Raise `WrongUsage` where the command line names something that is none of the rules."""
        known = {*rules, *(rule.partition("/")[0] for rule in rules)}
        for name in (*self.select, *self.ignore):
            if name.removesuffix("/*") not in known:
                raise WrongUsage(f"`{name}` is no rule and no category", "`meshwarden rules` lists them.")


def means(name: str, rule: str) -> bool:
    """Whether a name is the rule's, or its category's."""
    return name.removesuffix("/*") in (rule, rule.partition("/")[0])


def _named(rule: str, names: Sequence[str]) -> bool:
    return any(means(name, rule) for name in names)
