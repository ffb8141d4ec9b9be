"""Where a rule is explained."""

from typing import Final

_PAGES: Final = "https://meshwarden.dev/rules/"


def page_of(rule: str) -> str:
    """The address of a rule's page."""
    return f"{_PAGES}{rule}"
