"""Data products, and which contracts and deployments belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from meshwarden.manifests import bitol, fields
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.mesh.environments import environments_of
from meshwarden.mesh.grants import grants_of
from meshwarden.mesh.records import Contract, Deployment, Domain, Product


@dataclass(frozen=True)
class Found:
    """The products by key, all contracts by path, and to which product each manifest belongs."""

    products: Mapping[str, Product]
    contracts: tuple[Contract, ...]
    owners: Mapping[str, str]


def find_products(
    manifests: Sequence[Manifest],
    contracts: Sequence[Manifest],
    deployments: Sequence[Manifest],
    domains: Iterable[Domain],
) -> Found:
    """Products and what belongs to them. What cannot be read has its place too: things refer to it."""
    domains_at = _Domains(domains)
    places = _Places(manifests)
    contracts_of: dict[str | None, list[Manifest]] = defaultdict(list)
    for manifest in contracts:
        owner = places.product_of(manifest)
        contracts_of[owner.path if owner else None].append(manifest)
    deployed: dict[str, Manifest] = {}
    for manifest in deployments:
        if owner := places.product_of(manifest):
            first = deployed.setdefault(owner.path, manifest)
            if _at_its_place(manifest) and not _at_its_place(first):
                deployed[owner.path] = manifest
    products: dict[str, Product] = {}
    owners: dict[str, str] = {}
    all_contracts = [_contract(found, None) for found in contracts_of[None]]
    for manifest in places.products:
        domain = domains_at.around(manifest)
        key = f"{domain.name if domain else _domain_name(manifest)}/{_name(manifest)}"
        held = tuple(_contract(found, key) for found in contracts_of[manifest.path])
        all_contracts.extend(held)
        products.setdefault(key, _product(manifest, key, domain, held, deployed.get(manifest.path)))
        belonging = [manifest, *contracts_of[manifest.path]]
        belonging += [deployed[manifest.path]] if manifest.path in deployed else []
        owners.update({found.path: key for found in belonging})
    return Found(products, tuple(sorted(all_contracts, key=lambda found: found.manifest.path)), owners)


class _Places:
    """Where products lie, and so what belongs to them.

    A product and its contracts and deployment are joined by what their paths say, as the layout may put them
    into folders apart; what does not lie at its place belongs to the nearest folder above it that holds a
    product.
    """

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.products: list[Manifest] = []
        self._by_folder: dict[str, list[Manifest]] = defaultdict(list)
        self._by_path: dict[tuple[str | None, str], Manifest] = {}
        for manifest in sorted(manifests, key=lambda found: not _at_its_place(found)):
            beside = self._by_folder[manifest.folder]
            said = _said(manifest)
            if (said and said not in self._by_path) or not beside:
                self.products.append(manifest)
                beside.append(manifest)
            if said:
                self._by_path.setdefault(said, manifest)
        self.products.sort(key=lambda found: found.path)

    def product_of(self, manifest: Manifest) -> Manifest | None:
        """The product that a contract or deployment belongs to; None if that cannot be told."""
        said = _said(manifest)
        if said and said in self._by_path:
            return self._by_path[said]
        folder = _nearest_above(manifest.folder, self._by_folder)
        beside = self._by_folder[folder] if folder is not None else []
        return beside[0] if len(beside) == 1 else None


class _Domains:
    """Where domains lie, and so what belongs to them: joined by their paths, or by the folder."""

    def __init__(self, domains: Iterable[Domain]) -> None:
        self._by_path: dict[tuple[str | None, str], Domain] = {}
        self._by_folder: dict[str, list[Domain]] = defaultdict(list)
        for domain in domains:
            self._by_folder[domain.folder].append(domain)
            variables = domain.manifest.variables
            if _at_its_place(domain.manifest) and "domain" in variables:
                self._by_path[variables.get("type"), variables["domain"]] = domain

    def around(self, manifest: Manifest) -> Domain | None:
        """The domain that a product belongs to; None if that cannot be told."""
        variables = manifest.variables if _at_its_place(manifest) else {}
        if name := variables.get("domain"):
            for kind in (variables.get("type"), None):
                if (kind, name) in self._by_path:
                    return self._by_path[kind, name]
        folder = _nearest_above(manifest.folder, self._by_folder)
        beside = self._by_folder[folder] if folder is not None else []
        return beside[0] if len(beside) == 1 and not (name and _is_flat(beside[0])) else None


def _is_flat(domain: Domain) -> bool:
    """Whether a domain's file, and no folder, is called as the domain."""
    name = domain.manifest.variables.get("domain")
    return name is not None and name not in domain.folder.split("/")


def _at_its_place(manifest: Manifest) -> bool:
    return manifest.kind is manifest.expected


def _said(manifest: Manifest) -> tuple[str | None, str] | None:
    """Domain and product as the path of a manifest at its place says; None where it does not."""
    product = manifest.variables.get("product") if _at_its_place(manifest) else None
    return (manifest.variables.get("domain"), product) if product else None


def _name(manifest: Manifest) -> str:
    """What a product is called: by its path where the layout says so, else by its folder."""
    said = _said(manifest)
    return said[1] if said else manifest.folder.rpartition("/")[2]


def _domain_name(manifest: Manifest) -> str:
    above = manifest.folder.split("/")
    return manifest.variables.get("domain") or (above[-2] if len(above) > 1 else "")


def _nearest_above(folder: str, folders: Iterable[str]) -> str | None:
    """The folder itself or the nearest above it that is among `folders`; None if none is."""
    while folder not in folders:
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def _product(
    manifest: Manifest,
    key: str,
    domain: Domain | None,
    contracts: tuple[Contract, ...],
    deployed: Manifest | None,
) -> Product:
    data = manifest.data if manifest.known else None
    deployment = _deployment(deployed) if deployed else None
    own = deployment.environments if deployment else None
    environments = own if own is not None else domain.environments if domain else ()
    domain_name, _, name = key.rpartition("/")
    return Product(
        name=name,
        domain=domain_name,
        folder=manifest.folder,
        id=fields.text(data, "id"),
        version=fields.text(data, "version"),
        status=fields.text(data, "status"),
        owner=fields.text(data, "team", "name") or (domain.owner if domain else None),
        inputs=tuple(bitol.ports(data, "inputPorts")),
        outputs=tuple(bitol.ports(data, "outputPorts")),
        contracts=contracts,
        deployment=deployment,
        environments=environments,
        manifest=manifest,
    )


def _contract(manifest: Manifest, product: str | None) -> Contract:
    data = manifest.data if manifest.known else None
    # A contract that broke further down is still known by its id; another specification's is not.
    broken = manifest.standing in (Standing.UNREADABLE, Standing.UNKNOWN_VERSION)
    return Contract(
        id=fields.text(data, "id") or (manifest.document.head.get("id") if broken else None),
        version=fields.text(data, "version"),
        status=fields.text(data, "status"),
        product=product,
        objects=tuple(bitol.schema_objects(data)),
        servers=tuple(bitol.servers(data)),
        manifest=manifest,
    )


def _deployment(manifest: Manifest) -> Deployment:
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = environments_of(spec)
    access = tuple(grants_of(manifest.data))
    said = isinstance(spec.get("environments"), list)
    return Deployment(environments if said else None, overrides, spec, access, manifest)
