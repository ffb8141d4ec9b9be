"""A command is a value: it runs to its end, or says what stopped it."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from meshwarden.errors import CouldNotFinish
from meshwarden.tools.command import Command


def python(code: str, **options: Any) -> Command:
    """Return a command that runs `code`."""
    return Command((sys.executable, "-c", code), **options)


def test_what_the_program_writes_comes_back() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr)").run()
    assert (done.status, done.stdout, done.stderr) == (0, b"out\n", "err\n")


def test_bytes_that_are_no_text_are_kept() -> None:
    done = python(r"import os; os.write(1, b'a\0\xff')").run()
    assert done.stdout == b"a\0\xff"
    assert done.text == "a\0\ufffd"


def test_the_program_reads_its_input() -> None:
    assert (
        python("print(input())", input="prüfe\n".encode(), environment={"PYTHONUTF8": "1"}).run().text
        == "prüfe\n"
    )


def test_without_input_the_program_reads_the_end() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").run().text == "''\n"


def test_it_runs_in_its_directory(tmp_path: Path) -> None:
    assert python("import os; print(os.getcwd())", directory=tmp_path).run().text.strip() == str(tmp_path)


def test_the_environment_is_the_whole_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESHWARDEN_LEAKS", "yes")
    code = "import os; print(os.environ.get('MESHWARDEN_LEAKS'), os.environ.get('GIVEN'))"
    assert python(code, environment={"GIVEN": "1"}).run().text == "None 1\n"
    assert python(code).run().text == "yes None\n"


def test_an_allowed_status_is_an_answer() -> None:
    assert python("raise SystemExit(7)", allowed_statuses=frozenset({0, 7})).run().status == 7


def test_another_status_names_program_status_and_the_end_of_its_error() -> None:
    noise = "import sys; [print('line', n, file=sys.stderr) for n in range(99)]; raise SystemExit(3)"
    with pytest.raises(CouldNotFinish) as caught:
        python(noise).run()
    message = caught.value.message
    assert message.startswith(f"`{Path(sys.executable).name}` ended with status 3: line 79\n")
    assert message.endswith("line 98")


def test_one_endless_line_of_error_is_cut_from_its_front() -> None:
    with pytest.raises(CouldNotFinish) as caught:
        python("raise SystemExit('x' * 100_000 + ' the cause')").run()
    assert len(caught.value.message) < 5_000
    assert caught.value.message.endswith(" the cause")


def test_a_silent_failure_says_so() -> None:
    with pytest.raises(CouldNotFinish, match="ended with status 1, and wrote no error"):
        python("raise SystemExit(1)").run()


def test_a_killed_program_names_the_signal() -> None:
    with pytest.raises(CouldNotFinish, match="was killed by SIGKILL"):
        python(f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})").run()


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(CouldNotFinish) as caught:
        Command((str(tmp_path / "kustomize"), "build")).run()
    assert "`kustomize` could not be started" in caught.value.message
    assert str(tmp_path / "kustomize") in caught.value.message


def test_a_missing_directory_is_not_told_as_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(CouldNotFinish) as caught:
        python("pass", directory=tmp_path / "gone").run()
    assert f"{tmp_path / 'gone'}: No such file or directory" in caught.value.message


def test_a_file_that_is_no_program_could_not_be_started(tmp_path: Path) -> None:
    broken = tmp_path / "opa"
    broken.write_bytes(b"\x7fELFnot")
    broken.chmod(0o755)
    with pytest.raises(CouldNotFinish, match="`opa` could not be started"):
        Command((str(broken),)).run()


def test_over_time_the_whole_group_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, time, pathlib\n"
        "print('started', file=sys.stderr, flush=True)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    before = time.monotonic()
    with pytest.raises(CouldNotFinish, match="took longer than 2 s: started"):
        python(code, time_limit=2).run()
    assert time.monotonic() - before < 20
    assert ended(int(pid_file.read_text()))


def test_a_descendant_that_holds_the_pipes_does_not_hold_the_run() -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    with pytest.raises(CouldNotFinish, match="took longer than 1 s"):
        python(code, time_limit=1).run()


def ended(pid: int) -> bool:
    """Return whether the process is gone, or dead and not yet reaped, within five seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
