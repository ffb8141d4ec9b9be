"""IAM policies and roles (ACK) that let a service account reach what a contract names, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.render import names
from meshwarden.render.targets.metadata import grant, metadata
from meshwarden.render.targets.target import Object, ObjectKind, Reader, ServerContext

GROUP: Final = "iam.services.k8s.aws"
API_VERSION: Final = f"{GROUP}/v1alpha1"
KINDS: Final = (ObjectKind(GROUP, "Policy"), ObjectKind(GROUP, "Role"))

Statement = dict[str, Any]
Statements = Callable[["Subject", bool], Iterable[Statement]]  # what a subject may do; True if it writes

_READ: Final = ("s3:GetObject",)
_WRITE: Final = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
_DESCRIBED: Final = re.compile(r"[^\t\n\r\x20-\x7e\xa1-\xff]")  # what IAM does not take in descriptions
_DESCRIPTION_LENGTH: Final = 1000
# Of a policy, in characters that are no blanks: IAM and STS quotas,
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_POLICY_LENGTH: Final = 6144


@dataclass(frozen=True, slots=True)
class Place:
    """A prefix in a bucket; the empty prefix is the whole bucket."""

    bucket: str
    prefix: str


def access(context: ServerContext, statements: Statements, prefix: str = "") -> Iterator[Object]:
    """Policy and Role of the producer, and of each consumer that is granted access.

    `prefix` is what their roles begin with, where a contract has more than those of its files.
    """
    subject = Subject(context, f"{prefix}writer", context.service_account_namespace, context.service_account)
    yield from _pair(subject, statements(subject, True), None)
    for reader in context.readers:
        role = f"{prefix}reader.{names.label(reader.domain)}.{names.label(reader.product)}"
        subject = Subject(context, role, reader.namespace, reader.service_account)
        yield from _pair(subject, statements(subject, False), reader)


def too_long(objects: Iterable[Object]) -> bool:
    """Whether there is a policy among the objects that IAM refuses for its length."""
    documents = (entry["spec"]["policyDocument"] for entry in objects if entry["kind"] == "Policy")
    return any(len("".join(text.split())) > _POLICY_LENGTH for text in documents)


def files(place: Place, subject: Subject, writes: bool) -> Iterator[Statement]:
    """What lets `subject` read the objects of a place, and write them."""
    bucket = f"arn:{partition(subject.coordinate('region'))}:s3:::{place.bucket}"
    within = (
        {"Condition": {"StringLike": {"s3:prefix": [place.prefix, f"{place.prefix}*"]}}}
        if place.prefix
        else {}
    )
    yield {
        "Sid": "ListPrefix",
        "Effect": "Allow",
        "Action": ["s3:ListBucket"],
        "Resource": [bucket],
        **within,
    }
    yield {
        "Sid": "Objects",
        "Effect": "Allow",
        "Action": list(_WRITE if writes else _READ),
        "Resource": [f"{bucket}/{place.prefix}*"],
    }
    if key := subject.coordinate("kmsKey"):
        yield _key_statement(subject, key, writes=writes)


def partition(region: str) -> str:
    """The partition of a region, as ARNs name it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


@dataclass(frozen=True, slots=True)
class Subject:
    """A service account as one contract knows it: the producer's, or a consumer's."""

    context: ServerContext
    role: str
    namespace: str
    service_account: str

    @property
    def name(self) -> str:
        """The objects' name in the producer's namespace."""
        return names.shortened(f"{self.context.name}.{self.role}", names.SUBDOMAIN_LENGTH)

    @property
    def iam_name(self) -> str:
        """The name in the account, which environments may share: the domain's comes first."""
        product, environment = self.context.product, self.context.environment.name
        whole = f"{product.domain}-{environment}.{product.name}.{self.context.name}.{self.role}"
        return names.shortened(whole, names.IAM_ROLE_LENGTH)

    def coordinate(self, key: str) -> str:
        """A coordinate of the environment in AWS; empty if it has none."""
        return self.context.environment.coordinate("aws", key) or ""

    def arn(self, service: str, region: str, resource: str) -> str:
        """The name of something in the environment's account."""
        account, own = self.coordinate("account"), partition(self.coordinate("region"))
        return f"arn:{own}:{service}:{region}:{account}:{resource}"


def _pair(subject: Subject, statements: Iterable[Statement], reader: Reader | None) -> Iterator[Object]:
    product = subject.context.product
    annotations = grant(reader) if reader else {}
    tags = [{"key": "domain", "value": product.domain}, {"key": "product", "value": product.name}]
    spec: dict[str, Any] = {
        "name": subject.iam_name,
        # IAM cannot change a policy's description: what may change is said by the role.
        "policyDocument": _document(statements),
        "tags": tags,
    }
    head = metadata(subject.context, subject.name, subject.context.namespace, annotations=annotations)
    yield {"apiVersion": API_VERSION, "kind": "Policy", "metadata": head, "spec": spec}
    spec = {
        "name": subject.iam_name,
        "description": _description(subject, reader),
        "assumeRolePolicyDocument": _document([_trust(subject)]),
        "policyRefs": [{"from": {"name": subject.name}}],
        "tags": tags,
    }
    if boundary := subject.coordinate("permissionsBoundary"):
        spec["permissionsBoundary"] = (
            boundary if boundary.startswith("arn:") else subject.arn("iam", "", f"policy/{boundary}")
        )
    head = metadata(subject.context, subject.name, subject.context.namespace, annotations=annotations)
    yield {"apiVersion": API_VERSION, "kind": "Role", "metadata": head, "spec": spec}


def _description(subject: Subject, reader: Reader | None) -> str:
    product, contract = subject.context.product, subject.context.name
    if reader is None:
        said = f"{product.key} writes {contract}."
    else:
        until = f" Until {reader.expires}." if reader.expires else ""
        purpose = reader.purpose or "no purpose said"
        said = f"{reader.domain}/{reader.product} reads {contract} of {product.key}: {purpose}{until}"
    return _DESCRIBED.sub("?", said)[:_DESCRIPTION_LENGTH]


def _key_statement(subject: Subject, key: str, *, writes: bool) -> Statement:
    """Use of the key, through S3 only. IAM takes no alias as a resource: a condition names it."""
    region = subject.coordinate("region")
    suffix = ".cn" if region.startswith("cn-") else ""
    condition: dict[str, Any] = {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com{suffix}"}}
    alias = key[key.index("alias/") :] if key.startswith("alias/") or ":alias/" in key else None
    if alias:
        resource = subject.arn("kms", region, "key/*")
        condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": alias}
    else:
        resource = key if key.startswith("arn:") else subject.arn("kms", region, f"key/{key}")
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if writes else ["kms:Decrypt"]
    return {
        "Sid": "Key",
        "Effect": "Allow",
        "Action": actions,
        "Resource": [resource],
        "Condition": condition,
    }


def _trust(subject: Subject) -> Statement:
    """Trust in the service account, and in nothing else of the cluster.

    https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
    """
    provider = subject.coordinate("oidcProvider").removeprefix("https://").rstrip("/")
    who = f"system:serviceaccount:{subject.namespace}:{subject.service_account}"
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": subject.arn("iam", "", f"oidc-provider/{provider}")},
        "Condition": {"StringEquals": {f"{provider}:aud": "sts.amazonaws.com", f"{provider}:sub": who}},
    }


def _document(statements: Iterable[Statement]) -> str:
    """Indented, as reviewers read it in the patch; the controller compares by meaning.

    IAM takes no character beyond Latin-1: those of a prefix are escaped.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2) + "\n"
