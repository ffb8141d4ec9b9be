"""Where a product lies in a cluster, and as whom it reads and writes.

What NiFi runs has no pods of its own: a flow's requests come from NiFi's pods, with their service account. So
AWS and Google trust that account where mesh.yaml names it, and not the product's, as which nothing runs. It
is one for all flows of a NiFi: each of them can take the roles of every product that this NiFi runs. What
must not be reached so needs another runtime.
"""

from __future__ import annotations

from dataclasses import dataclass

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Product
from meshwarden.render import names
from meshwarden.render.overrides import deployment_in


@dataclass(frozen=True, slots=True)
class Identity:
    """A service account of a cluster."""

    namespace: str
    service_account: str


def identity_of(product: Product, environment: Environment) -> Identity:
    """The service account that a product's requests come from.

    `environment` has to have the overrides of the product's own domain in it.
    """
    if "nifi" in fields.mapping(deployment_in(product, environment.name), "runtime"):
        namespace = environment.coordinate("nifi", "namespace")
        account = environment.coordinate("nifi", "serviceAccount")
        if namespace and account:
            return Identity(namespace, account)
    own = namespace_of(environment, product.domain, product.name)
    return Identity(own, service_account_of(product, environment.name))


def namespace_of(environment: Environment, domain: str, product: str) -> str:
    """The namespace of a product in an environment."""
    pattern = environment.namespace
    for name, value in (("domain", domain), ("product", product), ("environment", environment.name)):
        pattern = pattern.replace("{" + name + "}", value)
    return names.label(pattern)


def service_account_of(product: Product, environment: str) -> str:
    """The service account of a product, as which what it has in its own namespace runs."""
    return fields.text(deployment_in(product, environment), "runtime", "serviceAccount") or product.name
