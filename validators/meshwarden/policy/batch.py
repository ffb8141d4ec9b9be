"""The generated module that evaluates many documents in one query, and what its results mean."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Fault, Place, Pointer, Related, Severity
from meshwarden.policy.modules import Policy
from meshwarden.policy.server import Seal

RULE: Final = "results"
# Its package is outside of the package meshwarden: within it, looking up a rule there would be a recursion.
# What it gives is under the name of the seal, and undefined without it.
_HEAD: Final = """package {seal.batch}

results := {{"{seal.name}": found}} if data.{seal.name}.unbroken

found contains [] if false
"""
# The entry is looked up and not written out: of names that are no rule, nothing comes. What it gives is taken
# as a whole, as what is no set would yield nothing here, and pass.
_CLAUSE: Final = """
found contains [i, {id}, entry, result] if {{
	some i, document in input.documents
	{id} in document.rules
	some entry in {entries}
	result := data{package}[entry]
		with input as document.input
		with data.file as document.file
		with data.mesh as input.mesh
	result != set()
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


def batch_module(policies: Iterable[Policy], seal: Seal) -> str:
    """The text of the module. It finds `[document's index, rule id, entry, what the entry gives]`."""
    clauses = (
        _CLAUSE.format(
            id=json.dumps(policy.id),
            entries=json.dumps(policy.entries),
            package="".join(f"[{json.dumps(step)}]" for step in policy.package),
        )
        for policy in policies
    )
    return _HEAD.format(seal=seal) + "".join(clauses)


def batch_input(documents: Sequence[PolicyDocument], policies: Sequence[Policy], mesh: Any) -> dict[str, Any]:
    """The input of a query over documents, each with the ids of the rules that judge it."""
    return {
        "mesh": mesh,
        "documents": [
            {
                "input": document.input,
                "file": document.file,
                "rules": [policy.id for policy in policies if judges(policy, document)],
            }
            for document in documents
        ],
    }


def judges(policy: Policy, document: PolicyDocument) -> bool:
    """Whether a document is of the policy's kinds."""
    return not policy.kinds or document.kind in policy.kinds


def faults(policy: Policy, entry: str, path: str, given: Any) -> list[Fault]:
    """The faults that one of a policy's rules tells of the document at `path`; raises `Malformed`.

    Taken are meshwarden's form, `{"message", "path", "hint", "severity", "related"}`, and conftest's:
    text, or an object with `msg`. What comes from `warn` is at most a warning.
    """
    if not isinstance(given, list):
        raise Malformed(
            f"its rule `{entry}` is {_shown(given)}, and no set: write `{entry} contains … if {{ … }}`"
        )
    return [_fault(policy, entry, path, result) for result in given]


def _fault(policy: Policy, entry: str, path: str, result: Any) -> Fault:
    said = {"message": result} if isinstance(result, str) else result
    message = said.get("message", said.get("msg")) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(message, str) or not message.strip():
        raise Malformed(
            f"its rule `{entry}` gave {_shown(result)}, which is neither text nor an object with a message"
        )
    hint = said.get("hint")
    return Fault(
        message=message,
        place=Place(path, _pointer(said.get("path", []))),
        hint=hint if isinstance(hint, str) else policy.hint,
        severity=_severity(policy, entry, said.get("severity")),
        related=tuple(_related(path, item) for item in _list(said, "related")),
    )


def _related(path: str, item: Any) -> Related:
    message = item.get("message") if isinstance(item, dict) else None
    if not isinstance(message, str):
        raise Malformed(f"it gave {_shown(item)} as related; wanted an object with `path` and `message`")
    return Related(Place(path, _pointer(item.get("path", []))), message)


def _pointer(path: Any) -> Pointer:
    is_pointer = isinstance(path, list) and all(
        isinstance(key, str | int) and not isinstance(key, bool) for key in path
    )
    if not is_pointer:
        raise Malformed(f"it gave the path {_shown(path)}; wanted a list of keys and indexes")
    return tuple(path)


def _severity(policy: Policy, entry: str, said: Any) -> Severity | None:
    given = policy.severity
    if isinstance(said, str) and said.upper() in Severity.__members__:
        given = Severity.of(said)
    if entry.startswith("warn"):
        given = min(given, Severity.WARNING)
    return given if given < policy.severity else None


def _list(said: Mapping[str, Any], key: str) -> list[Any]:
    value = said.get(key)
    return value if isinstance(value, list) else []


def _shown(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return f"`{shown if len(shown) <= 200 else shown[:200] + '…'}`"


def encodable(value: Any) -> Any:
    """`value` with text, as YAML has it, for the numbers that JSON has no form for: infinities and NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, Mapping):
        return {key: encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encodable(item) for item in value]
    return value
