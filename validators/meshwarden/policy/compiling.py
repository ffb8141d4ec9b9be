"""Which modules compile, by `opa check`: a policy that does not takes none of the others with it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from meshwarden.errors import CouldNotFinish
from meshwarden.policy.batch import batch_module
from meshwarden.policy.child import write_modules
from meshwarden.policy.modules import Module, policies
from meshwarden.policy.refusals import Refusal, torn
from meshwarden.policy.server import FOLDER, Loaded, Located, Seal
from meshwarden.tools.command import Command

_REGO_V1: Final = "OPA 1.x reads Rego v1: write `deny contains msg if {`, and `if` before every other body"
# What a policy of a mesh must not call: it would let a pull request speak to the network from wherever
# it is checked, read the checker's environment, or write into its log.
_REFUSED: Final = ("http.send", "net.", "opa.runtime", "trace")


def compiling(opa: Path, modules: Sequence[Module]) -> tuple[list[Module], list[Refusal]]:
    """The modules that compile together, and why the others do not, each at its line.

    Those of a mesh compile with `capabilities` only. What refers to a module that does not compile is
    refused with it. Raises `CouldNotFinish` where OPA does not say which module is wrong.
    """
    refused: list[Refusal] = []
    left = list(modules)
    while found := _check(opa, left):
        refused += found
        broken = {refusal.module for refusal in found}
        left, dependent = torn([module for module in left if module not in broken], broken)
        refused += dependent
    return left, refused


def _check(opa: Path, modules: Sequence[Module]) -> list[Refusal]:
    loaded = Loaded(modules)
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
        folder = Path(scratch)
        seal = Seal()
        # With the batch: a policy that looks at all packages would look at it, and so at itself.
        generated = {"batch.rego": batch_module(policies(modules), seal), "seal.rego": seal.module}
        write_modules(folder / FOLDER, loaded, generated)
        options = ["--strict", "--format=json", "--max-errors=0"]
        if not all(module.own for module in modules):
            (folder / "capabilities.json").write_text(json.dumps(capabilities(opa)))
            options.append("--capabilities=capabilities.json")
        done = Command(
            (str(opa), "check", *options, FOLDER),
            directory=folder,
            allowed_statuses=frozenset({0, 1}),
            environment={},
        ).run()
    return [] if done.status == 0 else compile_errors(loaded, done.stderr or done.text)


def compile_errors(loaded: Loaded, said: str) -> list[Refusal]:
    """The modules that OPA's compiler refuses, from its answer in JSON."""
    try:
        errors = json.loads(said)["errors"]
    except (ValueError, KeyError, TypeError) as error:
        raise CouldNotFinish(f"OPA does not say which policy is wrong: {said.strip()[:500]}") from error
    refused = [
        _refusal(module, loaded.located(error)) for error in errors if (module := loaded.module(error))
    ]
    if not refused:
        raise CouldNotFinish(f"OPA refuses the policies: {loaded.located(errors[0]).message}")
    return refused


def _refusal(module: Module, found: Located) -> Refusal:
    is_v0 = "keyword is required" in found.message
    message = f"{found.message}. {_REGO_V1}" if is_v0 else found.message
    return Refusal(module, message, found.line, found.column)


def capabilities(opa: Path) -> Mapping[str, Any]:
    """What a mesh's own policies may use, as `opa check --capabilities` reads it: all that computes."""
    done = Command((str(opa), "capabilities", "--current"), environment={}).run()
    current = json.loads(done.text)
    builtins = [found for found in current["builtins"] if not found["name"].startswith(_REFUSED)]
    return {**current, "builtins": builtins, "allow_net": []}
