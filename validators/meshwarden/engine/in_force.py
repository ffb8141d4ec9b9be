"""What is in force for one file of a mesh: of each rule how severe it is there, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from meshwarden.engine.opening import policies_of
from meshwarden.engine.reading import read_mesh_file
from meshwarden.engine.scan import Scan, scan
from meshwarden.engine.selection import means
from meshwarden.engine.severities import is_over, setting_for
from meshwarden.errors import WrongUsage
from meshwarden.findings import Pointer, Severity
from meshwarden.manifests.kinds import WAIVER_LIST
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.manifests.settings import MESH_FILE, RuleSetting, read_settings
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import ManifestRule, MeshRule, RenderedRule, Rule
from meshwarden.sources.document import Document
from meshwarden.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule for a file. `severity` is None where it is off; `reasons` say why it is as it is."""

    rule: str
    severity: Severity | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileRules:
    """The rules for a file: `what` says what it is, `others` are those that do not judge it."""

    path: str
    what: str
    rules: tuple[InForce, ...]
    others: tuple[str, ...]


def rules_for(tree: Tree, path: str, today: date) -> FileRules:
    """The rules for a file of the mesh in `tree`. `WrongUsage` where there is no such file, or no mesh."""
    listing = tree.listing()
    mesh_manifest = read_mesh_file(tree, listing)
    settings = read_settings(mesh_manifest.data)
    if path not in listing.files:
        raise WrongUsage(
            f"{path or 'this'} is no file of the mesh", "Name a file that Git tracks or would add."
        )
    rules = all_rules(policies_of(tree, listing, settings))
    scanned = scan(tree, listing, mesh_manifest, settings)
    manifest = next((found for found in scanned.mesh.manifests if found.path == path), None)
    about = _About(scanned, mesh_manifest.document, path, today)
    meant = [rule for rule in rules if _judges(rule, manifest, path, scanned)]
    return FileRules(
        path=path,
        what=_what(manifest, path, scanned),
        rules=tuple(about.rule(rule) for rule in meant),
        others=tuple(rule.id for rule in rules if rule not in meant),
    )


def _judges(rule: Rule, manifest: Manifest | None, path: str, scanned: Scan) -> bool:
    if isinstance(rule, RenderedRule):
        return path.startswith(f"{scanned.mesh.settings.render_path}/") or _is_read(manifest)
    if not _is_read(manifest) or manifest is None or manifest.kind is None:
        return manifest is not None and isinstance(rule, MeshRule) and not rule.kinds
    if isinstance(rule, ManifestRule) and not (manifest.known or rule.unread):
        return False
    return not rule.kinds or manifest.kind.name in rule.kinds


def _is_read(manifest: Manifest | None) -> bool:
    return manifest is not None and manifest.standing is not Standing.FOREIGN


def _what(manifest: Manifest | None, path: str, scanned: Scan) -> str:
    """What a file is, and whose."""
    domain = scanned.mesh.domain_of(path)
    whose = f" of domain {domain}" if domain else ""
    if path in scanned.content:
        return f"content of {scanned.content[path]}"
    if path.startswith(f"{scanned.mesh.settings.render_path}/"):
        return "a rendered file"
    if manifest is None:
        return f"skipped: {scanned.skipped.get(path, 'it lies outside of the mesh and its folders')}"
    if manifest.kind is None or not _is_read(manifest):
        return f"a file that belongs to nothing{whose}"
    return f"{manifest.kind.name}{whose}" + ("" if manifest.known else f", {manifest.standing.value}")


@dataclass(frozen=True)
class _About:
    """What mesh.yaml and the waivers say of rules for one file."""

    scanned: Scan
    mesh_file: Document
    path: str
    today: date

    def rule(self, rule: Rule) -> InForce:
        settings = self.scanned.mesh.settings
        for index, name in enumerate(settings.ignore if rule.waivable else ()):
            if means(name, rule.id):
                return InForce(
                    rule.id, None, (f"ignored by {self._line(('spec', 'rules', 'ignore', index))}",)
                )
        reasons = list(self._waivers(rule))
        setting = setting_for(rule, self.scanned.mesh.domain_of(self.path), settings)
        if setting is None:
            return InForce(rule.id, rule.severity, tuple(reasons))
        severity = rule.severity if is_over(setting, self.today) else setting.severity
        return InForce(rule.id, severity, (self._said(rule, setting), *reasons))

    def _said(self, rule: Rule, setting: RuleSetting) -> str:
        where = self._line(("spec", "rules", "settings", setting.index))
        whom = f" for {', '.join(setting.domains)}" if setting.domains else ""
        if setting.since is None:
            return f"set{whom} by {where}"
        what = f"{rule.severity.label} since" if is_over(setting, self.today) else f"set{whom} until"
        then = "" if is_over(setting, self.today) else f", then {rule.severity.label}"
        return f"{what} {setting.since.isoformat()}{then}, by {where}"

    def _waivers(self, rule: Rule) -> Iterator[str]:
        for waiver in self.scanned.mesh.waivers:
            if waiver.rule == rule.id and waiver.meets(self.path, waiver.below):
                line = _document(self.scanned, waiver.path).span(waiver.pointer).line
                where = f" at {waiver.below} and below" if waiver.below else ""
                over = ", which is over," if waiver.expires < self.today else ""
                said = f"waived{where} until {waiver.expires.isoformat()}{over} by {waiver.path}:{line}"
                yield f"{said}: {waiver.reason or 'no reason'}" if rule.waivable else "it cannot be waived"

    def _line(self, pointer: Pointer) -> str:
        return f"{MESH_FILE}:{self.mesh_file.span(pointer).line}"


def _document(scanned: Scan, path: str) -> Document:
    lists: Sequence[Manifest] = scanned.mesh.of_kind(WAIVER_LIST.name)
    return next(found.document for found in lists if found.path == path)
