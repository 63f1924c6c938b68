"""Time the SQL of every model by itself, without dbt: `python benchmarks/statements.py [WAREHOUSE]`.

Runs the statements of the last refresh, in their order, in a new DuckDB file and prints their sum and the ten slowest.
What a refresh takes beyond it is dbt, tests and files.
"""

import sys
import tempfile
from pathlib import Path

from grading.build.replay import replay


def main(warehouse: Path) -> None:
    """Run the statements and print what they took."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = replay((warehouse / "current").resolve(), Path(folder))
    print(f"{sum(spent for spent, _ in seconds):.2f} s in {len(seconds)} statements")
    for spent, name in sorted(seconds, reverse=True)[:10]:
        print(f"{spent:8.2f}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse"))
