"""The rules that commands tell of, where nothing is checked."""

from __future__ import annotations

from pathlib import Path

from meshwarden.commands.where import files_of, mesh_root
from meshwarden.engine.opening import policies_of
from meshwarden.engine.reading import read_mesh_file
from meshwarden.errors import WrongUsage
from meshwarden.manifests.settings import read_settings
from meshwarden.policy.modules import own_modules, policies
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import Rule


def known_rules(start: Path) -> tuple[Rule, ...]:
    """The rules of the mesh around `start`, its own policies among them; meshwarden's where there is none."""
    try:
        tree = files_of(mesh_root(start), staged=False)
    except WrongUsage:
        return all_rules(policies(own_modules()))
    listing = tree.listing()
    return all_rules(policies_of(tree, listing, read_settings(read_mesh_file(tree, listing).data)))
