"""A publication somewhere else: in a PostgreSQL database for BI servers, as Parquet files for Power BI and Spark, as a file for Tableau.

PostgreSQL gets each run as tables in a schema of its own; the schema `marts` holds views of them, pointed to the new tables in one short
transaction: who queries sees the old run or the new one, and grants, comments and views of users on them stay. (A view can only be
replaced by one with the same columns first; where a mart lost or changed one, its view is made anew, and what depends on it is named.)
Connections come from a URI, which may name a service file (postgresql:///?service=grading) and leave the password to libpq's ways:
PGPASSWORD, a password file.

A file that ends in .hyper becomes an extract of Tableau with all tables, replaced in one step.
A folder gets each run as a folder of files and a manifest; the link `current` and the top manifest name the newest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from grading.database import BUILD, ENGINE_SETTINGS, PUBLISHED, literal, publication_of
from grading.errors import BadInput, GradingError
from grading.releases.warehouse import Warehouse
from grading.reporter import Reporter

TARGETS = "GRADING_PUBLISH_TO"
# Files and schemas of so many runs before the current one are kept, for queries that still read them; none that the warehouse has no
# longer: who was erased is in no release from before.
RUNS_KEPT = 2
BATCH_ROWS = 65_536
# Shorter than the second after which PostgreSQL looks for deadlocks and may choose a reader: who waits too long is this side.
LOCK_MILLISECONDS, LOCK_TRIES = 500, 120
PRIVATE_TABLES = ("customer_contacts", "customer_refs")
NO_FOLDER = (".csv", ".duckdb", ".parquet", ".tds", ".xlsx")


class NotExported(GradingError):
    """The publication stands, but what copies it elsewhere failed."""

    exit_code = 6


@dataclass
class Exported:
    """What was written where."""

    target: str
    run_id: str
    tables: int
    rows: int
    seconds: float
    warnings: list[str] = field(default_factory=list)


def export(
    warehouse: Warehouse,
    target: str,
    reader: str | None = None,
    private_reader: str | None = None,
    *,
    reporter: Reporter | None = None,
) -> Exported:
    """Write the publication to a database or a folder. `reader` and `private_reader` are roles: the one sees `marts`, the other
    `restricted`, too. Raises NotExported; what readers there see is then as it was."""
    release, told = publication_of(warehouse.folder), reporter or Reporter()
    begun = time.perf_counter()
    is_database = target.startswith(("postgresql:", "postgres:"))
    # A target that is mistyped is none that `status` waits for.
    if "://" in target and not is_database:
        raise BadInput(f"{shown(target)} is neither a PostgreSQL URI nor a folder nor a file that ends in .hyper.")
    if not is_database and Path(target).suffix.lower() in NO_FOLDER:
        raise BadInput(f"{target} ends like a file; give a folder for Parquet files, or a name that ends in .hyper.")
    try:
        known = {path.name for path in warehouse.published_releases()}
        if is_database:
            done = _to_postgres(release, target, known, reader, private_reader, told)
        elif target.endswith(".hyper"):
            done = _to_hyper(release, Path(target), told)
        else:
            done = _to_folder(release, Path(target), known, told)
    except Exception as error:
        warehouse.log({"event": "export", "run_id": release.name, "to": shown(target), "error": _said(error, target)})
        if isinstance(error, GradingError):
            raise
        raise NotExported(
            f"{shown(target)}: {_said(error, target)}; what is there is as it was, the publication stands."
        ) from error
    done.seconds = round(time.perf_counter() - begun, 2)
    warehouse.log(
        {"event": "export", "run_id": release.name, "to": shown(target), "rows": done.rows, "seconds": done.seconds}
    )
    return done


def shown(target: str) -> str:
    """A target without what may be secret in it."""
    if "://" not in target:
        return target
    parts = urlsplit(target)
    service = re.search(r"service=([\w-]+)", parts.query)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}{f'?service={service[1]}' if service else ''}"


def _said(error: Exception, target: str) -> str:
    """The message of a driver on one line, without the target."""
    return " ".join(str(error).replace(target, shown(target)).split())[:300]


def _to_hyper(release: Path, file: Path, reporter: Reporter) -> Exported:
    """An extract of Tableau. Decimals become doubles: its writer refuses negative ones."""
    try:
        from pantab import frame_to_hyper
    except ImportError as error:
        raise BadInput("Tableau needs the extra `tableau`: pip install 'customer-grading[tableau]'.") from error
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.stem}-{release.name}.hyper")
    temporary.unlink(missing_ok=True)
    count = 0
    with duckdb.connect(str(release / PUBLISHED), read_only=True, config=ENGINE_SETTINGS) as database:
        names = [row[0] for row in database.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        for place, name in enumerate(names, 1):
            reporter.node(name, place, len(names))
            decimals = database.execute(
                "select column_name from duckdb_columns() where table_name = ? and data_type like 'DECIMAL%'", [name]
            ).fetchall()
            casts = ", ".join(f'cast("{column}" as double) as "{column}"' for (column,) in decimals)
            rows = database.execute(
                f"select * {f'replace ({casts})' if casts else ''} from marts.{name}"
            ).to_arrow_table()
            frame_to_hyper(rows, temporary, table=("marts", name), table_mode="a")
            count += rows.num_rows
    os.replace(temporary, file)
    return Exported(str(file), release.name, len(names), count, 0)


def _to_folder(release: Path, folder: Path, known: set[str], reporter: Reporter) -> Exported:
    place = folder / release.name
    if place.exists():
        shutil.rmtree(place)
    place.mkdir(parents=True)
    tables = []
    with duckdb.connect(str(release / PUBLISHED), read_only=True, config=ENGINE_SETTINGS) as database:
        names = [row[0] for row in database.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        for number, name in enumerate(names, 1):
            reporter.node(name, number, len(names))
            database.execute(
                f"copy marts.{name} to {literal(place / f'{name}.parquet')} (format parquet, compression zstd)"
            )
            columns = database.execute(
                "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index",
                [name],
            ).fetchall()
            count = database.execute(f"select count(*) from marts.{name}").fetchall()[0][0]
            tables.append({
                "name": name, "file": f"{release.name}/{name}.parquet", "rows": count,
                "columns": [{"name": column, "type": kind, "description": comment} for column, kind, comment in columns],
            })  # fmt: skip
        run = database.execute(
            "select as_of_date, criteria_version, reporting_currency from marts.publication"
        ).fetchall()[0]
    manifest = {
        "run_id": release.name, "as_of_date": str(run[0]), "criteria_version": run[1], "reporting_currency": run[2], "tables": tables
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (place / "manifest.json").write_text(text, encoding="utf-8")
    makers: dict[str, Callable[[Path], object]] = {
        "manifest.json": lambda path: path.write_text(text, encoding="utf-8"),
        "current": lambda path: path.symlink_to(release.name),
    }
    for name, make in makers.items():
        temporary = folder / f"{name}.new"
        temporary.unlink(missing_ok=True)
        make(temporary)
        os.replace(temporary, folder / name)
    older = sorted(
        path for path in folder.iterdir() if re.fullmatch(r"\d{8}T\d{6}Z(-\d+)?", path.name) and path != place
    )
    for path in older:
        if path not in older[-RUNS_KEPT:] or path.name not in known:
            shutil.rmtree(path)
    return Exported(str(folder), release.name, len(tables), sum(int(table["rows"]) for table in tables), 0.0)


def _to_postgres(
    release: Path, uri: str, known: set[str], reader: str | None, private_reader: str | None, reporter: Reporter
) -> Exported:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        raise BadInput("PostgreSQL needs the extra `postgres`: pip install 'customer-grading[postgres]'.") from error
    suffix = _suffix(release.name)
    schemas = {"marts": release / PUBLISHED} | ({"restricted": release / BUILD} if private_reader else {})
    done = Exported(shown(uri), release.name, 0, 0, 0.0)
    with dbapi.connect(uri) as connection:
        for schema, path in schemas.items():
            with duckdb.connect(str(path), read_only=True, config=ENGINE_SETTINGS) as database:
                names = [row[0] for row in database.execute(
                    "select table_name from duckdb_tables() where schema_name = ? order by 1", [schema]
                ).fetchall()]  # fmt: skip
                wanted = names if schema == "marts" else PRIVATE_TABLES
                for place, name in enumerate(wanted, 1):
                    reporter.node(name, place, len(wanted))
                    done.tables += 1
                    done.rows += _load(
                        connection, database, schema, f"{schema}_{suffix}", name, is_first=name == names[0]
                    )
                connection.commit()
        for attempt in range(LOCK_TRIES):
            try:
                _switch(connection, release, schemas, suffix, reader, private_reader)
                break
            except dbapi.Error as error:
                connection.rollback()
                if "lock timeout" not in str(error) or attempt == LOCK_TRIES - 1:
                    raise
        done.warnings += _drop_old(connection, schemas, suffix, {_suffix(name) for name in known})
    return done


def _suffix(run_id: str) -> str:
    """A run in the name of a schema."""
    return re.sub(r"\W", "_", run_id.lower())


def _load(
    connection: Any, database: duckdb.DuckDBPyConnection, schema: str, into: str, name: str, *, is_first: bool
) -> int:
    """One table into the schema of the run, with an index to find a customer; the number of its rows."""
    with connection.cursor() as cursor:
        if is_first or (schema == "restricted" and name == PRIVATE_TABLES[0]):
            # What an attempt that died left is thrown away.
            cursor.execute(f'drop schema if exists "{into}" cascade')
            cursor.execute(f'create schema "{into}"')
        reader = database.execute(f"from {schema}.{name}").to_arrow_reader(BATCH_ROWS)
        count = int(cursor.adbc_ingest(name, reader, mode="create", db_schema_name=into))
        if any(column[0] == "customer_id" for column in database.execute(f"describe {schema}.{name}").fetchall()):
            cursor.execute(f'create index on "{into}"."{name}" (customer_id)')
        cursor.execute(f'analyze "{into}"."{name}"')
    expected = int(database.execute(f"select count(*) from {schema}.{name}").fetchall()[0][0])
    if count not in (-1, expected):
        raise NotExported(f"{name} has {expected:,} rows, {count:,} were written; what is there is as it was.")
    return expected


def _switch(
    connection: Any,
    release: Path,
    schemas: dict[str, Path],
    suffix: str,
    reader: str | None,
    private_reader: str | None,
) -> None:
    """Point all views to the tables of the run, in one transaction that waits for nobody long."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = {LOCK_MILLISECONDS}")
        for schema, path in schemas.items():
            cursor.execute(f'create schema if not exists "{schema}"')
            tables = _columns(cursor, f"{schema}_{suffix}")
            views = _columns(cursor, schema)
            for name in [name for name in views if name not in tables]:
                cursor.execute(f'drop view "{schema}"."{name}"')
            for name, columns in tables.items():
                if name in views and columns[: len(views[name])] != views[name]:
                    cursor.execute(f'drop view "{schema}"."{name}"')
                cursor.execute(
                    f'create or replace view "{schema}"."{name}" as select * from "{schema}_{suffix}"."{name}"'
                )
            for statement in _comments(path, schema, set(tables)):
                cursor.execute(statement)
        for role, of in ((reader, ("marts",)), (private_reader, tuple(schemas))):
            for schema in of if role else ():
                cursor.execute(f'grant usage on schema "{schema}" to {_quoted(role)}')
                cursor.execute(f'grant select on all tables in schema "{schema}" to {_quoted(role)}')
    connection.commit()


def _columns(cursor: Any, schema: str) -> dict[str, list[tuple[str, str]]]:
    """Tables or views of a schema, with their columns and types in order."""
    cursor.execute(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns "
        f"where table_schema = {literal(schema)} order by table_name, ordinal_position"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for name, column, kind in cursor.fetchall():
        found.setdefault(name, []).append((column, kind))
    return found


def _comments(path: Path, schema: str, names: set[str]) -> Iterator[str]:
    """What the published file says of its tables and columns, said of the views."""
    with duckdb.connect(str(path), read_only=True, config=ENGINE_SETTINGS) as database:
        for name, comment in database.execute(
            "select table_name, comment from duckdb_tables() where schema_name = ? and comment is not null", [schema]
        ).fetchall():
            if name in names:
                yield f'comment on view "{schema}"."{name}" is {literal(comment)}'
        for name, column, comment in database.execute(
            "select table_name, column_name, comment from duckdb_columns() where schema_name = ? and comment is not null",
            [schema],
        ).fetchall():
            if name in names:
                yield f'comment on column "{schema}"."{name}"."{column}" is {literal(comment)}'


def _drop_old(connection: Any, schemas: dict[str, Path], suffix: str, known: set[str]) -> list[str]:
    """Drop the schemas of older runs but the last ones. What somebody still reads is left for the next time."""
    warnings = []
    for schema in ("marts", "restricted"):
        with connection.cursor() as cursor:
            cursor.execute(
                "select nspname::text from pg_namespace where nspname ~ "
                + literal(f"^{schema}_[0-9]{{8}}t[0-9]{{6}}z(_[0-9]+)?$")
                + f" and nspname <> {literal(f'{schema}_{suffix}')} order by nspname"
            )
            older = [row[0] for row in cursor.fetchall()]
        connection.commit()
        for name in older:
            # What is not exported now may still be read, as long as the warehouse has its run.
            kept = older if schema not in schemas else older[-RUNS_KEPT:]
            if name in kept and name.removeprefix(f"{schema}_") in known:
                continue
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"set local lock_timeout = {LOCK_MILLISECONDS}")
                    cursor.execute(f'drop schema "{name}" cascade')
                connection.commit()
            except Exception as error:
                connection.rollback()
                warnings.append(f"the schema {name} of an older run could not be dropped ({_said(error, '')})")
    return warnings


def _quoted(role: str | None) -> str:
    return '"' + str(role).replace('"', '""') + '"'
