"""How long a check of one contract takes, OPA included, against check-jsonschema on the same file."""

from __future__ import annotations

import importlib.util
import statistics
import sys
from pathlib import Path

from timing import in_turn, ratio

CHECKOUT = Path(__file__).resolve().parent.parent
CONTRACT = "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"


def main(runs: int = 15) -> None:
    package = importlib.util.find_spec("open_data_contract_standard")
    assert package
    assert package.submodule_search_locations
    schema = str(Path(package.submodule_search_locations[0]) / "schema.json")
    scripts = Path(sys.executable).parent
    commands = {
        "meshwarden check": [str(scripts / "meshwarden"), "check", CONTRACT],
        "check-jsonschema": [str(scripts / "check-jsonschema"), "--schemafile", schema, CONTRACT],
    }
    seconds = in_turn(commands, CHECKOUT, runs)
    for name, taken in seconds.items():
        print(f"{name:<18} {statistics.median(taken):.3f} s, median of {runs}")
    print(f"ratio              {ratio(*seconds.values()):.2f}")


if __name__ == "__main__":
    main()
