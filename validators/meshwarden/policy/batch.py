"""The generated module that evaluates many documents in one query, and what its results mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Fault, Place, Pointer, Related, Severity
from meshwarden.policy.modules import Policy

# Outside of the package meshwarden: within it, the reference to a rule's package would be a recursion.
PACKAGE: Final = "meshwarden_batch"
RULE: Final = "results"
_CLAUSE: Final = """
results contains [i, "{id}", "{entry}", result] if {{
	some i, document in input.documents
	"{id}" in document.rules
	some result in data.{package}.{entry}
		with input as document.input
		with data.file as document.file
		with data.mesh as input.mesh
}}
"""


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A document as policies get it: `input`, and what `data.file` says of it."""

    path: str
    kind: str
    input: Any
    file: Mapping[str, str | None]


class Malformed(Exception):
    """A policy gave a result that is neither text nor an object with a message."""


def batch_module(policies: Iterable[Policy]) -> str:
    """The text of the module; its results are `[document's index, rule id, entry, result]`."""
    clauses = (
        _CLAUSE.format(id=policy.id, entry=entry, package=policy.package)
        for policy in policies
        for entry in policy.entries
    )
    return f"package {PACKAGE}\n" + "".join(clauses)


def batch_input(documents: Sequence[tuple[PolicyDocument, Sequence[str]]], mesh: Any) -> dict[str, Any]:
    """The input of a query over documents, each with the ids of the rules that judge it."""
    return {
        "mesh": mesh,
        "documents": [
            {"input": document.input, "file": document.file, "rules": list(rules)}
            for document, rules in documents
        ],
    }


def fault(policy: Policy, entry: str, path: str, result: Any) -> Fault:
    """The fault that a policy's result tells; raises `Malformed`.

    Taken are meshwarden's form, `{"message", "path", "hint", "severity", "related"}`, and conftest's:
    text, or an object with `msg`. What comes from `warn` is at most a warning.
    """
    said = {"message": result} if isinstance(result, str) else result
    message = (said.get("message") or said.get("msg")) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(message, str):
        raise Malformed(f"it gave {result!r:.200}, which is neither text nor an object with a message")
    hint = said.get("hint")
    related = said.get("related")
    return Fault(
        message=message,
        place=Place(path, _pointer(said.get("path", []))),
        hint=hint if isinstance(hint, str) else policy.hint,
        severity=_severity(policy, entry, said.get("severity")),
        related=tuple(
            Related(Place(path, _pointer(item.get("path", []))), str(item.get("message", "")))
            for item in (related if isinstance(related, list) else [])
            if isinstance(item, dict)
        ),
    )


def _pointer(path: Any) -> Pointer:
    if not isinstance(path, list) or not all(isinstance(key, str | int) for key in path):
        raise Malformed(f"it gave the path {path!r:.200}; wanted a list of keys and indexes")
    return tuple(path)


def _severity(policy: Policy, entry: str, said: Any) -> Severity | None:
    given = (
        Severity.of(said)
        if isinstance(said, str) and said.upper() in Severity.__members__
        else policy.severity
    )
    if entry.startswith("warn"):
        given = min(given, Severity.WARNING)
    return given if given < policy.severity else None


def encodable(value: Any) -> Any:
    """`value` without the numbers that JSON has no form for: infinities and NaN, as YAML writes them."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124
        return ".nan"
    if value in (float("inf"), float("-inf")) and isinstance(value, float):
        return ".inf" if value > 0 else "-.inf"
    if isinstance(value, dict):
        return {key: encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encodable(item) for item in value]
    return value
