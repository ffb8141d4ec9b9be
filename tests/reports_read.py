"""Reading the JSON report as a program would."""

from typing import Any


def standing(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings that count: those that are not waived."""
    return [finding for finding in report["findings"] if finding["waived"] is None]
