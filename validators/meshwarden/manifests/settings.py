"""mesh.yaml as a record: what it says, and the defaults for what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from meshwarden.findings import Severity
from meshwarden.manifests import fields
from meshwarden.manifests.layout import DEFAULT_PATTERNS, PLANES, TYPES, Layout

MESH_FILE: Final = "mesh.yaml"
_SEVERITIES: Final = {severity.label: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of the mesh: its cluster, and the coordinates of the systems in it."""

    name: str
    cluster_name: str | None
    cluster_server: str | None
    namespace: str
    coordinates: Mapping[str, Mapping[str, Any]]
    kubernetes: str | None = None  # its version, such as 1.34

    def coordinate(self, system: str, key: str) -> str | None:
        """A text among the coordinates of `system`, such as aws' region; None if mesh.yaml has none.

        `key` has a dot before what lies within a field.
        """
        return fields.text(self.coordinates, system, *key.split("."))


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What Argo CD projects may ever hold: patterns of `group/Kind`, and of namespaces."""

    kinds: tuple[str, ...]
    namespaces: tuple[str, ...]


NOTHING: Final = Ceiling((), ())


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """A rule's severity (None: off) until a date, and for which domains (empty: all)."""

    rule: str
    severity: Severity | None
    since: date | None
    domains: tuple[str, ...]
    index: int = 0  # of its place in mesh.yaml


@dataclass(frozen=True)
class Settings:
    """mesh.yaml. `teams`, `classifications` and `environments` are None where the file does not tell them."""

    name: str = "mesh"
    repository_url: str = ""
    repository_branch: str = "main"
    repository_path: str = "."
    argocd_namespace: str = "argocd"
    argocd_version: str = "3.6"
    domain_ceiling: Ceiling = NOTHING
    platform_ceiling: Ceiling = Ceiling(("*",), ("*",))
    environments: tuple[Environment, ...] | None = None
    teams: Mapping[str, Mapping[str, Any]] | None = None
    classifications: tuple[str, ...] | None = None
    layout: Layout = field(default_factory=Layout)
    render_path: str = "rendered"
    render_committed: bool = True
    crds: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR
    ignore: tuple[str, ...] = ()
    rule_settings: tuple[RuleSetting, ...] = ()
    waiver_days: int | None = None  # how many days after the check a waiver may at most expire

    def environment(self, name: str) -> Environment | None:
        """The environment of that name; None if the mesh has none."""
        return next((env for env in self.environments or () if env.name == name), None)

    @property
    def environment_names(self) -> tuple[str, ...]:
        """The environments' names, in the order of promotion."""
        return tuple(environment.name for environment in self.environments or ())


def read_settings(data: Any) -> Settings:
    """The settings that mesh.yaml's document holds; defaults for what is missing or has the wrong type."""
    spec = fields.mapping(data, "spec")
    given: dict[str, Any] = {
        "name": fields.text(data, "metadata", "name"),
        "repository_url": fields.text(spec, "repository", "url"),
        "repository_branch": fields.text(spec, "repository", "branch"),
        "repository_path": fields.text(spec, "repository", "path"),
        "argocd_namespace": fields.text(spec, "argocd", "namespace"),
        "argocd_version": fields.text(spec, "argocd", "version"),
        "domain_ceiling": _ceiling(spec, "domains"),
        "platform_ceiling": _ceiling(spec, "platform"),
        "environments": _environments(spec),
        "teams": _teams(spec),
        "classifications": fields.texts(spec, "classifications") or None,
        "layout": _layout(spec),
        "render_path": _folder(fields.text(spec, "render", "path")),
        "crds": fields.texts(spec, "crds"),
        "policies": fields.texts(spec, "policies"),
        "fail_on": _SEVERITIES.get(str(fields.at(spec, "rules", "failOn"))),
        "ignore": fields.texts(spec, "rules", "ignore"),
        "rule_settings": _rule_settings(spec),
        "waiver_days": _days(fields.at(spec, "rules", "waivers", "maximumDays")),
    }
    committed = fields.at(spec, "render", "committed") is not False
    return Settings(
        **{key: value for key, value in given.items() if value is not None}, render_committed=committed
    )


def _days(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _folder(path: str | None) -> str | None:
    """A folder below the mesh's own; None for one that leads out of it, or is the mesh's folder itself."""
    if path is None or path.startswith("/"):
        return None
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return None if ".." in parts else "/".join(parts) or None


def _ceiling(spec: Mapping[str, Any], whose: str) -> Ceiling | None:
    found = fields.mapping(spec, "argocd", "ceiling", whose)
    return Ceiling(fields.texts(found, "kinds"), fields.texts(found, "namespaces")) if found else None


def _environments(spec: Mapping[str, Any]) -> tuple[Environment, ...] | None:
    if not isinstance(spec.get("environments"), list):
        return None
    return tuple(
        Environment(
            name=name,
            cluster_name=fields.text(entry, "cluster", "name"),
            cluster_server=fields.text(entry, "cluster", "server"),
            namespace=fields.text(entry, "namespace") or "{domain}-{product}",
            coordinates={key: value for key, value in entry.items() if isinstance(value, dict)},
            kubernetes=fields.text(entry, "kubernetes"),
        )
        for _, name, entry in fields.named(spec, "environments")
    )


def _teams(spec: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]] | None:
    """The teams by name; None if not all can be read: an owner that is not among the rest may be one."""
    given = spec.get("teams")
    named = [
        (name, entry) for _, entry in fields.mappings(spec, "teams") if (name := fields.text(entry, "name"))
    ]
    return dict(named) if isinstance(given, list) and len(named) == len(given) else None


def _layout(spec: Mapping[str, Any]) -> Layout:
    said = fields.mapping(spec, "layout")
    own = {key: value for key, value in said.items() if key in DEFAULT_PATTERNS and isinstance(value, str)}
    types = {key: value for key, value in fields.mapping(said, "types").items() if isinstance(value, str)}
    planes = {key: value for key, value in fields.mapping(said, "planes").items() if isinstance(value, str)}
    return Layout({**DEFAULT_PATTERNS, **own}, types or TYPES, planes or PLANES)


def _rule_settings(spec: Mapping[str, Any]) -> tuple[RuleSetting, ...]:
    settings = (_rule_setting(index, said) for index, said in fields.mappings(spec, "rules", "settings"))
    return tuple(setting for setting in settings if setting)


def _rule_setting(index: int, said: Mapping[str, Any]) -> RuleSetting | None:
    """A setting; None if it is not whole, as a mistyped word must switch no rule off."""
    rule, severity = fields.text(said, "rule"), said.get("severity")
    since, domains = fields.day(said, "from"), fields.texts(said, "domains")
    if rule is None or severity not in (*_SEVERITIES, "off"):
        return None
    if (said.get("from") is not None and since is None) or ("domains" in said and not domains):
        return None
    return RuleSetting(rule, _SEVERITIES.get(severity), since, domains, index)
