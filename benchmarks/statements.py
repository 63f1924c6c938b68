"""Time the SQL of every model by itself, without dbt: `python benchmarks/statements.py [WAREHOUSE]`,
after `grading refresh --full-refresh`.

Runs the statements of the last refresh, in their order, in a new DuckDB file and prints their sum and the ten slowest.
What a refresh takes beyond it is dbt, tests and files.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb


def main(warehouse: Path) -> None:
    """Run the statements and print what they took."""
    release = (warehouse / "current").resolve()
    nodes = json.loads((release / "target/manifest.json").read_text())["nodes"]
    done = json.loads((release / "target/run_results.json").read_text())["results"]
    models = [
        (nodes[result["unique_id"]], result["compiled_code"])
        for result in done
        if result["unique_id"].startswith("model.")
    ]
    seconds: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(
            f"{folder}/build.duckdb", config={"preserve_insertion_order": False, "checkpoint_threshold": "1GB"}
        )
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{release / 'build.duckdb'}' as finished (read_only)")
        for schema in sorted({node["schema"] for node in nodes.values()}):
            connection.execute(f'create schema if not exists "{schema}"')
        for node in nodes.values():
            if node["resource_type"] == "seed":
                connection.execute(f"create table {node['relation_name']} as from finished.seeds.{node['alias']}")
        for node, sql in models:
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            sql = sql.replace(str(warehouse.resolve() / "building"), str(release))
            started = time.perf_counter()
            connection.execute(f"create {kind} {node['relation_name']} as {sql}")
            seconds.append((time.perf_counter() - started, node["name"]))
    print(f"{sum(spent for spent, _ in seconds):.2f} s in {len(seconds)} statements")
    for spent, name in sorted(seconds, reverse=True)[:10]:
        print(f"{spent:8.2f}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse"))
