"""Which version of a contract is in force in an environment, and what its objects are called."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from meshwarden.manifests import fields
from meshwarden.manifests.versions import Key, same_version, version_key
from meshwarden.mesh.records import Contract, Product
from meshwarden.render import names


def in_force(product: Product, environment: str) -> tuple[tuple[Contract, ...], tuple[str, ...]]:
    """The contracts in an environment, one version of each, by path; and what could not be chosen."""
    pinned = fields.mapping(
        product.deployment.overrides.get(environment) if product.deployment else {}, "ports"
    )
    chosen, problems = [], []
    for identity, versions in _by_identity(product).items():
        wanted = dict(_pins(product, identity, pinned))
        found = _newest(versions)
        if wanted:
            port, version = next(iter(wanted.items()))
            matching = [contract for contract in versions if same_version(contract.version, version)]
            if not (matching and all(same_version(version, other) for other in wanted.values())):
                problems.append(
                    f"port `{port}` has version `{version}` in force in `{environment}`: no contract has it"
                )
                continue
            found = matching[0]
        chosen.append(found)
    return tuple(sorted(chosen, key=lambda contract: contract.manifest.path)), tuple(problems)


def called(product: Product) -> Mapping[str, str]:
    """What the objects of each contract are called, by the contract's path: the same for all its versions.

    The name is the contract's own, as file names of old versions differ; the file's where that is not unique.
    """
    newest = {identity: _newest(versions) for identity, versions in _by_identity(product).items()}
    own = {
        identity: fields.text(found.manifest.data, "name") or found.stem for identity, found in newest.items()
    }
    taken = Counter(map(names.label, own.values()))
    found = {}
    for identity, versions in _by_identity(product).items():
        unique = taken[names.label(own[identity])] == 1
        name = names.label(own[identity] if unique else newest[identity].stem)
        found.update({contract.manifest.path: name for contract in versions})
    return found


def _by_identity(product: Product) -> dict[str, list[Contract]]:
    """The readable contracts by id; those without one, each on its own."""
    found: dict[str, list[Contract]] = defaultdict(list)
    for contract in product.contracts:
        if contract.manifest.known:
            found[contract.id or contract.manifest.path].append(contract)
    return found


def _pins(product: Product, identity: str, pinned: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for port in product.outputs:
        if port.contract == identity and isinstance(version := pinned.get(port.name), str):
            yield port.name, version


def _newest(versions: Sequence[Contract]) -> Contract:
    """The newest version; of a draft only where there is nothing else: it takes the place of no other."""
    agreed = [contract for contract in versions if not contract.under_way]
    return max(agreed or versions, key=_newness)


def _newness(contract: Contract) -> tuple[Key, str]:
    return version_key(contract.version), contract.manifest.path
