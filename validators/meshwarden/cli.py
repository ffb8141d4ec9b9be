"""The command line: parses arguments, calls one command, and turns errors into exit statuses."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from meshwarden import __version__
from meshwarden.errors import ExitStatus, MeshwardenError

_STATUSES = """exit status:
  0  nothing at or above the fail level
  1  findings
  2  wrong usage or configuration, or nothing to check
  3  meshwarden could not finish: this is no pass"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs meshwarden; returns the exit status."""
    options = _parser().parse_args(arguments)
    # A run builds documents and keeps them to its end: collections would only walk what grows, over and
    # over (half of the time of a check of a thousand files), and free nothing.
    gc.disable()
    try:
        start = Path.cwd() / options.directory
        if not start.is_dir():
            return _told(ExitStatus.WRONG_USAGE, f"{options.directory} is no folder", None)
        status = _run(options, start)
        sys.stdout.flush()
        return status
    except MeshwardenError as error:
        return _told(error.status, error.message, error.hint)
    except BrokenPipeError:  # whoever read our output has seen enough; what was not read is no pass
        _drop_output()
        return ExitStatus.COULD_NOT_FINISH
    except OSError as error:
        if error.filename is not None:
            return _defect()
        _drop_output()
        message = f"the output could not be written: {error.strerror}"
        return _told(ExitStatus.COULD_NOT_FINISH, message, None)
    except KeyboardInterrupt:
        return _told(ExitStatus.COULD_NOT_FINISH, "interrupted", None)
    except Exception:  # noqa: BLE001 -- a crash must not look like findings, which is Python's own status 1
        return _defect()


def _drop_output() -> None:
    """What is left in the buffer would be tried once more at the end, and fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _defect() -> int:
    traceback.print_exc()
    what = "this is a defect of meshwarden"
    return _told(ExitStatus.COULD_NOT_FINISH, what, "Report it with the lines above.")


def _told(status: int, message: str, hint: str | None) -> int:
    sys.stderr.write(f"meshwarden: {message}\n" + (f"hint: {hint}\n" if hint else ""))
    return status


def _run(options: argparse.Namespace, start: Path) -> int:
    """Calls the command. Each is imported only when it is called: the import is most of a short run."""
    match options.command:
        case "check":
            from meshwarden.commands import check  # noqa: PLC0415
            from meshwarden.engine.selection import Selection  # noqa: PLC0415
            from meshwarden.findings import Severity  # noqa: PLC0415

            return check.run(
                start,
                tuple(options.paths),
                output_format=options.format,
                selection=Selection(_listed(options.select), _listed(options.ignore)),
                fail_on=Severity.of(options.fail_on) if options.fail_on else None,
                render=not options.no_render,
                staged=options.staged,
                stats=options.stats,
                opa_url=options.opa_url,
            )
        case "render":
            from meshwarden.commands import render  # noqa: PLC0415

            return render.run(start, check_only=options.check, fail_on_write=options.fail_on_write)
        case "rules":
            from meshwarden.commands import rules  # noqa: PLC0415

            return rules.run(start, output_format=options.format, path=options.path)
        case "explain":
            from meshwarden.commands import explain  # noqa: PLC0415

            return explain.run(start, options.rule)
        case _:
            from meshwarden.commands import doctor  # noqa: PLC0415

            return doctor.run(start)


def _listed(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for names in given for name in names.split(",") if name.strip())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="meshwarden",
        description="Checks the manifests of a data mesh repository, and renders them for Argo CD.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"meshwarden {__version__}")
    parser.add_argument("-C", dest="directory", metavar="DIR", default=".", help="run as if started in DIR")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_render(commands)
    rules = commands.add_parser("rules", help="list the rules, or say which are in force for a file")
    rules.add_argument("--path", metavar="FILE", help="say what is in force for this file, and why")
    rules.add_argument("--format", choices=("text", "json"), default="text", help="how to print them")
    explain = commands.add_parser("explain", help="explain a rule, with a bad and a good example")
    explain.add_argument("rule", metavar="RULE", help="such as reference/contract")
    commands.add_parser("doctor", help="show which tools are used, and what is missing")
    return parser


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="check the whole mesh, or report on some files of it",
        description="Checks the whole mesh: its manifests, its policies, and what is rendered from it.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = check.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="report on these files or folders only; nothing is built then",
    )
    add("--format", choices=("text", "json"), default="text", help="how to print the report")
    add("--select", action="append", default=[], metavar="RULE", help="run only these rules or categories")
    add("--ignore", action="append", default=[], metavar="RULE", help="do not run these rules or categories")
    add(
        "--fail-on",
        choices=("error", "warning", "info"),
        help="the least severity that fails (default: mesh.yaml's)",
    )
    add("--no-render", action="store_true", help="judge the manifests only: nothing is rendered or built")
    add("--staged", action="store_true", help="judge the files as they are staged, and not the work tree")
    add("--stats", action="store_true", help="say for each rule how many documents it judged")
    add(
        "--opa-url",
        metavar="URL",
        help="evaluate policies on this OPA server; its token: MESHWARDEN_OPA_TOKEN",
    )


def _add_render(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    render = commands.add_parser(
        "render",
        help="write rendered/, or say what is not current in it",
        description="Renders the mesh into Kustomize overlays and Argo CD objects.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    render.add_argument(
        "--check", action="store_true", help="write nothing; say what is stale, edited or orphaned"
    )
    render.add_argument(
        "--fail-on-write",
        action="store_true",
        help="exit 1 if anything was written, as a pre-commit hook must",
    )
