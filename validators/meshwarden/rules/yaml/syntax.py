"""The text is not YAML.

Nothing in such a file can be judged, so it is an error whatever the file is for. The rest of the mesh is
still checked; what refers to this file is not judged until it can be read.

To fix it, look at the place and just before it: most often a colon within unquoted text, a tab, an
indentation that fits no level, or a quote or bracket that is never closed.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind

# libyaml's words → what to do. Its messages: https://github.com/yaml/libyaml, src/scanner.c and parser.c.
_HINTS: Final = {
    "mapping values are not allowed": "Quote text that holds `: `, or check the indentation of this line.",
    "did not find expected key": "Check the indentation: this line fits no mapping that is open here.",
    "did not find expected '-' indicator": "Check the indentation: items of a list start in one column.",
    "did not find expected ',' or ']'": "Close the list with `]`, or separate its items with `,`.",
    "did not find expected ',' or '}'": "Close the mapping with `}`, or separate its entries with `,`.",
    "found unexpected end of stream": "A quote or a bracket that was opened is never closed.",
    "could not find expected ':'": "A key needs a colon and a space behind it.",
    "found undefined tag handle": "Quote text that starts with `!`.",
    "found unknown escape character": "Double the backslash, or use single quotes.",
    "did not find expected <document start>": "Nothing may stand behind `...`: one file holds one document.",
}


def _say(manifest: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    hint = next((hint for problem, hint in _HINTS.items() if problem in anomaly.detail), None)
    if "cannot start any token" in anomaly.detail:
        hint = _reserved(manifest, anomaly)
    return f"this is not YAML: {anomaly.detail}", hint


def _reserved(manifest: Manifest, anomaly: Anomaly) -> str:
    line, column = anomaly.span.line, anomaly.span.column
    character = manifest.document.lines[line][column - 1 : column]
    if character == "\t":
        return "Indent with spaces: YAML takes no tabs there."
    return f"Quote text that starts with `{character}`: YAML reserves it."


RULE: Final = anomaly_rule("yaml/syntax", __doc__, AnomalyKind.SYNTAX, _say)
