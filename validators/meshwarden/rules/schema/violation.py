"""A manifest is not what the JSON Schema of its kind says.

An unknown field, a missing one, a value of the wrong type or form. Unknown fields are errors: what is
mistyped is not read, and does nothing. Data products are judged by Bitol's ODPS, contracts by Bitol's ODCS,
each in the version that the document declares; what another version says is told with that version.

To fix it, follow the message: it names the field, what it has, and what is wanted. `format` (an e-mail
address, a URL) is a warning at most.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Severity
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.manifests.violations import violations
from meshwarden.rules.rule import ManifestRule, Said


def _check(manifest: Manifest, schemas: SchemaStore) -> Said:
    if manifest.kind is not None:
        api_version = fields.at(manifest.data, "apiVersion")
        yield from violations(manifest, schemas.of(manifest.kind.name, api_version))


RULE: Final = ManifestRule("schema/violation", Severity.ERROR, __doc__, check=_check)
