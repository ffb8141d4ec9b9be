"""The command: a contract, one of its tables, and a CSV file with a line of names."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mesh_contracts.contract import ContractError, load
from mesh_contracts.rows import check_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes each violation as a line; 0 if there is none, 1 if there are some, 2 if it cannot be told."""
    parser = argparse.ArgumentParser(
        prog="mesh-contracts", description="Holds a CSV file against its contract."
    )
    parser.add_argument("contract", type=Path)
    parser.add_argument("table")
    parser.add_argument("rows", type=Path)
    options = parser.parse_args(arguments)
    rows = violations = 0

    def counted(lines: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
        nonlocal rows
        for line in lines:
            rows += 1
            yield line

    try:
        table = load(options.contract).table(options.table)
        with options.rows.open(encoding="utf-8-sig", newline="") as file:
            for violation in check_rows(table, counted(csv.DictReader(file))):
                violations += 1
                sys.stdout.write(f"{violation}\n")
    except (ContractError, OSError, UnicodeDecodeError, csv.Error) as error:
        sys.stderr.write(f"mesh-contracts: {error}\n")
        return 2
    sys.stdout.write(f"{violations} violations in {rows} rows\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
