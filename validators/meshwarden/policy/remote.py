"""An organisation's own OPA server, through opa-python-client: TLS, authentication, retries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.policy.server import EvaluationFailed, failure

TOKEN_VARIABLE: Final = "MESHWARDEN_OPA_TOKEN"  # noqa: S105 -- the name of a variable, no secret
_PORTS: Final = {"http": 8181, "https": 443}


class RemoteServer:
    """A server that somebody else runs. The modules are put there before the first query."""

    def __init__(self, url: str, modules: Mapping[str, str], seconds: float) -> None:
        # Imported here: it brings requests, which costs more than a whole check of one file.
        from opa_client import OpaClient  # noqa: PLC0415

        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise WrongUsage(f"--opa-url is `{url}`; wanted http://host:port or https://host:port")
        self._url = url
        self._client = OpaClient(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            ssl=parts.scheme == "https",
            token=os.environ.get(TOKEN_VARIABLE),
            timeout=seconds,
        )
        self._load(modules)

    def _load(self, modules: Mapping[str, str]) -> None:
        from requests.exceptions import RequestException  # noqa: PLC0415

        try:
            for path, text in modules.items():
                if not self._client.update_policy_from_string(text, f"meshwarden/{path}", rego_compat=False):
                    raise CouldNotFinish(f"{self._url} refused the policy {path}")
        except RequestException as error:
            raise CouldNotFinish(
                f"the OPA at {self._url} does not answer: {error}",
                f"Is it running, and is its token in {TOKEN_VARIABLE}?",
            ) from error

    def evaluate(self, package: str, rule: str, document: Any) -> Any:
        from requests.exceptions import HTTPError, RequestException  # noqa: PLC0415

        strict = {"strict-builtin-errors": "true"}
        try:
            return self._client.query_rule(document, package, rule, strict).get("result")
        except HTTPError as error:
            raise EvaluationFailed(
                failure(error.response.content if error.response is not None else b"")
            ) from error
        except RequestException as error:
            raise CouldNotFinish(f"the OPA at {self._url} does not answer any more: {error}") from error
