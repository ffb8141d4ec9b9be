"""The command, as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from mesh_contracts.__main__ import main

CONTRACT = """\
apiVersion: v3.0.2
kind: DataContract
id: zones
version: 1.0.0
status: active
schema:
  - name: zones
    properties:
      - {name: id, logicalType: integer, primaryKey: true}
      - {name: borough, logicalType: string, required: true}
"""


@pytest.fixture
def contract(tmp_path: Path) -> str:
    path = tmp_path / "zones.odcs.yaml"
    path.write_text(CONTRACT)
    return str(path)


def run(contract: str, table: str, rows: str, tmp_path: Path) -> int:
    path = tmp_path / "zones.csv"
    path.write_text(rows)
    return main([contract, table, str(path)])


def test_rows_that_keep_the_contract(
    contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(contract, "zones", "\ufeffid,borough\n1,Queens\n2,Bronx\n", tmp_path) == 0
    assert capsys.readouterr().out == "0 violations in 2 rows\n"


def test_rows_that_do_not(contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(contract, "zones", "id,borough\n1,Queens\nx,\n1,Bronx\n", tmp_path) == 1
    assert capsys.readouterr().out.splitlines() == [
        "row 2, column id: `x` is no integer",
        "row 2, column borough: required, and empty",
        "row 3, column id: `1` is in row 1 already",
        "3 violations in 3 rows",
    ]


def test_a_table_that_is_not_there(contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(contract, "boroughs", "id,borough\n", tmp_path) == 2
    assert capsys.readouterr().err == "mesh-contracts: contract zones has no table `boroughs`; it has zones\n"


def test_a_file_that_is_not_there(contract: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([contract, "zones", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err
