"""A spool of numbered records into the store: what CSV and Excel files have in common."""

from __future__ import annotations

from pathlib import Path

from grading.database import literal
from grading.errors import Defect, quoted
from grading.landing.readers.job import Job, headers_table, stored_columns
from grading.landing.spool import Ledger


def load_spool(
    job: Job,
    sha256: str,
    spool: Path,
    delimiter: str,
    headers: list[str],
    mapping: dict[str, int],
    others: list[int],
    ledger: Ledger,
) -> None:
    """Read a spool into the store. The second equality: every record is a row or was rejected by the reader."""
    headers_table(job, headers)
    columns = "{'_line': 'BIGINT', " + ", ".join(f"'c{n + 1}': 'VARCHAR'" for n in range(len(headers))) + "}"
    reader = (
        f"read_csv({literal(spool)}, auto_detect=false, header=false, delim='{delimiter}', quote='\"', escape='\"', "
        "new_line='\\n', strict_mode=true, store_rejects=true, rejects_limit=0, max_line_size=4000000, "
        f"buffer_size=32000000, hive_partitioning=false, nullstr='', columns={columns})"
    )
    query = stored_columns(job, mapping, others, f"{reader} as landed", "landed._line")
    rows = job.store(query, sha256)
    rejected = job.engine.execute(
        "select cast(regexp_extract(csv_line, '^[0-9]+') as bigint) as number, min(cast(error_type as varchar)), "
        "any_value(csv_line) from reject_errors where regexp_matches(csv_line, '^[0-9]+') group by number order by number"
    ).fetchall()
    is_short = rows + len(rejected) != ledger.records
    read = _numbers(job, sha256) if is_short else set()
    for number, error, text in rejected:
        if number not in read:
            ledger.set_aside(number, _reader_code(error), text.partition(delimiter)[2].encode())
    ledger.records -= len([number for number, _, _ in rejected if number not in read])
    if is_short:
        # The reader dropped records without a word: find them by their line numbers.
        gone = {number for start in ledger.starts for number in start} - read - {row[0] for row in rejected}
        for number in sorted(gone):
            ledger.set_aside(number, "lost_by_reader", b"")
        ledger.records -= len(gone)
    if rows != ledger.records:
        raise Defect(f"{quoted(job.file.name)}: {ledger.records} records but {rows} rows; please report this file.")
    ledger.check(job.file.path)


def _numbers(job: Job, sha256: str) -> set[int]:
    rows = job.engine.execute(f"select _line from read_parquet({literal(job.stored_path(sha256))})").fetchall()
    return {row[0] for row in rows}


def _reader_code(error: str) -> str:
    """Our code for an error of the CSV reader."""
    return {
        "MISSING COLUMNS": "too_few_columns",
        "TOO MANY COLUMNS": "too_many_columns",
        "UNQUOTED VALUE": "malformed_quotes",
    }.get(error, error.lower().replace(" ", "_"))
