"""What a service account may do, by the roles and bindings among some objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]

WATCH = frozenset({"get", "list", "watch"})


def rules_of(account: tuple[str, str], objects: Iterable[Object]) -> Iterator[Mapping[str, list[str]]]:
    """The rules that bindings give to the service account of this namespace and name."""
    entries = list(objects)
    for binding in entries:
        if binding["kind"] not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        subjects = [
            (subject.get("namespace", ""), subject["name"])
            for subject in binding.get("subjects", ())
            if subject["kind"] == "ServiceAccount"
        ]
        if account in subjects:
            yield from (rule for role in entries if _is_meant(binding, role) for rule in role["rules"])


def may_watch(group: str, plural: str, rules: Iterable[Mapping[str, list[str]]]) -> bool:
    """Whether rules let all objects of a kind be read and watched."""
    verbs = {
        verb
        for rule in rules
        if group in rule.get("apiGroups", ()) and plural in rule.get("resources", ())
        if "resourceNames" not in rule
        for verb in rule["verbs"]
    }
    return verbs >= WATCH


def _is_meant(binding: Object, role: Object) -> bool:
    """Whether a binding refers to the role; a Role is meant in the binding's own namespace only."""
    reference = binding["roleRef"]
    if (role["kind"], role["metadata"]["name"]) != (reference["kind"], reference["name"]):
        return False
    if role["kind"] == "ClusterRole":
        return True
    places = {entry["metadata"].get("namespace") for entry in (role, binding)}
    return binding["kind"] == "RoleBinding" and len(places) == 1
