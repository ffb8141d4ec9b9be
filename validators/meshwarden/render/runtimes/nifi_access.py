"""Who may look at NiFi for a product → a NifiUser for the product itself, and a NifiUserGroup for its team.

The group is `<domain>.<product>.team`. Its people come from the identity provider, whose groups NiFi takes by
their names (https://nifi.apache.org/docs/nifi-docs/html/administration-guide.html#openid_connect), and so are
not listed in Git. The product's own user is known by the common name of a certificate: for what watches the
flow. It gets no certificate from NiFiKop, which makes them with cert-manager, by default for every user. NiFi
wants users and groups of different names.

All may see NiFi's canvas: that there is a flow, how much is queued in it, not what it is made of. Nobody is
given rights in the flow's process group, for three reasons. A flow is changed and started through Git, and
NiFiKop takes back what is done by hand. NiFi gives a process group its id when it makes it, and a policy
without an id is one for the root, which is all flows of all domains
(https://github.com/konpyutaika/nifikop/blob/master/api/v1/common_types.go: GetResource). And a policy of a
process group replaces what it inherits, which is what NiFiKop itself and NiFi's nodes work by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from meshwarden.manifests import fields
from meshwarden.render import names
from meshwarden.render.runtimes.nifi_objects import name_of, nifi_object, reference
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.targets.target import Object

_COMMON_NAME_LENGTH: Final = 64  # X.520's ub-common-name
_SEE_THE_CANVAS: Final = {"type": "global", "action": "read", "resource": "/flow"}


def access(context: RuntimeContext) -> Iterator[Object]:
    """The product's user and group, unless mesh.yaml says that NiFi has no users."""
    if fields.at(context.environment.coordinates, "nifi", "users") is False:
        return
    name = name_of(context)
    identity = names.shortened(name, _COMMON_NAME_LENGTH)
    yield nifi_object(context, "NifiUser", {"identity": identity, "createCert": False})
    group = {
        "identity": name_of(context, "team"),
        "usersRef": [reference(context, name)],
        "accessPolicies": [dict(_SEE_THE_CANVAS)],
    }
    yield nifi_object(context, "NifiUserGroup", group)
