"""The records that every floor speaks in, and the errors that end a run."""

import pytest

from meshwarden.errors import CouldNotFinish, ExitStatus, WrongUsage
from meshwarden.findings import Pointer, Severity, fingerprint, json_pointer


def test_severities_are_compared_and_written() -> None:
    assert max(Severity) is Severity.ERROR
    assert [severity.label for severity in Severity] == ["info", "warning", "error"]
    assert all(Severity.of(severity.label) is severity for severity in Severity)
    with pytest.raises(KeyError):
        Severity.of("fatal")


@pytest.mark.parametrize(
    ("pointer", "written"),
    [((), ""), (("a", 0, "b"), "/a/0/b"), (("a/b", "~c", ""), "/a~1b/~0c/"), (("~1",), "/~01")],
)
def test_pointers_are_written_as_rfc_6901_says(pointer: Pointer, written: str) -> None:
    assert json_pointer(pointer) == written


def test_a_fingerprint_tells_findings_apart_and_nothing_else() -> None:
    one = fingerprint("a/b", "x.yaml", ("a", "=name"), "v")
    assert one == fingerprint("a/b", "x.yaml", ("a", "=name"), "v")
    assert len(one) == 32
    others = [
        fingerprint("a/c", "x.yaml", ("a", "=name"), "v"),
        fingerprint("a/b", "y.yaml", ("a", "=name"), "v"),
        fingerprint("a/b", "x.yaml", ("a", "=other"), "v"),
        fingerprint("a/b", "x.yaml", ("a", "=name"), None),
    ]
    assert len({one, *others}) == 5


def test_errors_know_the_status_that_a_run_ends_with() -> None:
    assert WrongUsage("x").status is ExitStatus.WRONG_USAGE
    error = CouldNotFinish("what", "do this")
    assert (error.status, error.message, error.hint, str(error)) == (
        ExitStatus.COULD_NOT_FINISH,
        "what",
        "do this",
        "what",
    )
