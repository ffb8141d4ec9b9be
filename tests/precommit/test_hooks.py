"""The hooks of `.pre-commit-hooks.yaml`, installed by the real pre-commit into a scratch repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import CHECKOUT

Git = Callable[..., str]
_CONTRACT = "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"
_PRODUCT = "domains/aggregate/mobility/trips-by-zone"


def _tool_repository(folder: Path, git: Git) -> Path:
    """The tool as pre-commit clones it: the files of this checkout, in a repository of their own."""
    listed = git(CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        source = CHECKOUT / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
            (folder / name).chmod(source.stat().st_mode)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "the tool")
    return folder


def _commit(mesh: Path, home: Path) -> tuple[bool, str]:
    """Tries to commit what is staged: whether it was let through, and what was said."""
    person = {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **person, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
    done = subprocess.run(
        ["git", "commit", "-m", "a change"],
        cwd=mesh,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def _config(tool: Path, revision: str, *hooks: str) -> str:
    listed = "".join(f"      - id: {hook}\n" for hook in hooks)
    return f"repos:\n  - repo: {tool}\n    rev: {revision}\n    hooks:\n{listed}"


def test_pre_commit_refuses_what_would_break_the_mesh(reference: Path, tmp_path: Path, git: Git) -> None:
    tool = _tool_repository(tmp_path / "tool", git)
    revision = git(tool, "rev-parse", "HEAD").strip()
    config = reference / ".pre-commit-config.yaml"
    config.write_text(_config(tool, revision, "meshwarden-check"))
    home = tmp_path / "pre-commit"
    git(reference, "init", "-q")
    git(reference, "add", "-A")
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=reference, check=True, capture_output=True
    )

    let_through, said = _commit(reference, home)
    assert let_through, said

    # A bad edit is refused as it is staged, also when the work tree has been mended meanwhile.
    product = reference / _PRODUCT / "data-product.yaml"
    good = product.read_text()
    product.write_text(good.replace("status: active", "statsu: active"))
    git(reference, "add", "-A")
    product.write_text(good)
    let_through, said = _commit(reference, home)
    assert not let_through
    assert "`statsu` is no field" in said
    git(reference, "add", "-A")

    # pre-commit passes no deleted files: the hook looks at the whole mesh.
    (reference / _CONTRACT).unlink()
    git(reference, "add", "-A")
    let_through, said = _commit(reference, home)
    assert not let_through
    assert "reference/contract" in said
    git(reference, "checkout", "-q", "HEAD", "--", _CONTRACT)

    # A new product without its rendered files: the check names them, the other hook writes them.
    _new_product(reference)
    git(reference, "add", "-A")
    let_through, said = _commit(reference, home)
    assert not let_through
    assert "gitops/stale" in said

    config.write_text(_config(tool, revision, "meshwarden-render", "meshwarden-check"))
    git(reference, "add", "-A")
    let_through, said = _commit(reference, home)
    assert not let_through
    assert "git add rendered/" in said

    git(reference, "add", "rendered")
    let_through, said = _commit(reference, home)
    assert let_through, said


def _new_product(mesh: Path) -> None:
    """A copy of a product, under a name and with ids and places of its own."""
    source, target = mesh / _PRODUCT, mesh / "domains/aggregate/mobility/trips-by-hour"
    for path in sorted(source.rglob("*.yaml")):
        text = path.read_text().replace("trips-by-zone", "trips-by-hour")
        text = (
            text.replace("trips_by_zone", "trips_by_hour")
            .replace("48501232-", "58501232-")
            .replace("616ee275-", "716ee275-")
            .replace("3f7d20c4-", "4f7d20c4-")
        )
        if path.name == "data-product.yaml":  # whose producers have not consented yet
            text = text.replace("status: active", "status: draft")
        copy = target / path.relative_to(source).as_posix().replace("trips-by-zone", "trips-by-hour")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
