"""The editor's settings name every schema, and files of the default layout."""

import json
import re
from typing import Any

from tests.schemas.documents import ROOT, SCHEMAS

SETTINGS: dict[str, Any] = json.loads((ROOT / ".vscode" / "settings.json").read_text("utf-8"))
LAYOUT = SCHEMAS["mesh"]["properties"]["spec"]["properties"]["layout"]["properties"]


def test_every_schema_is_associated() -> None:
    assert set(SETTINGS["yaml.schemas"]) == {f"./schemas/{name}.schema.json" for name in SCHEMAS}


def test_associations_are_those_of_the_default_layout() -> None:
    patterns = {
        field: "/" + re.sub(r"\{\w+\}", "*", LAYOUT[field]["default"])
        for field in ("domain", "product", "deployment", "waivers", "plane", "stage", "platformProduct")
    }
    assert set(SETTINGS["yaml.schemas"].values()) == {"/mesh.yaml", *patterns.values()}
