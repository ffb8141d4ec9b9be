"""Names as Kubernetes, AWS and Kafka take them.

Parts are joined with dots: a part is an RFC 1123 label and holds none, so that different parts never make
one name, as `a-b` with `c` and `a` with `b-c` would if hyphens joined them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

LABEL_LENGTH: Final = (
    63  # RFC 1123; also the longest label value in Kubernetes, and the longest S3 bucket name
)
SUBDOMAIN_LENGTH: Final = 253
RELEASE_LENGTH: Final = 53  # https://helm.sh/docs/chart_template_guide/getting_started/
IAM_ROLE_LENGTH: Final = 64  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_DIGEST_LENGTH: Final = 8

_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z")
_LABEL_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?\Z")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET: Final = re.compile(r"[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]\Z")
_ADDRESS: Final = re.compile(r"[0-9]+(?:\.[0-9]+){3}\Z")
_S3S_BEGINNINGS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_S3S_ENDS: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
# org.apache.kafka.common.internals.Topic: what brokers keep there is not a product's to make.
_KAFKAS_TOPICS: Final = ("__consumer_offsets", "__transaction_state", "__share_group_state")
_TOPIC: Final = re.compile(r"[-A-Za-z0-9._]{1,249}\Z")


def is_label(text: str) -> bool:
    """Whether `text` is an RFC 1123 label: such a text is safe as a part of paths and of names."""
    return _LABEL.match(text) is not None


def is_release(text: str) -> bool:
    """Whether `text` may be the name of a release of a Helm chart."""
    return is_label(text) and len(text) <= RELEASE_LENGTH


def is_subdomain(text: str) -> bool:
    """Whether `text` is an RFC 1123 subdomain, which most Kubernetes objects may be called."""
    return len(text) <= SUBDOMAIN_LENGTH and _SUBDOMAIN.match(text) is not None


def is_label_value(text: str) -> bool:
    """Whether `text` may be the value of a Kubernetes label."""
    return _LABEL_VALUE.match(text) is not None


def is_bucket(text: str) -> bool:
    """Whether S3 takes `text` as the name of a general purpose bucket."""
    return (
        _BUCKET.match(text) is not None
        and ".." not in text
        and _ADDRESS.match(text) is None
        and not text.startswith(_S3S_BEGINNINGS)
        and not text.endswith(_S3S_ENDS)
    )


def is_topic(text: str) -> bool:
    """Whether Kafka takes `text` as the name of a topic, and has none of its own that is called so."""
    return _TOPIC.match(text) is not None and text not in {".", "..", *_KAFKAS_TOPICS}


def label(text: str) -> str:
    """`text` as an RFC 1123 label: itself if it is one, else what is left of it and a digest."""
    if is_label(text):
        return text
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return with_digest(kept, text, LABEL_LENGTH)


def joined(*parts: str, limit: int = LABEL_LENGTH) -> str:
    """The parts as one name of at most `limit` characters, each part made a label."""
    return shortened(".".join(label(part) for part in parts), limit)


def without(name: str, parts: Iterable[str]) -> str:
    """`name` without those of its words that are one of `parts`; as it is if nothing else is in it."""
    for part in sorted(filter(None, parts), key=len, reverse=True):  # a project's id may hold the environment
        found = re.sub(rf"(?:(?:^|(?<=[-._])){re.escape(part)}[-._]|[-._]{re.escape(part)}$)", "", name)
        name = found if found else name
    return name


def shortened(name: str, limit: int) -> str:
    """`name`, or where it is longer than `limit` its beginning and a digest of all of it."""
    return name if len(name) <= limit else with_digest(name, name, limit)


def with_digest(kept: str, whole: str, limit: int) -> str:
    """What fits of `kept`, and a digest of `whole`: a name of at most `limit` characters."""
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    beginning = kept[: limit - _DIGEST_LENGTH - 1].rstrip("-.")
    return f"{beginning}-{digest}" if beginning else f"x-{digest}"
