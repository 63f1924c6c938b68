"""A synthetic world with known truth: customers over a shop, two CRM systems and web analytics, and dirt by rule.

DuckDB does the work; the same seed gives the same files. Every random number is a hash of (seed, what it is for, row),
so that it depends on neither the order of evaluation nor the number of threads. What was planted is written beside the
landing folder, in <folder>_truth: who is whom, which line carries which defect, each customer's rate and end.
Distributions: gamma rates and beta-geometric dropout (Fader, Hardie and Lee 2005) with a year-end peak, lognormal spend with
a Pareto tail, late payment by a beta distribution that has good payers and bad ones, duplicates of a person geometric.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import duckdb
import openpyxl

from grading.database import literal
from grading.errors import BadInput

LAST_DAY = "2025-12-31"
SQL = Path(__file__).with_name("sql")


def truth_of(landing: Path) -> Path:
    """Where the truth of a generated landing folder is."""
    return landing.with_name(landing.name + "_truth")


def generate(customers: int, seed: int, out: Path) -> dict[str, int]:
    """Write a landing folder of so many customers. Returns rows per file. Raises BadInput if the folder is in use."""
    if (
        out.exists()
        and any(entry.name != ".generated" for entry in out.iterdir())
        and not (out / ".generated").exists()
    ):
        raise BadInput(f"{out} holds files that were not generated; give another folder with --out.")
    truth = truth_of(out)
    for folder in (out, truth):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for source in ("zoho_crm", "fxiaoke", "ga4"):
        (out / source).mkdir()
    (out / ".generated").write_text(f"customers {customers} seed {seed}\n", encoding="utf-8")
    scratch = truth / "scratch"
    with duckdb.connect(str(scratch)) as engine:
        engine.execute("set preserve_insertion_order = false")
        engine.execute(
            "create macro dice(purpose, item) as (hash(getvariable('seed'), purpose, item) % 1000003) / 1000003.0"
        )
        engine.execute(
            "create macro one_of(list, purpose, item) as list[1 + cast(floor(len(list) * dice(purpose, item)) as integer)]"
        )
        engine.execute(f"create macro the_end() as date '{LAST_DAY}'")
        engine.execute(_sql("macros.sql"))
        engine.execute("set variable seed = ?", [seed])
        engine.execute("set variable customers = ?", [customers])
        engine.execute(_sql("world.sql"))
        rows = {name: _write(engine, _sql(f"landing/{name}.sql"), out / name) for name in _files("landing")}
        for name in _files("truth"):
            _write(engine, _sql(f"truth/{name}.sql"), truth / name)
    scratch.unlink()
    return rows


def _sql(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def _files(kind: str) -> list[str]:
    """Names of the files to write, below the folder, one query each."""
    return sorted(path.relative_to(SQL / kind).as_posix().removesuffix(".sql") for path in (SQL / kind).rglob("*.sql"))


def _write(engine: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    if path.suffix == ".xlsx":
        return _write_workbook(engine, query, path)
    form = {".csv": "header, delimiter ','", ".jsonl": "format json", ".parquet": "format parquet"}[path.suffix]
    written = engine.execute(f"copy ({query}) to {literal(path)} ({form})").fetchone()
    rows = int(written[0]) if written else 0
    if not rows and path.suffix == ".jsonl":
        # Without a header a file of no rows is an empty file, which nobody exports.
        path.unlink()
    return rows


def _write_workbook(engine: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """An Excel file as a list page exports it; the times that the format carries are fixed, so that equal is equal."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    found = engine.execute(query)
    sheet.append([column[0] for column in found.description or []])
    count = 0
    while rows := found.fetchmany(10_000):
        for row in rows:
            sheet.append(row)
        count += len(rows)
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            content = given.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">[0-9-]+T[0-9:]+Z<", f">{LAST_DAY}T00:00:00Z<".encode(), content)
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return count
