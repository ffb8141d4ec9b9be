"""The real Helm, which renders charts: the program, or else the library that helm-python-sdk binds."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish
from meshwarden.tools.command import Command
from meshwarden.tools.find import Origin, find, version_in

_LIBRARY: Final = Path(__file__).with_name("helm_library.py")
_SECONDS: Final = 60.0
_REFUSES: Final = "Error: "  # what Helm begins with where it refuses a chart
_SHOWN: Final = 1_000
_NOWHERE: Final = "http://127.0.0.1:9"  # a proxy that is not there: a chart must not make us fetch anything
_ENVIRONMENT: Final = {
    "PATH": "",
    "HTTP_PROXY": _NOWHERE,
    "HTTPS_PROXY": _NOWHERE,
    "NO_PROXY": "",
    "KUBECONFIG": "/nonexistent",
    "TZ": "UTC",  # dates are the same on all machines
}


@dataclass(frozen=True, slots=True)
class Helm:
    """How Helm is started: the program, or Python with what speaks to the library."""

    arguments: tuple[str, ...]
    origin: Origin

    @property
    def path(self) -> str:
        """What is started, as `doctor` shows it."""
        return self.arguments[-1]

    def version(self) -> str:
        """The version, such as `4.2.3`; raises `CouldNotFinish` if it tells none."""
        done = Command((*self.arguments, "version", "--short"), time_limit=20.0).run()
        return version_in(done.text, self.path)

    def template(self, folder: Path, release: str, options: Mapping[str, str]) -> tuple[str | None, str]:
        """What `helm template` makes of the chart in `folder`/chart: the objects as YAML, and what it said.

        The objects are None where Helm refuses the chart. `options` are further options with their values.
        Raises `CouldNotFinish` if Helm cannot be started or does not end.
        """
        home = folder / "home"
        home.mkdir(exist_ok=True)
        command = Command(
            (
                *(*self.arguments, "template", release, str(folder / "chart"), "--include-crds"),
                *(f"--{name}={value}" for name, value in options.items()),
            ),
            directory=folder,
            environment={**_ENVIRONMENT, "HOME": str(home), "TMPDIR": str(home)},
            time_limit=_SECONDS,
            allowed_statuses=frozenset({0, 1}),
        )
        done = command.run()
        if done.status and _REFUSES not in done.stderr:
            said = done.stderr.strip()[-_SHOWN:] or "it said nothing"
            raise CouldNotFinish(f"`{self.path}` died of a chart, or is not Helm: {said}")
        return (None if done.status else done.text), done.stderr


FindHelm = Callable[[], Helm | None]


def find_helm(configured: str | None = None, environment: Mapping[str, str] | None = None) -> Helm | None:
    """Helm, or None if there is none: the library where `find` finds no program. Raises as `find` does."""
    if tool := find("helm", configured, environment):
        return Helm((str(tool.path),), tool.origin)
    from importlib.util import find_spec  # noqa: PLC0415 -- paid for only where no program is found

    if find_spec("helm_python") is None:
        return None
    # Isolated: neither the current folder nor PYTHONPATH, which may be the pull request's, tells what is run.
    return Helm((sys.executable, "-I", str(_LIBRARY)), Origin.LIBRARY)
