"""A flow's parameters → a NifiParameterContext: plain ones by value, sensitive ones by reference to Secrets.

Each key of a Secret becomes a sensitive parameter. NiFiKop reads Secrets of the namespace that it watches,
where those of all domains lie, and NiFi's own with them. So a product says `noaa` and gets the Secret
`<domain>.<product>.noaa`: no deployment.yaml can name one that is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from meshwarden.manifests import fields
from meshwarden.render import names
from meshwarden.render.runtimes.nifi_objects import name_of, nifi_object, reference
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.targets.target import NotRendered, Object

# https://github.com/apache/nifi/blob/main/nifi-framework-bundle/nifi-framework/nifi-web/nifi-web-api/src/main/
# java/org/apache/nifi/web/api/ParameterContextResource.java: VALID_PARAMETER_NAME_PATTERN
_PARAMETER: Final = re.compile(r"[A-Za-z0-9 ._\-]+")


def parameter_context(context: RuntimeContext) -> Object | None:
    """The parameters of the product's flow; None if it has none."""
    plain = {name: value for name, value in _plain(context) if _is_taken(name, value)}
    secrets = dict.fromkeys(name for _, name in _secrets(context) if names.is_label(name))
    if not plain and not secrets:
        return None
    spec = {
        "description": f"Parameters of {context.product.key}.",
        "parameters": [{"name": name, "value": plain[name]} for name in sorted(plain)],
        "secretRefs": [reference(context, name_of(context, name)) for name in secrets],
    }
    return nifi_object(context, "NifiParameterContext", spec)


def why_not_parameters(context: RuntimeContext) -> Iterator[NotRendered]:
    """What of the parameters cannot be passed on."""
    for name, value in _plain(context):
        if not _is_taken(name, value):
            reason = f"NiFi refuses parameter `{name}`: it takes letters, digits, spaces, `.`, `-` and `_`"
            if _PARAMETER.fullmatch(name):
                reason = f"parameter `{name}` is no text, and NiFi takes nothing else"
            yield context.at("parameters", name, reason=reason)
    seen: set[str] = set()
    for index, name in _secrets(context):
        if not names.is_label(name):
            reason = f"Secret `{name}` is no RFC 1123 label, which its name in NiFi's namespace is made of"
            yield context.at("secrets", index, reason=reason)
        elif name in seen:
            reason = f"Secret `{name}` is named twice: each of its keys would be a parameter twice"
            yield context.at("secrets", index, reason=reason)
        seen.add(name)


def _plain(context: RuntimeContext) -> Iterator[tuple[str, object]]:
    yield from fields.mapping(context.settings, "parameters").items()


def _secrets(context: RuntimeContext) -> Iterator[tuple[int, str]]:
    for index, name in enumerate(fields.entries(context.settings, "secrets")):
        if isinstance(name, str):
            yield index, name


def _is_taken(name: str, value: object) -> bool:
    return isinstance(value, str) and _PARAMETER.fullmatch(name) is not None
