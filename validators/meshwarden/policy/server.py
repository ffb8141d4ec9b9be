"""OPA as meshwarden speaks to it, whoever started it: one interface, two implementations.

A server holds the modules, the generated batch module (see `batch`), and a seal: a module of an unguessable
name. What does not answer by that name is not the server that has these policies, and gives no verdict.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from meshwarden.policy.modules import Module

STRICT: Final = "strict-builtin-errors"  # else a built-in that fails is undefined, and a deny vanishes
SEAL: Final = "meshwarden_seal_"  # what the package of a seal begins with
FOLDER: Final = "modules"  # where a child finds its modules
_NAME: Final = re.compile(rf"\b(?:{FOLDER}|meshwarden)/(\d{{4,}}\.rego)\b")
_LONGEST_INTEGER: Final = 300  # digits; Python refuses to read more than 4,300


@dataclass(frozen=True, slots=True)
class Located:
    """What OPA said is wrong in a policy, and where; `path` is the module's, empty if it did not say."""

    message: str
    path: str = ""
    line: int = 1
    column: int = 1


class EvaluationFailed(Exception):
    """A query that OPA answered with an error, or did not answer in time."""

    def __init__(self, failure: Located) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Server(Protocol):
    """An OPA that has the modules loaded."""

    def results(self, question: Any, seconds: float) -> list[Any]:
        """What the batch module gives for the input `question`. Built-in errors are strict.

        Raises `EvaluationFailed`, also where there is no answer within `seconds`; `CouldNotFinish` if OPA
        has gone, or no longer has what it was given; `ValueError` for numbers that JSON has no form for.
        """


@dataclass(frozen=True)
class Loaded:
    """Modules as a server gets them: under numbers, as two may have one path, and paths any characters."""

    modules: Sequence[Module]

    @cached_property
    def files(self) -> dict[str, Module]:
        return {f"{number:04}.rego": module for number, module in enumerate(self.modules)}

    def located(self, error: Mapping[str, Any]) -> Located:
        """One error as OPA writes them in JSON, at the module's own path."""
        message = self._told(str(error.get("message", ""))) or "OPA does not say what is wrong"
        module, place = self.module(error), _place(error)
        if module is None:
            return Located(message)
        # An empty module is at 0:0 to OPA, and the end of a file in column 0.
        line, column = (max(1, int(place.get(name, 1))) for name in ("row", "col"))
        return Located(message, module.path, line, column)

    def module(self, error: Mapping[str, Any]) -> Module | None:
        """The module that an error is in; None if it is in none, or in a generated one."""
        return self.files.get(str(_place(error).get("file", "")).rpartition("/")[2])

    def _told(self, message: str) -> str:
        """A message with the modules' own paths."""
        files = self.files
        return _NAME.sub(lambda found: files[found[1]].path if found[1] in files else found[0], message)

    def failure(self, body: bytes) -> Located | None:
        """The first error of an answer of OPA; None if the body is no such answer."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(said, dict) or "message" not in said:
            return None
        errors = said.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else said
        return self.located(first if isinstance(first, dict) else said)


def _place(error: Mapping[str, Any]) -> Mapping[str, Any]:
    place = error.get("location")
    return place if isinstance(place, dict) else {}


@dataclass(frozen=True, slots=True)
class Seal:
    """What tells this run's server from any other that answers."""

    name: str = field(default_factory=lambda: f"{SEAL}{secrets.token_hex(16)}")

    @property
    def module(self) -> str:
        return f"package {self.name}\n\nunbroken := true\n"

    @property
    def batch(self) -> str:
        """The package of the batch module; it is this run's alone, as the seal is."""
        return f"{self.name}_batch"

    def opened(self, answer: Any) -> list[Any] | None:
        """The results in an answer to a query of the batch; None if it is not from under this seal."""
        given = answer.get("result") if isinstance(answer, dict) else None
        found = given.get(self.name) if isinstance(given, dict) else None
        return found if isinstance(found, list) else None


def decoded(body: bytes) -> Any:
    """An answer of OPA.

    Raises `EvaluationFailed` where Python cannot read it: policies may nest results without end.
    """
    try:
        return json.loads(body, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise EvaluationFailed(unreadable(error)) from error


def unreadable(error: Exception) -> Located:
    """What is told of results that Python cannot read."""
    return Located(f"its results cannot be read: {error}")


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits
