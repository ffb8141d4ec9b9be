"""Where the state of a module is kept: mesh.yaml's `terraform.backend`, as Terraform and OpenTofu take it.

https://opentofu.org/docs/language/settings/backends/s3/ and gcs/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment

SYSTEM: Final = "terraform"
# Names of objects that S3 and Cloud Storage take without escaping: no placeholder of any tool is among them.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_PLAIN: Final = re.compile(r"[A-Za-z0-9!_.*'()/-]*\Z")
_LOCKS_BY_FILE: Final = (1, 10)  # since when Terraform and OpenTofu lock in S3 without a table
_VERSION: Final = re.compile(r"(\d{1,9})\.(\d{1,9})(?:\D|\Z)")


@dataclass(frozen=True, slots=True)
class Backend:
    """A backend's type, and its arguments."""

    type: str
    arguments: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class NoBackend:
    """Why there is none: what is wrong, and with which field of `terraform.backend`."""

    reason: str
    keys: Pointer


def backend_of(environment: Environment, place: str, *, with_key: bool) -> Backend | NoBackend:
    """The backend that keeps a state at `place`, in an environment that names a type and a bucket.

    `with_key` encrypts it with the environment's own key: what makes that key cannot be kept with it.
    """
    said = fields.mapping(environment.coordinates, SYSTEM, "backend")
    called, prefix = f"environment `{environment.name}`", _prefix(environment)
    if _PLAIN.match(prefix) is None:
        return NoBackend(
            f"{called} has keys of states begin with `{prefix}`, which has to be plain", ("keyPrefix",)
        )
    if said["type"] == "gcs":
        return Backend(
            "gcs", {"bucket": said["bucket"], "prefix": prefix + place, **_gcs_key(environment, with_key)}
        )
    region = fields.text(said, "region") or environment.coordinate("aws", "region")
    if region is None:
        return NoBackend(f"{called} does not tell the region of bucket `{said['bucket']}`", ("region",))
    key = environment.coordinate("aws", "kmsKey") if with_key else None
    arguments: dict[str, str | bool] = {
        "bucket": said["bucket"],
        "encrypt": True,
        "key": f"{prefix}{place}.tfstate",
        "region": region,
    }
    if key:
        # With `encrypt` alone, S3 takes a key of its own, whatever the bucket's default is. An alias will do:
        # https://github.com/opentofu/opentofu, client.go and validate.go in internal/backend/remote-state/s3
        arguments["kms_key_id"] = key
    if _locks_by_file(environment):
        arguments["use_lockfile"] = True
    return Backend("s3", arguments)


def shared_with(environment: Environment, others: Iterable[Environment]) -> NoBackend | None:
    """Why an environment cannot keep its states: an earlier one would keep its own at the same places."""
    bucket = environment.coordinate(SYSTEM, "backend.bucket")
    for other in others:
        if other.name == environment.name:
            return None
        if (other.coordinate(SYSTEM, "backend.bucket"), _prefix(other)) == (bucket, _prefix(environment)):
            both = f"environments `{other.name}` and `{environment.name}`"
            return NoBackend(f"{both} keep the same states in bucket `{bucket}`", ("keyPrefix",))
    return None


def _prefix(environment: Environment) -> str:
    """What the keys of an environment's states begin with: always something, as buckets may be shared."""
    return environment.coordinate(SYSTEM, "backend.keyPrefix") or f"{environment.name}/"


def _gcs_key(environment: Environment, with_key: bool) -> dict[str, str]:
    """Cloud Storage encrypts in any case, and its backend always locks."""
    key = environment.coordinate("gcp", "kmsKey") if with_key else None
    return {"kms_encryption_key": key} if key else {}


def _locks_by_file(environment: Environment) -> bool:
    """Whether the environment's version has that lock; one that mesh.yaml does not tell is taken for new."""
    found = _VERSION.match(environment.coordinate(SYSTEM, "version") or "")
    return found is None or (int(found[1]), int(found[2])) >= _LOCKS_BY_FILE


def as_block(backend: Backend) -> str:
    """The backend as the block that stands in a `terraform` block."""
    width = max(map(len, backend.arguments))
    rows = [f"  {name.ljust(width)} = {_literal(value)}" for name, value in sorted(backend.arguments.items())]
    return "\n".join([f'backend "{backend.type}" {{', *rows, "}"]) + "\n"


def _literal(value: Any) -> str:
    """A value in HCL, whose texts are JSON's but for templates."""
    return re.sub(r"([$%])\{", r"\1\1{", json.dumps(value, ensure_ascii=False))
