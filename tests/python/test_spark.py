"""The same models on Spark: every mart equal to DuckDB's, row by row, decimals exactly."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from grading.database import PUBLISHED
from grading.refresh import Outcome

HOME = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Java is missing: Spark needs it (Debian: openjdk-17-jre-headless)"
    ),
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="the extra spark is not installed: `make test-spark` does"
    ),
]


def build(raw: Path, folder: Path, *arguments: str) -> None:
    """dbt build on Spark, on raw tables."""
    environment = {
        **os.environ,
        "GRADING_TARGET": "spark",
        "GRADING_RAW": str(raw),
        "GRADING_SPARK_WAREHOUSE": str(folder),
    }
    command = [
        str(Path(sys.executable).with_name("dbt")), "build", "--project-dir", str(HOME), "--profiles-dir", str(HOME / "profiles"),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), "--no-use-colors", *arguments,
    ]  # fmt: skip
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, "\n".join(line for line in result.stdout.splitlines() if "Stage" not in line)[-4000:]


@pytest.fixture(scope="module")
def spark_warehouse(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built on Spark with every seed, model and data test."""
    folder = tmp_path_factory.mktemp("spark")
    build(published.release / "raw", folder, "--exclude-resource-type", "unit_test")
    return folder


def test_every_mart_is_equal(published: Outcome, spark_warehouse: Path) -> None:
    compare(published, spark_warehouse)


def test_second_build_computes_one_date(published: Outcome, spark_warehouse: Path, tmp_path: Path) -> None:
    """Month ends are kept on Spark, too: the second build computes the as-of date alone, and nothing changes."""
    raw = tmp_path / "raw"
    shutil.copytree(published.release / "raw", raw, copy_function=os.link)
    for kept in (spark_warehouse / "tables/intermediate.db/int_grades_at_month_ends").glob("*.parquet"):
        shutil.copy(kept, raw / "previous/grades_at_month_ends")
    build(raw, spark_warehouse, "--select", "int_dates_due+", "--resource-type", "model")
    with duckdb.connect() as database:
        dates = database.execute(
            f"select count(*) from read_parquet('{spark_warehouse}/tables/intermediate.db/int_dates_due/*.parquet')"
        )
        assert dates.fetchall() == [(1,)]
    compare(published, spark_warehouse)


def compare(published: Outcome, warehouse: Path) -> None:
    """Every mart as a bag of rows, on both engines."""
    spark_tables = warehouse / "tables" / "marts.db"
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'")
        database.execute(f"attach '{published.release / PUBLISHED}' as duck (read_only)")
        marts = [
            row[0]
            for row in database.execute(
                "select table_name from duckdb_tables() where database_name = 'duck' order by 1"
            ).fetchall()
        ]
        assert len(marts) >= 17
        lines = []
        for mart in marts:
            columns = database.execute(
                "select column_name, data_type from duckdb_columns() where database_name = 'duck' and table_name = ? order by column_index",
                [mart],
            ).fetchall()
            typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns)
            other = f"(select {typed} from read_parquet('{spark_tables}/{mart}/*.parquet'))"
            ours = f"(select {', '.join(name for name, _ in columns)} from duck.marts.{mart})"
            counts = [database.execute(f"select count(*) from {side}").fetchall()[0][0] for side in (ours, other)]
            missing = database.execute(f"from {ours} except all from {other}").fetchall()
            extra = database.execute(f"from {other} except all from {ours}").fetchall()
            lines.append(
                f"{mart:24} DuckDB {counts[0]:7,} rows, Spark {counts[1]:7,}, differing {len(missing) + len(extra):,}"
            )
            for row in [*missing[:3], *extra[:3]]:
                lines.append(f"    {row}")
        report = "\n".join(lines)
        print("\n" + report)
        assert all(line.endswith("differing 0") for line in lines), report
