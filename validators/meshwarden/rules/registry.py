"""All rules. A new one is one module, and one line here; a policy is a Rego file, and no line at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshwarden.errors import WrongUsage
from meshwarden.policy.modules import Policy
from meshwarden.rules.contract import physical_type
from meshwarden.rules.contract import server as contract_server
from meshwarden.rules.deployment import capability, coordinates, not_expressed, not_rendered, port, server
from meshwarden.rules.deployment import environment as deployment_environment
from meshwarden.rules.gitops import build, ceiling, duplicate_object, edited, orphan, schema, stale
from meshwarden.rules.helm import values
from meshwarden.rules.layout import missing_manifest, path, type, unknown_file  # noqa: A004
from meshwarden.rules.naming import rendered_collision
from meshwarden.rules.reference import access, contract, domain, duplicate_id, environment, input_port, team
from meshwarden.rules.reference import path as reference_path
from meshwarden.rules.reference import rule as reference_rule
from meshwarden.rules.rule import PolicyRule, Rule
from meshwarden.rules.schema import unknown_kind, version, violation
from meshwarden.rules.security import grant_approved
from meshwarden.rules.sla import retention
from meshwarden.rules.stage import component, order, provider
from meshwarden.rules.topology import cycle, direction
from meshwarden.rules.waiver import expired, incomplete, too_long, unknown_rule, unused
from meshwarden.rules.yaml import (
    alias_expansion,
    ambiguous_scalar,
    depth,
    duplicate_key,
    encoding,
    merge_key,
    several_documents,
    size,
    syntax,
    tag,
)

PYTHON_RULES: Final[tuple[Rule, ...]] = tuple(
    module.RULE
    for module in (
        *(syntax, duplicate_key, ambiguous_scalar, alias_expansion, depth, size),
        *(encoding, several_documents, tag, merge_key),
        *(path, unknown_file, missing_manifest, type),
        *(violation, unknown_kind, version),
        *(contract, input_port, duplicate_id, environment, team, domain, access, reference_path),
        *(cycle, direction),
        *(physical_type, contract_server),
        *(deployment_environment, server, port, capability, coordinates, not_rendered, not_expressed),
        *(retention,),
        *(order, provider, component),
        *(values,),
        *(grant_approved,),
        *(expired, unused, too_long, incomplete, unknown_rule, reference_rule),
        *(stale, edited, orphan, build, ceiling, rendered_collision, schema, duplicate_object),
    )
)


def policy_rule(policy: Policy) -> PolicyRule:
    """A policy as the rule that it is."""
    text = f"{policy.title}\n\n{policy.description.strip()}"
    if policy.hint:
        text += f"\n\nTo fix it, {policy.hint.rstrip('.')}."
    return PolicyRule(policy.id, policy.severity, text, policy.kinds, path=policy.module.path)


def all_rules(policies: Iterable[Policy]) -> tuple[Rule, ...]:
    """Python's rules and Rego's, by category in the order of the catalogue, then by name.

    `WrongUsage` for a policy that takes the id of a rule in Python.
    """
    given = tuple(policies)
    taken = {rule.id for rule in PYTHON_RULES}
    for policy in given:
        if policy.id in taken:
            raise WrongUsage(
                f"{policy.module.path} calls itself `{policy.id}`, which is a rule of meshwarden's own"
            )
    rules = (*PYTHON_RULES, *(policy_rule(policy) for policy in given))
    order = {category: index for index, category in enumerate(CATEGORIES)}
    return tuple(sorted(rules, key=lambda rule: (order.get(rule.category, len(order)), rule.id)))


CATEGORIES: Final = (
    *("yaml", "layout", "naming", "schema", "reference", "topology", "ownership", "contract"),
    *("classification", "sla", "deployment", "platform", "stage", "terraform", "helm", "security"),
    *("gitops", "waiver", "policy"),
)
