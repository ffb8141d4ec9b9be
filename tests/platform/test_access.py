"""Who is bound to what: the cases that a look at names alone would get wrong."""

from __future__ import annotations

from typing import Any

from tests.platform.access import may_watch, rules_of

ACCOUNT = ("ops", "controller")


def role(kind: str, verbs: list[str], namespace: str | None = None) -> dict[str, Any]:
    metadata = {"name": "work", **({"namespace": namespace} if namespace else {})}
    rule = {"apiGroups": ["example.org"], "resources": ["things"], "verbs": verbs}
    return {"kind": kind, "metadata": metadata, "rules": [rule]}


def binding(kind: str, to: str, namespace: str | None = None, subject: str = "controller") -> dict[str, Any]:
    metadata = {"name": "b", **({"namespace": namespace} if namespace else {})}
    subjects = [{"kind": "ServiceAccount", "namespace": "ops", "name": subject}]
    return {
        "kind": kind,
        "metadata": metadata,
        "roleRef": {"kind": to, "name": "work"},
        "subjects": subjects,
    }


def watches(*objects: dict[str, Any]) -> bool:
    return may_watch("example.org", "things", rules_of(ACCOUNT, objects))


READ = ["get", "list", "watch"]


def test_a_bound_role_lets_watch() -> None:
    assert watches(role("ClusterRole", READ), binding("ClusterRoleBinding", "ClusterRole"))
    assert watches(role("ClusterRole", READ), binding("RoleBinding", "ClusterRole", "data"))
    assert watches(role("Role", READ, "data"), binding("RoleBinding", "Role", "data"))


def test_a_role_that_is_not_bound_does_not() -> None:
    assert not watches(role("ClusterRole", READ))
    assert not watches(
        role("ClusterRole", READ), binding("ClusterRoleBinding", "ClusterRole", subject="other")
    )
    assert not watches(role("Role", READ, "data"), binding("RoleBinding", "Role", "elsewhere"))
    assert not watches(role("Role", READ, "data"), binding("ClusterRoleBinding", "Role"))


def test_reading_alone_is_no_watching() -> None:
    assert not watches(role("ClusterRole", ["get", "list"]), binding("ClusterRoleBinding", "ClusterRole"))
    named = role("ClusterRole", READ)
    named["rules"][0]["resourceNames"] = ["one"]
    assert not watches(named, binding("ClusterRoleBinding", "ClusterRole"))


def test_rights_add_up() -> None:
    more = role("ClusterRole", ["watch"])
    more["rules"].append({"apiGroups": ["example.org"], "resources": ["things"], "verbs": ["get", "list"]})
    assert watches(more, binding("ClusterRoleBinding", "ClusterRole"))
