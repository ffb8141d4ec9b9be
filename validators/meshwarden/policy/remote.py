"""An organisation's own OPA server, through opa-python-client: TLS, authentication, retries."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

# This module is imported only where a server is named: requests costs more than a whole check of one file.
from opa_client import OpaClient
from opa_client.errors import DeletePolicyError, RegoParseError
from requests.exceptions import HTTPError, InvalidJSONError, JSONDecodeError, ReadTimeout, RequestException

from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.policy.batch import RULE
from meshwarden.policy.compiling import compile_errors
from meshwarden.policy.modules import Module
from meshwarden.policy.refusals import Refusal, torn
from meshwarden.policy.server import SEAL, STRICT, EvaluationFailed, Loaded, Located, Seal, unreadable

TOKEN_VARIABLE: Final = "MESHWARDEN_OPA_TOKEN"  # noqa: S105 -- the name of a variable, no secret
_PORTS: Final = {"http": 8181, "https": 443}
_SECONDS: Final = 20.0  # for what is no evaluation
_OURS: Final = "meshwarden/"  # what the ids of all that we put on a server begin with
_BATCH: Final = f"{_OURS}batch.rego"
# What OPA answers where a policy fails, and where a question is larger than it takes.
_EVALUATION_FAILED: Final = (400, 413, 500)
_HINT: Final = f"Is it running, and is its token in {TOKEN_VARIABLE}?"


@contextlib.contextmanager
def remote_server(url: str, seal: Seal) -> Iterator[RemoteServer]:
    """A server that somebody else runs, sealed for this run; at the end it has nothing of ours left.

    It serves one run at a time: the next breaks the seal of the one before, which then cannot finish, and
    so never judges by policies that are another's.
    """
    server = RemoteServer(url, seal)
    try:
        server.take()
        yield server
    finally:
        server.leave()


class RemoteServer:
    """The server's side of one run."""

    def __init__(self, url: str, seal: Seal) -> None:
        self._url = url
        self._seal = seal
        self._sealed = f"{_OURS}{seal.name}.rego"
        self._loaded = Loaded(())
        self._client = _client(url)

    def take(self) -> None:
        """Seals the server for this run, and removes what others left: their seals before their policies."""
        with self._speaking():
            self._client.update_policy_from_string(self._seal.module, self._sealed, rego_compat=False)
            left = [name for name in self._ours() if name != self._sealed]
            self._delete([name for name in left if SEAL in name])
            self._delete([name for name in left if SEAL not in name])

    def leave(self) -> None:
        """Removes what this run put there; what cannot be removed now, the next run removes."""
        with contextlib.suppress(CouldNotFinish), self._speaking():
            names = self._ours()
            if self._sealed in names:  # else it is another's by now
                self._delete([_BATCH])
                self._delete([name for name in names if name != _BATCH])
        self._client.close_connection()

    def put(self, modules: Sequence[Module]) -> tuple[list[Module], list[Refusal]]:
        """Puts modules on the server: those that it took, and why it refuses the others.

        One that needs another is refused until that is there: so they go round while it helps.
        """
        self._loaded = Loaded(modules)
        waiting = dict(self._loaded.files)
        while waiting:
            refused = {
                name: errors for name, module in waiting.items() if (errors := self._put(name, module))
            }
            if len(refused) == len(waiting):
                break
            waiting = {name: waiting[name] for name in refused}
        gone = set(waiting.values())
        left, dependent = torn([module for module in modules if module not in gone], gone)
        return left, [error for name in waiting for error in refused[name]] + dependent

    def put_batch(self, text: str) -> None:
        """Puts the generated module there, after the modules that it refers to."""
        with self._speaking():
            self._client.update_policy_from_string(text, _BATCH, rego_compat=False)

    def _put(self, name: str, module: Module) -> list[Refusal]:
        """Puts one module; the compiler's errors, if it is refused."""
        with self._speaking():
            try:
                self._client.update_policy_from_string(module.text, f"{_OURS}{name}", rego_compat=False)
            except RegoParseError as error:
                if error.errors:
                    return compile_errors(self._loaded, json.dumps({"errors": error.errors}))
                raise
        return []

    def _ours(self) -> list[str]:
        return [name for name in self._client.get_policies_list() if name.startswith(_OURS)]

    def _delete(self, names: Sequence[str]) -> None:
        """Deletes modules. One that another needs is kept until that is gone: so they go round, too."""
        while names:
            kept = [name for name in names if not self._deleted(name)]
            if len(kept) == len(names):
                raise CouldNotFinish(f"the OPA at {self._url} does not remove {', '.join(kept)}")
            names = kept

    def _deleted(self, name: str) -> bool:
        try:
            self._client.delete_policy(name)
        except DeletePolicyError as error:
            return str(error.expression) == "resource_not_found"
        return True

    def results(self, question: Any, seconds: float) -> list[Any]:
        self._client.timeout = seconds
        try:
            answer = self._client.query_rule(question, self._seal.batch, RULE, {STRICT: "true"})
        except ReadTimeout as error:
            raise EvaluationFailed(Located(f"no answer within {seconds:.0f} s")) from error
        except HTTPError as error:
            raise self._refused(error) from error
        except JSONDecodeError as error:
            raise CouldNotFinish(f"what answers at {self._url} is no OPA: {error}") from error
        except InvalidJSONError as error:
            raise ValueError(str(error)) from error
        except RequestException as error:
            raise CouldNotFinish(f"the OPA at {self._url} does not answer any more: {error}") from error
        except (ValueError, RecursionError) as error:
            raise EvaluationFailed(unreadable(error)) from error
        found = self._seal.opened(answer)
        if found is None:
            raise CouldNotFinish(
                f"the OPA at {self._url} no longer has the policies of this run",
                "It serves one run at a time: has another begun?",
            )
        return found

    def _refused(self, error: HTTPError) -> Exception:
        """An answer that tells of an error: an evaluation that failed, or a server that does not evaluate."""
        status = error.response.status_code if error.response is not None else 0
        failure = self._loaded.failure(error.response.content) if error.response is not None else None
        if failure and status in _EVALUATION_FAILED:
            return EvaluationFailed(failure)
        said = f": {failure.message}" if failure else ""
        return CouldNotFinish(f"the OPA at {self._url} answers {status}{said}", _HINT)

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        """What the client raises while policies come and go, as `CouldNotFinish`."""
        self._client.timeout = _SECONDS
        try:
            yield
        except (RegoParseError, DeletePolicyError) as error:
            raise CouldNotFinish(
                f"the OPA at {self._url} refuses policies: {error.message}", _HINT
            ) from error
        except RequestException as error:
            raise CouldNotFinish(f"the OPA at {self._url} does not answer: {error}", _HINT) from error
        except (AttributeError, ValueError) as error:  # the client takes every answer for one of OPA's
            raise CouldNotFinish(f"what answers at {self._url} is no OPA: {error}", _HINT) from error


def _client(url: str) -> OpaClient:
    """The client for a URL. It trusts the authorities that REQUESTS_CA_BUNDLE names, else certifi's."""
    wanted = "wanted http://host:port or https://host:port"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise WrongUsage(f"--opa-url is `{url}`: {error}; {wanted}") from error
    host = parts.hostname
    if not host or parts.scheme not in _PORTS or parts.path.strip("/") or parts.query or parts.username:
        raise WrongUsage(f"--opa-url is `{url}`; {wanted}")
    return OpaClient(
        host=f"[{host}]" if ":" in host else host,
        port=port,
        ssl=parts.scheme == "https",
        token=os.environ.get(TOKEN_VARIABLE),
        timeout=_SECONDS,
    )
