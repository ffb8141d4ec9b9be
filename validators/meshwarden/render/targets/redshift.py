"""Servers of type redshift → a Terraform object that runs a module of the platform for each contract.

ACK has no controller for what is in a warehouse: deployment.yaml names the platform's module that makes a
schema. From the contract it gets `database`, `schema`, `owner`, `readers` and `tables`; from the environment
`mesh`, `environment` and `region`, if it declares them; deployment.yaml gives it all else.

Owner and readers are domains, as the users of a warehouse are: a grant lets the consumer's whole domain read.

The objects lie together, in a namespace that the platform keeps for them, with a runner of less rights than
that of its own modules. In a product's namespace, whoever may run a pod there could take the runner's rights;
here a domain makes what modules of the platform let it say, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.render import retention
from meshwarden.render.servers import place_in_deployment
from meshwarden.render.targets import unsaid
from meshwarden.render.targets.metadata import class_of, metadata
from meshwarden.render.targets.redshift_tables import NAME, TAKEN, tables_of
from meshwarden.render.targets.target import NotRendered, Object, Rendered, ServerContext
from meshwarden.render.terraform.backend import SYSTEM, Backend, NoBackend, backend_of, shared_with
from meshwarden.render.terraform.controller import API_VERSION, KIND, name_of, terraform_spec
from meshwarden.render.terraform.module import Module
from meshwarden.render.terraform.variables import missing_values, wrong_values

# https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_SCHEMA.html; `pg_` is of PostgreSQL's catalogue.
_OWN_SCHEMA: Final = re.compile(r"(?:public|information_schema|pg_.*)\Z", re.IGNORECASE)
OF_CONTRACT: Final = ("database", "owner", "readers", "schema", "tables")


class Redshift:
    """A schema for each contract, with its tables, made by a module of the platform."""

    kinds = (KIND,)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """A Terraform object for each contract: a schema has one owner, and readers of its own."""
        objects: list[Object] = []
        refused: list[NotRendered] = []
        for context in contexts:
            found = _of_contract(context)
            objects.extend(found.objects)
            refused.extend(found.refused)
        return Rendered(tuple(objects), tuple(refused))


def _of_contract(context: ServerContext) -> Rendered:
    tables = tables_of(context)
    mistakes = (*_places(context), *tables.refused)
    module = context.module
    if module is None:
        return Rendered(refused=(*mistakes, _no_module(context)))
    variables = _variables(context, module, tables.tables)
    mistakes = (*mistakes, *_of_variables(context, module, variables))
    backend = _backend(context)
    if isinstance(backend, NotRendered):
        return Rendered(refused=(*mistakes, backend))
    if mistakes:
        return Rendered(refused=mistakes)
    return Rendered((_terraform(context, module, variables, backend),), tuple(_not_expressed(context)))


def _places(context: ServerContext) -> Iterator[NotRendered]:
    """What is wrong with where the contract says that its data lies."""
    for key in ("database", "schema"):
        name = fields.text(context.server.fields, key)
        called = f"server `{context.server.name}`"
        if name is None:
            yield context.at_server(f"{called} names no {key}")
        elif NAME.match(name) is None:
            reason = f"{called} names {key} `{name}`, which Redshift does not take: {TAKEN}"
            yield context.at_server(reason, key)
        elif key == "schema" and _OWN_SCHEMA.match(name):
            yield context.at_server(f"{called} names schema `{name}`, which is Redshift's own", key)


def _no_module(context: ServerContext) -> NotRendered:
    name = fields.text(context.settings, "product")
    if name is None:
        called = f"server `{context.server.name}` is of type redshift"
        return context.at_server(
            f"{called}, and deployment.yaml names no product whose module makes its schema"
        )
    reason = f"`{name}` is no product of the platform that has a module of Terraform"
    return _in_deployment(context, reason, "product")


def _in_deployment(context: ServerContext, reason: str, *keys: str | int) -> NotRendered:
    product, environment = context.product, context.environment.name
    pointer = place_in_deployment(product, context.contract, context.server, environment, *keys)
    return NotRendered((product.deployment or product).manifest.path, reason, pointer)


def _variables(context: ServerContext, module: Module, tables: Sequence[Any]) -> dict[str, Any]:
    """What the module is given: what it declares of the environment, what is said, and first the contract."""
    region = fields.text(context.server.fields, "region") or context.environment.coordinate("aws", "region")
    around = {"environment": context.environment.name, "mesh": context.mesh.name, "region": region}
    own = context.product.domain
    return {
        **{name: value for name, value in around.items() if value and name in module.variables},
        **fields.mapping(context.settings, "variables"),
        "database": fields.text(context.server.fields, "database"),
        "owner": own,
        "readers": sorted({reader.domain for reader in context.readers} - {own}),
        "schema": fields.text(context.server.fields, "schema"),
        "tables": list(tables),
    }


def _of_variables(context: ServerContext, module: Module, variables: dict[str, Any]) -> Iterator[NotRendered]:
    """What the module cannot be given, and what it lacks."""
    said = fields.mapping(context.settings, "variables")
    product = fields.text(context.settings, "product")
    if lacking := [name for name in OF_CONTRACT if name not in module.variables]:
        names = ", ".join(f"`{name}`" for name in lacking)
        reason = f"the module of `{product}` makes no schema of a contract: it has no variable {names}"
        yield _in_deployment(context, reason, "product")
        return
    for name in OF_CONTRACT:
        if name in said:
            reason = f"variable `{name}` is given by the contract, and not by deployment.yaml"
            yield _in_deployment(context, reason, "variables", name)
    for keys, what in wrong_values(module, said):
        yield _in_deployment(context, what, "variables", *keys)
    for what in missing_values(module, variables):
        yield _in_deployment(context, f"{what} in `{context.environment.name}`", "variables")


def _backend(context: ServerContext) -> Backend | NotRendered:
    environment, product = context.environment, context.product
    place = f"domains/{product.domain}/{product.name}/{context.name}"
    clash = shared_with(environment, context.mesh.environments or ())
    found = clash or backend_of(environment, place, with_key=True)
    if isinstance(found, NoBackend):
        index = context.mesh.environment_names.index(environment.name)
        pointer = ("spec", "environments", index, SYSTEM, "backend", *found.keys)
        return NotRendered(MESH_FILE, found.reason, pointer)
    return found


def _not_expressed(context: ServerContext) -> Iterator[NotRendered]:
    """It has keys to distribute and to sort by, and no partitions."""
    contract = context.contract
    for entry in contract.objects:
        yield from (found.of(context) for found in unsaid.partitions(contract, entry, "Redshift"))
    yield from retention.unreadable(context)
    reason = "Redshift has no retention: what is older stays until somebody deletes it"
    yield from (found.of(context) for found in unsaid.retentions(contract, reason))


def _terraform(context: ServerContext, module: Module, variables: dict[str, Any], backend: Backend) -> Object:
    """The object is kept when Argo CD prunes, as the schema is that it stands for.

    It says the class: what can be tagged in Redshift are clusters, and no tables.
    https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-tagging.html
    """
    product, environment = context.product, context.environment
    name = name_of(product.domain, product.name, context.name)
    namespace = environment.coordinate(SYSTEM, "productNamespace") or ""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND.kind,
        "metadata": metadata(context, name, namespace, kept=True, annotations=class_of(context)),
        "spec": terraform_spec(context.mesh, environment, module.folder, variables, backend),
    }
