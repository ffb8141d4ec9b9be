"""Modules of a mesh that OPA would take and meshwarden does not: what is wrong there would never be seen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from meshwarden.manifests import fields
from meshwarden.policy import rego
from meshwarden.policy.modules import Module, Policy, claims, policies

# What policies are given as `data.file` and `data.mesh`; a package of that name would never be seen.
_GIVEN: Final = ("file", "mesh")
# Packages that decide for others: OPA's own, and meshwarden's.
_RESERVED: Final = ("system", "meshwarden")
_NUMBER: Final = re.compile(r"\d{4301}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A module that no policy is judged by, why, and at which line and column of it."""

    module: Module
    message: str
    line: int = 1
    column: int = 1


def refusals(modules: Sequence[Module]) -> list[Refusal]:
    """Why some of the modules are not given to OPA; of meshwarden's own, none is."""
    loaded = {module.package for module in modules if module.package}
    found = [refusal for module in modules if not module.own for refusal in _of(module, loaded)]
    found += [*_claimed_twice(modules), *_merged(modules)]
    gone = {refusal.module for refusal in found}
    return found + torn([module for module in modules if module not in gone], gone)[1]


def torn(modules: Sequence[Module], gone: Collection[Module]) -> tuple[list[Module], list[Refusal]]:
    """What is left of `modules` without those that refer to the package of one that is gone.

    What is not there is undefined, and a policy that looks at it would never deny.
    """
    left, refused, missing = list(modules), [], list(gone)
    while dependent := [found for module in left if (found := _dependent(module, missing))]:
        refused += dependent
        missing = [refusal.module for refusal in dependent]
        left = [module for module in left if module not in missing]
    return left, refused


def _dependent(module: Module, missing: Collection[Module]) -> Refusal | None:
    for path, _, line in rego.references(module.text):
        for other in missing:
            if other.package and _overlap(path, other.package):
                what = f"`data.{'.'.join(other.package)}`, and {other.path} is refused"
                return Refusal(module, f"it refers to {what}", line)
    return None


def _overlap(one: rego.Path, other: rego.Path) -> bool:
    """Whether one of two paths leads to the other, or beyond it."""
    return all(left == right for left, right in zip(one, other, strict=False))


def _of(module: Module, loaded: Collection[rego.Path]) -> Iterator[Refusal]:
    if any("\udc80" <= letter <= "\udcff" for letter in module.text):
        yield Refusal(module, "it is not UTF-8")
        return
    if _NUMBER.search(module.text):
        yield Refusal(module, "it holds a number of more than 4,300 digits, which not every reader takes")
    package = module.package
    if package is None:
        return  # OPA says what is there instead
    name, line = ".".join(package), rego.package_line(module.text)
    if package[0] in _GIVEN:
        why = f"would hide behind `data.{package[0]}`, which every policy is given"
        yield Refusal(module, f"package `{name}` {why}", line)
    elif package[0].startswith(_RESERVED):
        why = "is not the mesh's to say: `system…` and `meshwarden…` decide for all policies"
        yield Refusal(module, f"package `{name}` {why}", line)
    for path, is_import, at in rego.references(module.text):
        if is_import and path[0] not in _GIVEN and not any(_overlap(path, known) for known in loaded):
            why = f"nothing gives `data.{'.'.join(path)}`: what depends on it would never deny"
            yield Refusal(module, why, at)


def _claimed_twice(modules: Sequence[Module]) -> Iterator[Refusal]:
    """The policies that claim an id that another has, and so are not among `policies`."""
    holders = {policy.id: policy for policy in policies(modules)}
    for claim in claims(modules):
        if claim != holders[claim.id]:
            yield Refusal(claim.module, _taken(claim, holders[claim.id]))


def _taken(claim: Policy, holder: Policy) -> str:
    return (
        f"the rule `{claim.id}` is that of {holder.module.path} already: "
        "give it an id of its own, as `custom.id` in the METADATA of its package"
    )


def _merged(modules: Sequence[Module]) -> Iterator[Refusal]:
    """Of files that share a package, those that name for themselves what OPA makes one set of."""
    claimants: dict[tuple[rego.Path, str], list[tuple[str, Module]]] = defaultdict(list)
    for module in sorted(modules, key=lambda found: found.path):
        rule = fields.text(module.metadata, "custom", "id")
        if rule and module.package and not module.own:
            for entry in module.entries:
                claimants[module.package, entry].append((rule, module))
    for (package, entry), ((first, holder), *others) in claimants.items():
        for rule, module in others:
            if rule != first:
                one = f"`{entry}` of package `{'.'.join(package)}` is one set, which {holder.path} calls"
                yield Refusal(module, f"{one} `{first}`: give this file a package of its own")
