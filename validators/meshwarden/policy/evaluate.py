"""Judging documents by policies: batches, and what becomes of a policy that does not compile or fails."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from meshwarden.errors import CouldNotFinish
from meshwarden.findings import Fault
from meshwarden.policy.batch import (
    PACKAGE,
    RULE,
    Malformed,
    PolicyDocument,
    batch_input,
    batch_module,
    encodable,
    fault,
)
from meshwarden.policy.modules import Module, Policy, policies
from meshwarden.policy.server import (
    EvaluationFailed,
    LocalServer,
    Located,
    Server,
    local_server,
    located,
    write_modules,
)
from meshwarden.tools.command import Command

_BATCH: Final = 1000  # documents a query
_SECONDS: Final = 20.0  # for a query
_FAILURES: Final = 3  # after which a policy that fails is not asked any more
_BATCH_PATH: Final = "meshwarden_batch.rego"

Work = list[tuple[PolicyDocument, list[str]]]


@dataclass(frozen=True, slots=True)
class PolicyFailure:
    """A policy that could not judge: all its documents (`document` is None), or one."""

    rule: str
    path: str  # of the policy's file
    line: int
    column: int
    message: str
    document: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What the policies said: faults by rule, how many documents each judged, and what could not be."""

    faults: list[tuple[Policy, Fault]] = field(default_factory=list)
    judged: Counter[str] = field(default_factory=Counter)
    failures: list[PolicyFailure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpaAt:
    """Which OPA judges: a program to start, or the URL of a server."""

    program: Path | None = None
    url: str | None = None


def compiling(opa: Path, modules: Sequence[Module]) -> tuple[list[Module], list[PolicyFailure]]:
    """The modules that compile together, and why the others do not, each at its line."""
    failures: list[PolicyFailure] = []
    left = list(modules)
    while left:
        errors = _check(opa, left)
        broken = {error.path for error in errors}
        kept = [module for module in left if module.path not in broken]
        if not errors or len(kept) == len(left):
            if errors:
                raise CouldNotFinish(f"OPA refuses the policies: {errors[0].message}")
            return left, failures
        by_path = {policy.module.path: policy.id for policy in policies(left)}
        failures += [
            PolicyFailure(
                by_path.get(error.path, "policy/*"), error.path, error.line, error.column, error.message
            )
            for error in errors
        ]
        left = kept
    return left, failures


def _check(opa: Path, modules: Sequence[Module]) -> list[Located]:
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
        write_modules(Path(scratch) / "modules", {module.path: module.text for module in modules})
        arguments = (str(opa), "check", "--strict", "--format=json", "modules")
        done = Command(
            arguments, directory=Path(scratch), allowed_statuses=frozenset({0, 1}), environment={}
        ).run()
    if done.status == 0:
        return []
    try:
        errors = json.loads(done.stderr or done.text)["errors"]
    except (ValueError, KeyError) as error:
        raise CouldNotFinish(f"opa check failed: {done.stderr or done.text}") from error
    return [located(found) for found in errors]


class Opa:
    """An OPA for one check: started at once, asked when the documents are there.

    `close` ends what was started.
    """

    def __init__(self, at: OpaAt, modules: Sequence[Module]) -> None:
        self._at = at
        self._modules = modules
        self._stack = contextlib.ExitStack()
        self._local = None if at.url or at.program is None else self._start(at.program, modules)

    def _start(self, program: Path, modules: Sequence[Module]) -> LocalServer:
        return self._stack.enter_context(local_server(program, _texts(modules), _SECONDS))

    def ready(self) -> tuple[Server, list[Policy], list[PolicyFailure]]:
        """The server, the policies that it has loaded, and why it has not loaded the others.

        Raises `CouldNotFinish` where there is no OPA, or it refuses all.
        """
        if self._at.url:
            from meshwarden.policy.remote import RemoteServer  # noqa: PLC0415 -- slow to import

            return RemoteServer(self._at.url, _texts(self._modules), _SECONDS), policies(self._modules), []
        if self._local is None or self._at.program is None:
            raise CouldNotFinish(
                "there is no opa to evaluate policies", "Install meshwarden[toolchain], or put opa on PATH."
            )
        try:
            self._local.await_ready()
        except CouldNotFinish:
            good, failures = compiling(self._at.program, self._modules)
            if not failures:
                raise
            server = self._start(self._at.program, good)
            server.await_ready()
            return server, policies(good), failures
        return self._local, policies(self._modules), []

    def close(self) -> None:
        """Ends the child, if one was started."""
        self._stack.close()


def _texts(modules: Sequence[Module]) -> dict[str, str]:
    return {**{module.path: module.text for module in modules}, _BATCH_PATH: batch_module(policies(modules))}


def judge(
    server: Server,
    found: Iterable[Policy],
    documents: Sequence[PolicyDocument],
    mesh: Any,
    judgement: Judgement,
) -> None:
    """Adds to `judgement` what each policy says of the documents of its kinds."""
    by_id: dict[str, Policy] = {policy.id: policy for policy in found}
    work: Work = []
    for document in documents:
        rules = [policy.id for policy in by_id.values() if not policy.kinds or document.kind in policy.kinds]
        if rules:
            work.append((document, rules))
    run = _Run(server, by_id, mesh, judgement)
    for start in range(0, len(work), _BATCH):
        run.batch(work[start : start + _BATCH])


class _Run:
    """One run of the policies over many documents: it remembers which of them fail."""

    def __init__(self, server: Server, by_id: Mapping[str, Policy], mesh: Any, judgement: Judgement) -> None:
        self._server = server
        self._by_id = by_id
        self._mesh = mesh
        self._judgement = judgement
        self._failed: Counter[str] = Counter()

    def batch(self, work: Work) -> None:
        """One query; if it fails, halves of it, down to one document and one rule."""
        work = [(document, self._asked(document, rules)) for document, rules in work]
        work = [(document, rules) for document, rules in work if rules]
        if not work:
            return
        try:
            results = self._query(work)
        except EvaluationFailed as error:
            self._narrow(work, error.failure)
            return
        for index, rule, entry, result in results:
            document = work[index][0]
            try:
                found = fault(self._by_id[rule], entry, document.path, result)
            except Malformed as error:
                self._fail(rule, document, Located(str(error), "", 1, 1))
                continue
            self._judgement.faults.append((self._by_id[rule], found))
        for _, rules in work:
            self._judgement.judged.update(rules)

    def _narrow(self, work: Work, failure: Located) -> None:
        if len(work) > 1:
            half = len(work) // 2
            self.batch(work[:half])
            self.batch(work[half:])
            return
        document, rules = work[0]
        if len(rules) > 1:
            for rule in rules:
                self.batch([(document, [rule])])
            return
        self._fail(rules[0], document, failure)

    def _asked(self, document: PolicyDocument, rules: list[str]) -> list[str]:
        """The rules that are still asked of a document: one that always fails would cost a query for each."""
        given_up = [rule for rule in rules if self._failed[rule] >= _FAILURES]
        for rule in given_up:
            self._judgement.failures.append(
                self._failure(rule, Located("not asked: it failed before", "", 1, 1), document.path)
            )
        return [rule for rule in rules if rule not in given_up]

    def _query(self, work: Work) -> list[list[Any]]:
        question = batch_input(work, self._mesh)
        try:
            return list(self._server.evaluate(PACKAGE, RULE, question) or [])
        except ValueError:  # numbers that JSON has no form for
            return list(self._server.evaluate(PACKAGE, RULE, encodable(question)) or [])

    def _fail(self, rule: str, document: PolicyDocument, failure: Located) -> None:
        self._failed[rule] += 1
        self._judgement.failures.append(self._failure(rule, failure, document.path))

    def _failure(self, rule: str, failure: Located, document: str) -> PolicyFailure:
        path = failure.path or self._by_id[rule].module.path
        return PolicyFailure(rule, path, failure.line, failure.column, failure.message, document)
