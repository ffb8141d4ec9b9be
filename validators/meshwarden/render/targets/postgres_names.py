"""What roles and databases are called in PostgreSQL.

Roles belong to a whole cluster, which products share: their names begin with domain and product. They are
written so that SQL takes them without quotes, which would fold capitals: parts have their hyphens as
underscores, and are joined by two. So all of them have two in a row, by which `pg_hba` can tell them.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

# NAMEDATALEN - 1; PostgreSQL cuts longer ones, and says so to nobody but the session:
# https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
IDENTIFIER_BYTES: Final = 63
_DIGEST_LENGTH: Final = 8
# `pg_` and `cnpg_` are prefixes that PostgreSQL and the operator keep for themselves.
_PLAIN: Final = re.compile(r"(?!pg_|cnpg_)[a-z][a-z0-9_]*\Z")
# Databases and schemas, which contracts name. In quotes any text would do; nobody means blanks and quotes.
_NAMED: Final = re.compile(r"[^\W\d][\w$-]*\Z")
_DATABASES: Final = ("postgres", "template0", "template1")


def role(*parts: str) -> str:
    """A role's name of RFC 1123 labels. Different parts give different names.

    It is their digest that tells them apart where the parts alone do not, or are too long.
    """
    whole = "__".join(part.replace("-", "_") for part in parts)
    if len(whole) <= IDENTIFIER_BYTES and _PLAIN.match(whole) and not any("--" in part for part in parts):
        return whole
    digest = hashlib.sha256(".".join(parts).encode()).hexdigest()[:_DIGEST_LENGTH]
    beginning = whole if _PLAIN.match(whole) else f"x_{whole}"
    return f"{beginning[: IDENTIFIER_BYTES - _DIGEST_LENGTH - 2].rstrip('_')}__{digest}"


def why_no_database(name: str) -> str | None:
    """Why a database cannot be called so; None if it can."""
    if name in _DATABASES:
        return "which is PostgreSQL's own"
    return _why_no_identifier(name)


def why_no_schema(name: str) -> str | None:
    """Why a schema cannot be called so; None if it can."""
    if name.startswith("pg_") or name == "information_schema":
        return "which is PostgreSQL's own"
    return _why_no_identifier(name)


def _why_no_identifier(name: str) -> str | None:
    if len(name.encode("utf-8", "surrogatepass")) > IDENTIFIER_BYTES:
        return f"which is longer than {IDENTIFIER_BYTES} bytes: PostgreSQL would cut it"
    if not _NAMED.match(name):
        return "which is no name of letters, digits, `_`, `-` and `$`"
    return None
