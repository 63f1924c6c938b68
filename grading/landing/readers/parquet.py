"""Parquet files of any types, as canonical text: ISO dates, plain decimals."""

from __future__ import annotations

import duckdb

from grading.database import literal
from grading.errors import BadInput, first_line, is_no_space, quoted
from grading.landing.readers.job import Job, Reading, headers_table, mapping_of, stored_columns
from grading.landing.spool import Ledger, hash_of


def read(job: Job) -> Reading:
    """Read a Parquet file of any types as canonical text."""
    file, engine = job.file, job.engine
    sha256 = hash_of(file.path)
    link = job.scratch / "input.parquet"
    link.unlink(missing_ok=True)
    link.symlink_to(file.path.resolve())
    reader = f"read_parquet({literal(link)}, file_row_number=true, hive_partitioning=false)"
    try:
        described = engine.execute(f"describe select * from {reader}").fetchall()
        headers = [row[0] for row in described[:-1]]
        types = [row[1] for row in described[:-1]]
        mapping, others = mapping_of(job, headers)
        headers_table(job, headers)
        names = ", ".join([*(f"v{n + 1}" for n in range(len(headers))), "_row"])
        texts = ", ".join([*(f"{_text_of(f'v{n + 1}', types[n])} as c{n + 1}" for n in range(len(headers))), "_row"])
        values = f"(select {texts} from {reader} as given({names})) as landed"
        query = stored_columns(job, mapping, others, values, "landed._row + 1")
        rows = job.store(query, sha256)
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, UnicodeDecodeError, MemoryError) as error:
        if is_no_space(str(error)):
            raise
        raise BadInput(f"{quoted(file.name)} is damaged, or not a Parquet file: {quoted(first_line(error))}") from None
    job.report(file.name, rows)
    return Reading(sha256, Ledger(lines=rows, records=rows), [headers[n] for n in others])


def _text_of(column: str, kind: str) -> str:
    """SQL that gives a Parquet value its canonical text: ISO dates, plain decimals."""
    if kind == "VARCHAR":
        return column
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime(timezone('UTC', {column}), '%Y-%m-%d %H:%M:%S.%f') || 'Z'"
    if kind.startswith("TIMESTAMP"):
        return f"cast(cast({column} as timestamp) as varchar)"
    if kind in ("FLOAT", "DOUBLE"):
        text = f"cast({column} as varchar)"
        plain = f"rtrim(rtrim(cast(try_cast({column} as decimal(38, 12)) as varchar), '0'), '.')"
        return f"case when contains({text}, 'e') then coalesce({plain}, {text}) else regexp_replace({text}, '[.]0$', '') end"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({column}) as varchar)"
    return f"cast({column} as varchar)"
