"""The files of a chart, from a folder or from a packed chart."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.sources.reader import read

_PACKED: Final = (".tgz", ".tar.gz")
_MOST_BYTES: Final = 64 * 1024**2  # unpacked; an archive of some kilobytes may hold a bomb
_MOST_DEPTH: Final = 8  # of charts that are packed in charts


class Unusable(Exception):
    """Why something is no chart."""


@dataclass(frozen=True)
class Chart:
    """The files of a chart by their paths in it, subcharts unpacked."""

    files: Mapping[str, bytes]

    @classmethod
    def of(cls, path: str, files: Mapping[str, bytes]) -> Chart:
        """The chart at `path`, from the files there by their paths in the mesh; raises `Unusable`."""
        if not files:
            raise Unusable(f"`{path}` is not there")
        if path in files:
            if not path.endswith(_PACKED):
                raise Unusable(f"`{path}` is no folder, and no chart that `helm package` made")
            found = dict(_unpacked(path, files[path], _Budget()))
        else:
            budget = _Budget()
            found = dict(
                entry
                for name, content in files.items()
                for entry in _with_subcharts(name.removeprefix(f"{path}/"), content, budget, 0)
            )
        if "Chart.yaml" not in found:
            raise Unusable(f"`{path}` is no chart: it has no Chart.yaml")
        return cls(found)

    @property
    def name(self) -> str | None:
        return fields.text(self._said, "name")

    @property
    def schema(self) -> bytes | None:
        return self.files.get("values.schema.json")

    @property
    def defaults(self) -> bytes:
        return self.files.get("values.yaml", b"")

    @cached_property
    def subcharts(self) -> tuple[tuple[str, Chart], ...]:
        """The charts within it, by what its values call them: a chart may be there under several names."""
        below: dict[str, dict[str, bytes]] = defaultdict(dict)
        for path, content in self.files.items():
            charts, _, rest = path.partition("/")
            folder, inside, own = rest.partition("/")
            if charts == "charts" and inside:
                below[folder][own] = content
        return tuple(
            (name, chart)
            for chart in (Chart(files) for _, files in sorted(below.items()))
            for name in self._names_of(chart)
        )

    def _names_of(self, subchart: Chart) -> list[str]:
        called = subchart.name
        wanted = [entry for _, entry in fields.mappings(self._said, "dependencies")]
        aliases = [fields.text(entry, "alias") or called for entry in wanted if entry.get("name") == called]
        return [name for name in aliases or [called] if name]

    @cached_property
    def _said(self) -> Mapping[str, Any]:
        """What Chart.yaml says."""
        return fields.mapping(read("Chart.yaml", self.files.get("Chart.yaml", b"")).data)

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The texts of all templates, those of subcharts among them."""
        return {
            path: content.decode("utf-8", "replace")
            for path, content in self.files.items()
            if "templates" in path.split("/")[:-1]
        }


@dataclass
class _Budget:
    """What may still be unpacked of a chart with all charts in it."""

    left: int = _MOST_BYTES

    def take(self, size: int, path: str) -> None:
        self.left -= size
        if self.left < 0:
            raise Unusable(f"`{path}` holds more than {_MOST_BYTES} bytes")


def _unpacked(path: str, content: bytes, budget: _Budget, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The files of a packed chart, without the folder that holds them all, and without links."""
    import io  # noqa: PLC0415 -- few meshes have packed charts, and the modules for them cost 20 ms
    import tarfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    if depth > _MOST_DEPTH:
        raise Unusable(f"`{path}` holds charts in charts, more than {_MOST_DEPTH} deep")
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                budget.take(member.size, path)
                if not member.isfile():
                    continue
                read = archive.extractfile(member)
                name = posixpath.normpath(member.name).partition("/")[2]
                if ".." in name.split("/"):
                    raise Unusable(f"`{path}` holds `{member.name}`, which leads out of it")
                if read and name:
                    yield from _with_subcharts(name, read.read(), budget, depth)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Unusable(f"`{path}` cannot be unpacked: {error}") from error


def _with_subcharts(name: str, content: bytes, budget: _Budget, depth: int) -> Iterator[tuple[str, bytes]]:
    """A file; of a packed subchart, which Helm would unpack itself, its files."""
    folder, _, own = name.rpartition("/")
    if folder.rpartition("/")[2] != "charts" or own.startswith((".", "_")) or not own.endswith(_PACKED):
        yield name, content
        return
    for path, below in _unpacked(name, content, budget, depth + 1):
        yield f"{folder}/{own.partition('.t')[0]}/{path}", below
