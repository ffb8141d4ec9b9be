"""Why a release is not rendered, at the place that causes it."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.findings import Pointer
from meshwarden.render.charts.release import Release, Templated
from meshwarden.render.targets.target import NotRendered, Why


def refusals(
    found: Templated, release: Release, path: str, pointer: Pointer, why: Why, called: str = ""
) -> Iterator[NotRendered]:
    """What keeps a release from being rendered; nothing if it is.

    `path` and `pointer` are where the release is asked for; `called` is what messages begin with.
    """
    for violation in found.violations:
        if release.values:
            yield NotRendered(
                release.values,
                violation.message,
                violation.pointer,
                Why.VALUES,
                violation.span,
                violation.hint,
            )
        else:
            yield NotRendered(path, violation.message, pointer, Why.VALUES, None, violation.hint)
    if found.refused and not found.violations:
        reason = f"{called}Helm cannot render `{release.chart}`: {found.refused}"
        yield NotRendered(path, reason, pointer, why)
