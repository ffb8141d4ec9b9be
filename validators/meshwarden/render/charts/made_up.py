"""Functions of templates that give something else each time: random values, certificates, the time.

What a chart makes with them is made anew with every rendering, and would be a change with each. Charts often
hold such functions in parts that are not in use; so what comes of them decides, not whether they are there.
"""

from __future__ import annotations

import re
from typing import Final

from meshwarden.render.charts.chart import Chart

# https://masterminds.github.io/sprig/ and https://helm.sh/docs/chart_template_guide/function_list/. What
# `keys` and `values` give is in no order.
_FUNCTIONS: Final = re.compile(
    r"\b(?:rand[A-Z]\w*|uuidv4|gen[A-Z]\w*|bcrypt|htpasswd|encryptAES|shuffle|now|ago|keys|values)\b"
)
_ACTION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TEXT_OR_NOW: Final = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|(?<![\w.$])now\b')
_OTHER_DAY: Final = "(toDate `2006-01-02` `2001-02-03`)"


def may_make_up(chart: Chart, values: bytes) -> bool:
    """Whether anything in the templates, or in values that may be templates, is such a function."""
    texts = (*chart.templates.values(), chart.defaults.decode("utf-8", "replace"))
    return any(map(_FUNCTIONS.search, (*texts, values.decode("utf-8", "replace"))))


def another_day(chart: Chart) -> Chart:
    """The chart with another time in place of `now`: two renderings may lie in one second, or in one year."""
    changed = {path: _ACTION.sub(_with_other_day, text) for path, text in chart.templates.items()}
    return Chart({**chart.files, **{path: text.encode() for path, text in changed.items()}})


def _with_other_day(action: re.Match[str]) -> str:
    return _TEXT_OR_NOW.sub(lambda found: _OTHER_DAY if found[0] == "now" else found[0], action[0])
