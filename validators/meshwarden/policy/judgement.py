"""Judging documents by policies: in batches, and by halves of them where a policy fails."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from meshwarden.findings import Fault
from meshwarden.policy.batch import (
    Malformed,
    PolicyDocument,
    batch_input,
    encodable,
    faults,
    judges,
)
from meshwarden.policy.modules import Policy, PolicyFailure
from meshwarden.policy.server import EvaluationFailed, Located, Server


@dataclass(frozen=True)
class Judgement:
    """What the policies said: faults by rule, how many documents each judged, and what could not be."""

    faults: list[tuple[Policy, Fault]] = field(default_factory=list)
    judged: Counter[str] = field(default_factory=Counter)
    failures: list[PolicyFailure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run of policies may cost. A query has `seconds` and its share of `batch_seconds`.

    So a policy without end is found by few and ever shorter queries, and a large batch has its time.
    """

    batch: int = 250  # documents a query: more are no faster, and take OPA more memory
    queries: int = 16  # at most, unless a policy fails: each carries the index of the whole mesh
    batch_seconds: float = 15.0
    seconds: float = 3.0
    failures: int = 3  # after which a policy that fails is not asked any more

    def size_for(self, documents: int) -> int:
        """How many of so many documents go into a query: so that the time grows in step with them."""
        return max(self.batch, math.ceil(documents / self.queries))

    def time_for(self, documents: int) -> float:
        """The time limit of a query over so many documents, in seconds."""
        return self.seconds + self.batch_seconds * documents / self.batch


def judge(
    server: Server,
    found: Iterable[Policy],
    documents: Sequence[PolicyDocument],
    mesh: Any,
    judgement: Judgement,
    limits: Limits = Limits(),
) -> None:
    """Adds to `judgement` what each policy says of the documents of its kinds.

    Raises `CouldNotFinish` if the server has gone.
    """
    policies = list(found)
    judged = [document for document in documents if any(judges(policy, document) for policy in policies)]
    run = _Run(server, mesh, judgement, limits)
    size = limits.size_for(len(judged))
    for start in range(0, len(judged), size):
        run.ask(judged[start : start + size], policies)
    run.account(policies, judged)


class _Run:
    """One run of the policies over many documents: it remembers which of them fail."""

    def __init__(self, server: Server, mesh: Any, judgement: Judgement, limits: Limits) -> None:
        self._server = server
        self._mesh = mesh
        self._judgement = judgement
        self._limits = limits
        self._failed: Counter[str] = Counter()

    def ask(self, documents: Sequence[PolicyDocument], policies: Sequence[Policy]) -> None:
        """One query; if it fails, parts of it, down to one document and one policy."""
        policies = [policy for policy in policies if self._failed[policy.id] < self._limits.failures]
        documents = [found for found in documents if any(judges(policy, found) for policy in policies)]
        if not documents:
            return
        try:
            results = self._query(documents, policies)
        except EvaluationFailed as error:
            self._narrow(documents, policies, error.failure)
            return
        self._take(results, documents, policies)

    def _query(self, documents: Sequence[PolicyDocument], policies: Sequence[Policy]) -> list[Any]:
        question = batch_input(documents, policies, self._mesh)
        seconds = self._limits.time_for(len(documents))
        try:
            return self._server.results(question, seconds)
        except ValueError:  # numbers that JSON has no form for
            return self._server.results(encodable(question), seconds)

    def _narrow(
        self, documents: Sequence[PolicyDocument], policies: Sequence[Policy], failure: Located
    ) -> None:
        """Policies first: so those that do not fail are asked about all documents at once."""
        if len(policies) > 1:
            for some in _parts(policies, failure):
                self.ask(documents, some)
        elif len(documents) > 1:
            half = len(documents) // 2
            self.ask(documents[:half], policies)
            self.ask(documents[half:], policies)
        else:
            self._fail(policies[0], documents[0], failure)

    def _take(
        self, results: list[Any], documents: Sequence[PolicyDocument], policies: Sequence[Policy]
    ) -> None:
        by_id = {policy.id: policy for policy in policies}
        malformed: set[tuple[str, int]] = set()
        for index, rule, entry, given in results:
            try:
                found = faults(by_id[rule], entry, documents[index].path, given)
            except Malformed as error:
                if (rule, index) not in malformed:
                    malformed.add((rule, index))
                    self._fail(by_id[rule], documents[index], Located(str(error)))
                continue
            self._judgement.faults.extend((by_id[rule], fault) for fault in found)
        for policy in policies:
            self._judgement.judged[policy.id] += sum(
                judges(policy, document) and (policy.id, index) not in malformed
                for index, document in enumerate(documents)
            )

    def _fail(self, policy: Policy, document: PolicyDocument, failure: Located) -> None:
        self._failed[policy.id] += 1
        if self._failed[policy.id] <= self._limits.failures:
            path = failure.path or policy.module.path
            self._judgement.failures.append(
                PolicyFailure(policy.id, path, failure.line, failure.column, failure.message, document.path)
            )

    def account(self, policies: Sequence[Policy], documents: Sequence[PolicyDocument]) -> None:
        """Says of each policy that failed too often how many documents it was not asked about."""
        for policy in policies:
            told = min(self._failed[policy.id], self._limits.failures)
            asked = self._judgement.judged[policy.id] + told
            left = sum(judges(policy, document) for document in documents) - asked
            if told and left:
                message = f"it failed on {told} documents, and {left} more are not judged by it"
                self._judgement.failures.append(PolicyFailure(policy.id, policy.module.path, 1, 1, message))


def _parts(policies: Sequence[Policy], failure: Located) -> tuple[Sequence[Policy], Sequence[Policy]]:
    """The policies in two parts: those of the module that OPA names apart from the others, else halves."""
    named = [policy for policy in policies if policy.module.path == failure.path]
    others = [policy for policy in policies if policy.module.path != failure.path]
    if named and others:
        return others, named
    half = len(policies) // 2
    return policies[:half], policies[half:]
