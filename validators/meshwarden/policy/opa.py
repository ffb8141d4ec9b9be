"""An OPA for one check: which policies it has, why it has not the others, and what judges by it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish
from meshwarden.policy.batch import batch_module
from meshwarden.policy.child import LocalServer, local_server
from meshwarden.policy.compiling import compiling
from meshwarden.policy.judgement import Judgement, judge
from meshwarden.policy.modules import Module, Policy, PolicyFailure, policies, rules_of
from meshwarden.policy.refusals import Refusal, refusals
from meshwarden.policy.server import Loaded, Seal, Server

__all__ = ["Judgement", "Opa", "OpaAt", "PolicyFailure", "judge"]

_INSTALL: Final = "Install meshwarden[toolchain], or put opa on PATH."


@dataclass(frozen=True, slots=True)
class OpaAt:
    """Which OPA judges: a program to start, or the URL of a server.

    With a URL the program checks the mesh's own policies before the server gets them.
    """

    program: Path | None = None
    url: str | None = None


class Opa:
    """An OPA for one check: started at once, asked when the documents are there.

    `close` ends what was started.
    """

    def __init__(self, at: OpaAt, modules: Sequence[Module]) -> None:
        self._at = at
        self._all = list(modules)
        self._modules = list(modules)
        self._failures: list[PolicyFailure] = []
        self._seal = Seal()
        self._stack = contextlib.ExitStack()
        self._local: LocalServer | None = None
        self._unable: CouldNotFinish | None = None
        try:
            self._begin()
        except CouldNotFinish as error:  # told when policies are asked for: other rules need none
            self._unable = error
        except OSError as error:
            self._unable = CouldNotFinish(f"OPA cannot be given the policies: {error}")
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        self._drop(refusals(self._all))
        if not all(module.own for module in self._modules):
            self._check_those_of_the_mesh()
        if self._at.program and not self._at.url:
            self._start(self._at.program)

    def _check_those_of_the_mesh(self) -> None:
        """Takes out what may not run. OPA's server knows no capabilities, so it must not get that at all."""
        if self._at.program:
            self._drop(compiling(self._at.program, self._modules)[1])
        elif self._at.url:
            why = f"it is not checked, and so no server gets it: there is no opa here. {_INSTALL}"
            self._drop([Refusal(module, why) for module in self._modules if not module.own])

    def _drop(self, refused: Sequence[Refusal]) -> None:
        gone = {refusal.module for refusal in refused}
        self._modules = [module for module in self._modules if module not in gone]
        rule = rules_of(self._all)
        self._failures += [
            PolicyFailure(rule(found.module), found.module.path, found.line, found.column, found.message)
            for found in refused
        ]

    def _start(self, program: Path) -> None:
        batch = batch_module(self._policies(), self._seal)
        server = local_server(program, Loaded(self._modules), batch, self._seal)
        self._local = self._stack.enter_context(server)

    def _policies(self) -> list[Policy]:
        """The policies of the modules that are left. Ids are given among all, so that they stay the same."""
        return [policy for policy in policies(self._all) if policy.module in self._modules]

    def ready(self) -> tuple[Server, list[Policy], list[PolicyFailure]]:
        """The server, the policies that it has loaded, and why it has not loaded the others.

        Raises `CouldNotFinish` where there is no OPA, or it refuses all.
        """
        if self._unable:
            raise self._unable
        if self._at.url:
            return self._remote(self._at.url)
        if self._local is None or self._at.program is None:
            raise CouldNotFinish("there is no opa to evaluate policies", _INSTALL)
        try:
            self._local.await_ready()
        except CouldNotFinish:
            refused = compiling(self._at.program, self._modules)[1]
            if not refused:
                raise
            self._drop(refused)
            self._start(self._at.program)
            self._local.await_ready()
        return self._local, self._policies(), self._failures

    def _remote(self, url: str) -> tuple[Server, list[Policy], list[PolicyFailure]]:
        from meshwarden.policy.remote import remote_server  # noqa: PLC0415 -- slow to import

        server = self._stack.enter_context(remote_server(url, self._seal))
        self._drop(server.put(self._modules)[1])
        server.put_batch(batch_module(self._policies(), self._seal))
        return server, self._policies(), self._failures

    def close(self) -> None:
        """Ends the child, if one was started; takes back what a server was given."""
        self._stack.close()
