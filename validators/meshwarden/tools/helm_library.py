"""`helm template` as a process of its own, by the Helm that helm-python-sdk binds.

It takes the arguments of `helm template` and of `helm version` that meshwarden gives, and ends as `helm`
does: the objects on standard output, or status 1 and why on standard error. It is started by its path, in
isolated mode: a template may loop or eat memory, and must be possible to kill.

It speaks to the library's functions (`helm_c.h` of https://github.com/shivamkumar99/helm-c-sdk), as the
classes of the package have no Kubernetes version: the package is pinned to one version for that.
"""

import argparse
import json
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import helm_python
from helm_python import _native

_MEMORY = 4 * 1024**3


def main() -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args()
    if arguments.command == "version":
        sys.stdout.write(f"{helm_python.helm_sdk_version()}\n")
        return 0
    with suppress(ValueError):  # macOS takes no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        sys.stdout.write(_template(arguments))
    except helm_python.HelmError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="helm", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("version").add_argument("--short", action="store_true")
    template = commands.add_parser("template")
    template.add_argument("--namespace", required=True)
    template.add_argument("--kube-version")
    template.add_argument("--values", type=Path)
    template.add_argument("--include-crds", action="store_true")
    template.add_argument("name")
    template.add_argument("chart", type=Path)
    return parser


def _template(arguments: argparse.Namespace) -> str:
    """The stream of documents, each with the template that it comes from."""
    helm_python.validate_release_name(arguments.name)
    text = arguments.values.read_text("utf-8") if arguments.values else ""
    values = json.dumps(helm_python.values_from_yaml(text))
    options = {"namespace": arguments.namespace, "kube_version": arguments.kube_version or ""}
    # An installation that touches no cluster is what `helm template` is. It says whether the chart fits the
    # Kubernetes version, has its dependencies and can be installed at all; but it leaves out the hooks.
    with (
        helm_python.Chart.load(arguments.chart) as chart,
        helm_python.Config(storage_driver="memory") as config,
    ):
        if (kind := chart.metadata.get("type", "application")) != "application":  # as the program does
            raise helm_python.HelmChartInvalidError(f"{kind} charts are not installable")
        _native.call_string(
            *("helm_install", config._raw(), _native.HANDLE(0), chart._raw(), None),
            *(arguments.name, values, json.dumps({**options, "dry_run": "client", "hide_notes": True})),
        )
    # Loaded again: subcharts that are not enabled were taken out of the first.
    with helm_python.Chart.load(arguments.chart) as chart:
        rendered: dict[str, str] = json.loads(
            _native.call_string(
                *("helm_render", chart._raw(), values, json.dumps({**options, "name": arguments.name}))
            )
        )
        crds: list[dict[str, Any]] = chart.crds if arguments.include_crds else []
    documents = [(crd["filename"], crd["data"]) for crd in crds]
    documents += [(path, text) for path, text in sorted(rendered.items()) if not path.endswith("/NOTES.txt")]
    return "".join(f"---\n# Source: {path}\n{text.rstrip()}\n" for path, text in documents if text.strip())


if __name__ == "__main__":
    sys.exit(main())
