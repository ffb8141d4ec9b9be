"""Which files a mesh has: in a work tree, in the index, in a plain folder."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from tests.sources.repositories import Repository, repository

from meshwarden.errors import CouldNotFinish
from meshwarden.sources import git
from meshwarden.sources.limits import LIMITS
from meshwarden.sources.tree import FolderTree, IndexTree, MemoryTree

LINK = "a symbolic link: what it leads to is judged where it lies"
ODD_NAME = "its name holds control characters, or bytes that are no UTF-8"


def files(root: Path) -> list[str]:
    return list(FolderTree(root).listing().files)


def staged(root: Path) -> list[str]:
    return list(IndexTree(root).listing().files)


def test_tracked_staged_and_untracked_files_count_and_ignored_ones_do_not(repo: Repository) -> None:
    repo.commit(a_yaml="", _gitignore="*.log\nbuild/\n")
    repo.write("b.yaml")
    repo.git("add", "b.yaml")
    repo.write("c.yaml")
    repo.write("d.log")
    repo.write("build/e.yaml")
    assert files(repo.root) == [".gitignore", "a.yaml", "b.yaml", "c.yaml"]
    assert staged(repo.root) == [".gitignore", "a.yaml", "b.yaml"]


def test_a_tracked_file_counts_also_if_it_is_ignored(repo: Repository) -> None:
    repo.write("a.log")
    repo.write(".gitignore", "*.log")
    repo.git("add", "--force", "a.log")
    assert files(repo.root) == [".gitignore", "a.log"]


def test_a_file_that_was_deleted_is_not_there(repo: Repository) -> None:
    repo.commit(a_yaml="", b_yaml="")
    (repo.root / "a.yaml").unlink()
    assert files(repo.root) == ["b.yaml"]
    assert staged(repo.root) == ["a.yaml", "b.yaml"]


def test_a_renamed_file_has_its_new_name(repo: Repository) -> None:
    repo.commit(a_yaml="")
    repo.git("mv", "a.yaml", "b.yaml")
    assert files(repo.root) == staged(repo.root) == ["b.yaml"]


def test_the_index_has_its_own_content(repo: Repository) -> None:
    repo.commit(a_yaml="committed", b_yaml="b")
    repo.write("a.yaml", "staged")
    repo.git("add", "a.yaml")
    repo.write("a.yaml", "in the work tree")
    tree = IndexTree(repo.root)
    tree.prefetch(["a.yaml", "b.yaml"])
    assert (tree.read("a.yaml"), tree.size("a.yaml"), tree.read("b.yaml")) == (b"staged", 6, b"b")
    assert FolderTree(repo.root).read("a.yaml") == b"in the work tree"


def test_an_index_in_conflict_is_not_read(repo: Repository) -> None:
    repo.commit(a_yaml="base", b_yaml="base")
    repo.git("switch", "--quiet", "--create", "theirs")
    repo.commit(a_yaml="theirs", b_yaml="theirs")
    repo.git("switch", "--quiet", "main")
    repo.write("a.yaml", "ours")
    repo.git("rm", "--quiet", "b.yaml")
    repo.git("commit", "--quiet", "--all", "--message", "ours")
    repo.git("merge", "theirs", check=False)
    with pytest.raises(CouldNotFinish, match="is unmerged"):
        IndexTree(repo.root)
    assert files(repo.root) == ["a.yaml", "b.yaml"]  # b is deleted here, and was changed there
    assert (repo.root / "a.yaml").read_text().startswith("<<<<<<<")


def test_a_mesh_in_a_folder_of_the_repository(repo: Repository) -> None:
    repo.commit(a_yaml="")
    repo.write("mesh/domains/b.yaml", "b")
    repo.git("add", "--all")
    assert files(repo.root / "mesh") == staged(repo.root / "mesh") == ["domains/b.yaml"]
    assert IndexTree(repo.root / "mesh").read("domains/b.yaml") == b"b"


def test_without_git_all_files_count(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yaml").write_text("b")
    (tmp_path / ".gitignore").write_text("a/")
    assert files(tmp_path) == [".gitignore", "a/b.yaml"]
    assert not git.is_work_tree(tmp_path)
    assert git.top_level(tmp_path) is None


def test_a_folder_that_another_repository_ignores_is_a_folder_without_git(repo: Repository) -> None:
    repo.write(".gitignore", "scratch/")
    repo.write("scratch/mesh/a.yaml")
    assert files(repo.root / "scratch" / "mesh") == ["a.yaml"]
    assert git.is_work_tree(repo.root)


def test_a_repository_without_commits(repo: Repository) -> None:
    repo.write("a.yaml", "a")
    assert files(repo.root) == ["a.yaml"]
    assert staged(repo.root) == []
    repo.git("add", "a.yaml")
    assert IndexTree(repo.root).read("a.yaml") == b"a"


def test_what_is_only_intended_to_be_added_is_not_staged(repo: Repository) -> None:
    repo.commit(a_yaml="a", empty_yaml="")
    repo.write("sub/b.yaml", "b")
    repo.git("add", "--intent-to-add", "sub/b.yaml")
    assert staged(repo.root) == ["a.yaml", "empty.yaml"]
    assert staged(repo.root / "sub") == []
    assert files(repo.root) == ["a.yaml", "empty.yaml", "sub/b.yaml"]


def test_what_a_sparse_checkout_leaves_out_is_read_from_the_index(repo: Repository) -> None:
    repo.write("trips/a.yaml", "a")
    repo.write("weather/b.yaml", "b" * 9)
    repo.commit()
    repo.git("sparse-checkout", "set", "trips")
    assert not (repo.root / "weather").exists()
    tree = FolderTree(repo.root)
    assert list(tree.listing().files) == ["trips/a.yaml", "weather/b.yaml"]
    tree.prefetch(["trips/a.yaml", "weather/b.yaml"])
    assert (tree.read("weather/b.yaml"), tree.size("weather/b.yaml")) == (b"b" * 9, 9)


def test_submodules_and_other_repositories_are_listed(repo: Repository, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    other.commit(a_yaml="")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "module")
    repository(repo.root / "nested").commit(a_yaml="")
    assert FolderTree(repo.root).listing().skipped == {
        "module": "a Git submodule",
        "nested": "another Git repository",
    }
    assert IndexTree(repo.root).listing().skipped == {"module": "a Git submodule"}


def test_links_are_listed_and_not_followed(repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.yaml").write_text("secret")
    repo.write("a/b.yaml")
    (repo.root / "file.yaml").symlink_to("a/b.yaml")
    (repo.root / "folder").symlink_to("a")
    (repo.root / "out").symlink_to(tmp_path / "outside")
    (repo.root / "circle").symlink_to("circle")
    (repo.root / "a" / "above").symlink_to("..")
    skipped = dict.fromkeys(["file.yaml", "folder", "out", "circle", "a/above"], LINK)
    assert (files(repo.root), FolderTree(repo.root).listing().skipped) == (["a/b.yaml"], skipped)
    repo.git("add", "--all")
    assert (files(repo.root), FolderTree(repo.root).listing().skipped) == (["a/b.yaml"], skipped)
    assert (staged(repo.root), IndexTree(repo.root).listing().skipped) == (["a/b.yaml"], skipped)
    plain = tmp_path / "plain"
    repo.root.rename(plain)
    (plain / ".git").rename(tmp_path / "git")
    assert (files(plain), FolderTree(plain).listing().skipped) == (["a/b.yaml"], skipped)


def test_a_tracked_file_is_gone_when_its_folder_became_a_link(repo: Repository, tmp_path: Path) -> None:
    repo.write("a/b.yaml")
    repo.commit()
    (repo.root / "a").rename(tmp_path / "outside")
    (repo.root / "a").symlink_to(tmp_path / "outside")
    listing = FolderTree(repo.root).listing()
    assert (listing.files, listing.skipped) == ((), {"a": LINK})


def test_a_mesh_may_be_reached_through_a_link(repo: Repository, tmp_path: Path) -> None:
    repo.commit(a_yaml="")
    (tmp_path / "link").symlink_to(repo.root)
    assert files(tmp_path / "link") == ["a.yaml"]


def test_what_is_no_file_is_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert FolderTree(tmp_path).listing().skipped == {"pipe.yaml": "no regular file"}


@pytest.mark.parametrize(
    "name",
    ["with space.yaml", "-leading.yaml", "caf\u00e9.yaml", "\U0001f600.yaml", "a'\"\\b.yaml", ":(top)x"],
)
def test_odd_names_are_names(repo: Repository, name: str) -> None:
    repo.write(name, "a")
    assert files(repo.root) == [name]
    repo.git("add", "--all")
    assert files(repo.root) == staged(repo.root) == [name]
    assert IndexTree(repo.root).read(name) == FolderTree(repo.root).read(name) == b"a"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nb.yaml", "a\\x0ab.yaml"),
        (b"a\x1b[31m.yaml", "a\\x1b[31m.yaml"),
        (b"caf\xe9.yaml", "caf\\xe9.yaml"),
        ("a\u202eb.yaml".encode(), "a\\u202eb.yaml"),
    ],
)
def test_names_that_no_report_can_print_are_listed_escaped(repo: Repository, name: bytes, shown: str) -> None:
    path = os.path.join(os.fsencode(repo.root), name)  # noqa: PTH118 -- a name in bytes
    with open(path, "wb"):  # noqa: PTH123
        pass
    repo.git("add", "--all")
    for tree in (FolderTree(repo.root), IndexTree(repo.root)):
        assert tree.listing().files == ()
        assert tree.listing().skipped == {shown: ODD_NAME}
        json.dumps(dict(tree.listing().skipped), ensure_ascii=False).encode()


@pytest.mark.parametrize("how", [["--all"], ["--only", "mesh/a.yaml"], []])
@pytest.mark.parametrize("linked", [False, True])
def test_a_hook_sees_the_index_of_this_very_commit(
    repo: Repository, tmp_path: Path, how: list[str], linked: bool
) -> None:
    repo.write("mesh/a.yaml", "old")
    repo.write("mesh/b.yaml", "old")
    repo.commit()
    program = (
        f"from pathlib import Path; from meshwarden.sources.tree import IndexTree as I; t = I(Path('mesh'));\
print({{p: t.read(p) for p in t.listing().files}}, file=open({str(tmp_path / 'seen')!r}, 'w'))"
    )
    hook = repo.write(".git/hooks/pre-commit", f'#!/bin/sh\nexec {sys.executable} -c "{program}"\n')
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    if linked:
        repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    here = Repository(tmp_path / "linked") if linked else repo
    here.write("mesh/a.yaml", "new")
    here.write("mesh/b.yaml", "new")
    if not how:
        here.git("add", "mesh/a.yaml")
    here.git("commit", "--quiet", "--message", "new", *how)
    seen = "b'new'" if how == ["--all"] else "b'old'"
    assert (tmp_path / "seen").read_text() == f"{{'a.yaml': b'new', 'b.yaml': {seen}}}\n"


def test_a_monitor_that_the_configuration_names_is_not_run(repo: Repository, tmp_path: Path) -> None:
    repo.commit(a_yaml="")
    repo.write("b.yaml")
    monitor = repo.write("monitor", f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    monitor.chmod(0o755)
    repo.git("add", "--intent-to-add", "b.yaml")
    repo.git("config", "core.fsmonitor", str(monitor))
    assert files(repo.root) == ["a.yaml", "b.yaml", "monitor"]
    assert staged(repo.root) == ["a.yaml"]
    assert not (tmp_path / "ran").exists()
    repo.git("status")
    assert (tmp_path / "ran").exists()


def test_a_repository_that_git_refuses_is_no_plain_folder(repo: Repository) -> None:
    (repo.root / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 99\n")
    with pytest.raises(CouldNotFinish, match="git rev-parse failed"):
        files(repo.root)


def test_without_the_program_git(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert files(plain) == []
    assert git.top_level(plain) is None
    with pytest.raises(CouldNotFinish, match="git could not be started"):
        files(repo.root)


def test_a_large_blob_is_not_fetched_to_be_measured(
    repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = LIMITS.bytes + 1
    repo.commit(large_yaml="#" * large, small_yaml="a: 1")
    fetched: list[str] = []
    blobs = git.blobs

    def spy(folder: Path, ids: list[str]) -> dict[str, bytes]:
        found = blobs(folder, ids)
        fetched.extend(found)
        return found

    monkeypatch.setattr(git, "blobs", spy)
    tree = IndexTree(repo.root)
    tree.prefetch(["large.yaml", "small.yaml"])
    assert (tree.size("large.yaml"), tree.size("small.yaml"), len(fetched)) == (large, 4, 1)


def test_a_missing_object_is_no_empty_file(repo: Repository) -> None:
    missing = "0123456789" * 4
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{missing},a.yaml")
    with pytest.raises(CouldNotFinish, match=f"git has no object {missing}"):
        IndexTree(repo.root).size("a.yaml")
    with pytest.raises(CouldNotFinish, match=f"git has no object {missing}"):
        IndexTree(repo.root).read("a.yaml")


def test_a_file_that_vanished_cannot_be_read(tmp_path: Path) -> None:
    tree = FolderTree(tmp_path)
    with pytest.raises(CouldNotFinish, match=r"a\.yaml cannot be read: No such file"):
        tree.read("a.yaml")
    with pytest.raises(CouldNotFinish, match=r"a\.yaml cannot be read: No such file"):
        tree.size("a.yaml")


def test_files_in_memory() -> None:
    tree = MemoryTree({"b.yaml": b"b", "a.yaml": b"aa"})
    tree.prefetch(["b.yaml"])
    assert tree.listing().files == ("a.yaml", "b.yaml")
    assert (tree.read("b.yaml"), tree.size("a.yaml")) == (b"b", 2)


def test_the_root_of_the_work_tree(repo: Repository) -> None:
    repo.write("a/b.yaml")
    assert git.top_level(repo.root / "a") == repo.root.resolve()
