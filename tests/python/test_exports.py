"""The publication elsewhere: a real PostgreSQL that the tests start, and Parquet files."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pantab
import pyodbc
import pytest
import yaml
from click.testing import CliRunner

from grading.cli import main
from grading.database import PUBLISHED
from grading.errors import BadInput
from grading.refresh import Outcome
from grading.releases.exports import NotExported, export
from grading.releases.warehouse import Warehouse


class Server:
    """A PostgreSQL of its own, on the loopback address."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        folder.mkdir()
        if os.geteuid() == 0:
            # It refuses to run as root.
            for path in (folder, *folder.parents):
                if path == Path("/tmp"):
                    break
                path.chmod(path.stat().st_mode | 0o755)
            shutil.chown(folder, "postgres")
        self.run("initdb", "-D", folder, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(prefix + command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", self.folder, "-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self, how: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.folder, "-m", how, "-w", "stop")

    def uri(self, user: str = "owner") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/bi"

    def rows(self, query: str, user: str = "owner") -> list[tuple[Any, ...]]:
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(self.uri(user)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetchall() if cursor.description else []
            connection.commit()
            return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = Server(programs[-1].parent, tmp_path_factory.mktemp("postgres") / "data")
    for statement in ("create role owner superuser login", "create role bi login", "create role crm login"):
        server.run("psql", "-h", "127.0.0.1", "-p", str(server.port), "-d", "postgres", "-U", "postgres" if os.geteuid() == 0 else
                   os.environ["USER"], "-qc", statement)  # fmt: skip
    server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "owner", "-O", "owner", "bi")
    yield server
    server.stop("immediate")


@pytest.fixture
def warehouse(publishing: Callable[..., Warehouse]) -> Callable[..., Warehouse]:
    """A warehouse that publishes the sample under a run id, with some customers fewer."""

    def of(run_id: str, fewer: int = 0) -> Warehouse:
        tables = ("customer_grades", "customer_rankings")
        return publishing(run_id, *(f"delete from published.marts.{name} where rowid < {fewer}" for name in tables))

    return of


def summaries(rows: Callable[[str], list[tuple[Any, ...]]], columns: dict[str, str], table: str) -> list[Any]:
    """A table as numbers that both databases compute alike: of each column how many, and their sum, lengths or ends."""
    parts = ["count(*)"]
    for name, kind in columns.items():
        parts.append(f'count("{name}")')
        if kind.startswith(("DECIMAL", "INTEGER", "BIGINT")):
            parts.append(f'cast(sum("{name}") as varchar(60))')
        elif kind == "VARCHAR":
            parts.append(f'sum(length("{name}"))')
        elif kind in ("DATE", "TIMESTAMP"):
            parts.append(f'cast(max("{name}") as varchar(40))')
        elif kind == "BOOLEAN":
            parts.append(f'count(case when "{name}" then 1 end)')
    (row,) = rows(f"select {', '.join(parts)} from {table}")
    return [
        Decimal(value).normalize() if isinstance(value, str) and value.replace(".", "").lstrip("-").isdigit() else value
        for value in row
    ]


def test_the_marts_are_all_there_for_those_who_may(server: Server, warehouse: Callable[..., Warehouse]) -> None:
    place = warehouse("20260101T000000Z")
    done = export(place, server.uri(), reader="bi", private_reader="crm")
    with duckdb.connect(str(place.current / PUBLISHED), read_only=True) as database:
        tables: dict[str, dict[str, str]] = {}
        for name, column, kind in database.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by table_name, column_index"
        ).fetchall():
            tables.setdefault(name, {})[column] = kind
        assert done.tables == len(tables) + 2
        for name, columns in tables.items():
            ours = summaries(lambda query: database.execute(query).fetchall(), columns, f"marts.{name}")
            assert summaries(lambda query: server.rows(query, "bi"), columns, f"marts.{name}") == ours, name
        comments = database.execute(
            "select count(*) from duckdb_columns() where not internal and comment is not null"
        ).fetchall()
    assert (
        server.rows(
            "select count(*) from pg_description as d join pg_class as c on c.oid = d.objoid join pg_namespace as n on n.oid = c.relnamespace "
            "where n.nspname = 'marts' and d.objsubid > 0"
        )
        == comments
    )
    contacts = "select count(*) from restricted.customer_contacts where name is not null"
    assert server.rows(contacts, "crm")[0][0] > 0
    with pytest.raises(Exception, match="permission denied"):
        server.rows(contacts, "bi")
    with pytest.raises(Exception, match="permission denied"):
        server.rows("update marts.customers set display_name = 'x'", "bi")


def test_readers_see_the_old_run_or_the_new_one(server: Server, warehouse: Callable[..., Warehouse]) -> None:
    """Without a pause, over three publications; grants and views of users stay, runs before the last two go."""
    place = warehouse("20260102T000000Z")
    export(place, server.uri(), reader="bi")
    server.rows("create schema if not exists users")
    server.rows(
        "create or replace view users.biggest as select customer_id, net_amount from marts.customer_grades where net_amount > 100"
    )
    seen: list[tuple[Any, ...]] = []
    errors: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        query = (
            "select p.run_id, (select count(*) from marts.customer_grades), (select count(*) from marts.customer_rankings) "
            "from marts.publication as p"
        )
        while not stop.is_set():
            try:
                seen.extend(server.rows(query, "bi"))
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for day in (3, 4, 5):
        export(warehouse(f"2026010{day}T000000Z", fewer=day), server.uri())
    time.sleep(0.3)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert {run for run, *_ in seen} >= {"20260105T000000Z"} and len(seen) > 20
    # Each run has some customers fewer than the one before: whoever saw two runs at once would have seen other counts.
    counts = {run: {tuple(rest) for of, *rest in seen if of == run} for run, *_ in seen}
    assert all(len(found) == 1 and len(set(next(iter(found)))) == 1 for found in counts.values())
    assert len({next(iter(found)) for found in counts.values()}) == len(counts)
    assert server.rows("select count(*) > 0 from users.biggest") == [(True,)]
    schemas = [
        name
        for (name,) in server.rows("select nspname::text from pg_namespace where nspname like 'marts_2026%' order by 1")
    ]
    assert schemas[-1] == "marts_20260105t000000z" and len(schemas) == 3


@pytest.mark.parametrize("command", ["CREATE INDEX", "CREATE VIEW"])
def test_a_database_that_dies_keeps_the_old_run(
    server: Server, warehouse: Callable[..., Warehouse], command: str
) -> None:
    """While the run is loaded, and while the views are pointed to it: the command waits until the server is killed."""
    place = warehouse("20260106T000000Z")
    export(place, server.uri())
    warehouse("20260107T000000Z")
    server.rows(
        "create or replace function public.wait() returns event_trigger language plpgsql as "
        "'begin perform pg_sleep(600); end'"
    )
    server.rows(
        f"create event trigger waits on ddl_command_end when tag in ('{command}') execute function public.wait()"
    )
    killer = threading.Thread(target=_kill_once_it_waits, args=(server,))
    killer.start()
    with pytest.raises(NotExported):
        export(place, server.uri())
    killer.join()
    server.start()
    server.rows("drop event trigger waits")
    assert server.rows("select run_id from marts.publication") == [("20260106T000000Z",)]
    said = CliRunner().invoke(main, ["status", "--warehouse", str(place.folder)]).output
    assert "20260107T000000Z could not be written" in " ".join(said.split())
    export(place, server.uri())
    assert server.rows("select run_id from marts.publication") == [("20260107T000000Z",)]
    said = CliRunner().invoke(main, ["status", "--warehouse", str(place.folder)]).output
    assert "postgresql://127.0.0.1/bi: run 20260107T000000Z since" in " ".join(said.split())


def _kill_once_it_waits(server: Server) -> None:
    while server.rows("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == [(0,)]:
        time.sleep(0.05)
    server.stop("immediate")


def test_a_mart_that_lost_a_column_is_made_anew(server: Server, warehouse: Callable[..., Warehouse]) -> None:
    """Unless somebody's view needs it: then nothing changes, and the message names the view."""
    place = warehouse("20260108T000000Z")
    export(place, server.uri(), reader="bi")
    release = warehouse("20260109T000000Z").current_release()
    assert release is not None
    with duckdb.connect(str(release / PUBLISHED)) as database:
        database.execute("create table kept as select * exclude (region) from marts.customers")
        database.execute("drop table marts.customers")
        database.execute("create table marts.customers as from kept")
        database.execute("drop table kept")
    server.rows("create schema if not exists users")
    server.rows("create or replace view users.regions as select region from marts.customers")
    with pytest.raises(NotExported, match="depend"):
        export(place, server.uri())
    assert server.rows("select run_id from marts.publication") == [("20260108T000000Z",)]
    server.rows("drop view users.regions")
    export(place, server.uri(), reader="bi")
    assert server.rows("select count(*) > 0 from marts.customers", "bi") == [(True,)]


def test_secrets_of_a_target_are_not_told(warehouse: Callable[..., Warehouse]) -> None:
    place = warehouse("20260110T000000Z")
    with pytest.raises(NotExported) as raised:
        export(place, "postgresql://ann:hunter2@127.0.0.1:1/bi")
    assert "hunter2" not in str(raised.value) and "hunter2" not in place.run_log.read_text()
    with pytest.raises(BadInput, match="neither"):
        export(place, "mysql://x/y")


def test_parquet_files_with_a_manifest(warehouse: Callable[..., Warehouse], tmp_path: Path) -> None:
    for day in (1, 2, 3, 4):
        place = warehouse(f"2026020{day}T000000Z")
        export(place, str(tmp_path / "files"))
    manifest = json.loads((tmp_path / "files" / "manifest.json").read_text())
    assert (
        manifest["run_id"] == "20260204T000000Z"
        and (tmp_path / "files" / "current").resolve().name == "20260204T000000Z"
    )
    with duckdb.connect(str(place.current / PUBLISHED), read_only=True) as database:
        assert len(manifest["tables"]) == database.execute("select count(*) from duckdb_tables()").fetchall()[0][0]
        for table in manifest["tables"]:
            path = tmp_path / "files" / table["file"]
            columns = ", ".join(column["name"] for column in table["columns"])
            assert all(column["description"] for column in table["columns"])
            differ = database.execute(
                f"select count(*) from (select {columns} from marts.{table['name']} except all select {columns} from '{path}')"
            ).fetchall()
            rows = database.execute(f"select count(*) from '{path}'").fetchall()
            assert (differ, rows) == ([(0,)], [(table["rows"],)])
    assert len([path for path in (tmp_path / "files").iterdir() if path.is_dir() and not path.is_symlink()]) == 3


def test_an_extract_of_tableau_holds_the_marts(warehouse: Callable[..., Warehouse], tmp_path: Path) -> None:
    """Read back: every table in the schema marts, each with its rows, columns and sums; a second one replaces the first."""
    file = tmp_path / "bi/grading.hyper"
    export(warehouse("20260101T000000Z"), str(file))
    place = warehouse("20260102T000000Z", fewer=3)
    done = export(place, str(file))
    assert list(file.parent.iterdir()) == [file]
    tables = pantab.frames_from_hyper(file, return_type="pyarrow")
    with duckdb.connect(str(place.current / PUBLISHED), read_only=True) as database, duckdb.connect() as other:
        names = [name for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()]
        assert {tuple(str(part).strip('"') for part in table) for table in tables} == {
            ("marts", name) for name in names
        } and done.tables == len(names)
        for key, table in tables.items():
            name = str(key[-1]).strip('"')
            kinds = dict(
                database.execute(
                    "select column_name, data_type from duckdb_columns() where table_name = ?", [name]
                ).fetchall()
            )
            assert list(table.column_names) == [row[0] for row in database.execute(f"describe marts.{name}").fetchall()]
            other.register("extract", table)
            for column, kind in kinds.items():
                measure = (
                    f'cast(sum(cast("{column}" as double)) as double)'
                    if kind.startswith(("DECIMAL", "INTEGER", "BIGINT", "DOUBLE"))
                    else f'count("{column}")'
                )
                ours, theirs = (
                    engine.execute(f"select {measure}, count(*) from {where}").fetchall()[0]
                    for engine, where in ((database, f"marts.{name}"), (other, "extract"))
                )  # fmt: skip
                assert theirs == pytest.approx(ours, nan_ok=True), (name, column)


def test_bi_tools_list_describe_and_query_through_odbc(server: Server, warehouse: Callable[..., Warehouse]) -> None:
    """As Tableau and Power BI connect: the reader sees every mart with its columns and comments, and queries while the next runs come."""
    place = warehouse("20260301T000000Z")
    export(place, server.uri(), reader="bi", private_reader="crm")
    if not [driver for driver in pyodbc.drivers() if "PostgreSQL" in driver]:
        pytest.skip("no ODBC driver for PostgreSQL: apt-get install odbc-postgresql")
    connection = pyodbc.connect(
        f"Driver={{PostgreSQL Unicode}};Server=127.0.0.1;Port={server.port};Database=bi;Uid=bi", autocommit=True
    )
    cursor = connection.cursor()
    listed = {row.table_name for row in cursor.tables(schema="marts").fetchall()}
    with duckdb.connect(str(place.current / PUBLISHED), read_only=True) as database:
        names = {name for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()}
        columns = dict(
            database.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'customer_grades'"
            ).fetchall()
        )
    # The driver passes no comments on with its lists; they are asked for as any client does.
    (comment,) = cursor.execute("select obj_description('marts.customer_grades'::regclass)").fetchall()[0]
    assert listed >= names and comment.startswith("One row per")
    assert {row.column_name for row in cursor.columns(table="customer_grades", schema="marts").fetchall()} == set(
        columns
    )
    found = dict(
        cursor.execute(
            "select attname::text, col_description(attrelid, attnum)::text from pg_attribute "
            "where attrelid = 'marts.customer_grades'::regclass and attnum > 0"
        ).fetchall()
    )
    assert found == columns
    seen: list[int] = []
    errors: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                (row,) = cursor.execute(
                    "select count(*), count(distinct r.customer_id) from marts.customer_grades g join marts.customer_rankings r using (customer_id)"
                ).fetchall()
                assert row[0] == row[1]
                seen.append(row[0])
        except Exception as error:  # what a BI user would see
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in (2, 3):
        export(warehouse(f"2026030{number}T000000Z", fewer=number), server.uri(), reader="bi", private_reader="crm")
    done.set()
    reader.join()
    assert errors == [] and len(set(seen)) >= 2
    with pytest.raises(pyodbc.Error, match="permission denied"):
        cursor.execute("select * from restricted.customer_contacts")
    connection.close()


def test_contracts_are_of_the_standard_and_of_the_tables(published: Outcome, tmp_path: Path) -> None:
    """Valid by the schema of the Open Data Contract Standard; columns, order and required ones are those of the published file."""
    result = CliRunner().invoke(
        main, ["contracts", "--warehouse", str(published.release.parent.parent), "--out", str(tmp_path / "c")]
    )
    assert result.exit_code == 0, result.output
    schema = json.loads((resources.files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        columns: dict[str, list[tuple[str, bool]]] = {}
        for table, column, nullable in database.execute(
            "select table_name, column_name, is_nullable from duckdb_columns() where not internal order by table_name, column_index"
        ).fetchall():
            columns.setdefault(table, []).append((column, not nullable))
    files = sorted((tmp_path / "c").glob("*.odcs.yaml"))
    assert [file.name.split(".")[0] for file in files] == sorted(columns)
    for file in files:
        contract = yaml.safe_load(file.read_text(encoding="utf-8"))
        jsonschema.validate(contract, schema)
        (table,) = contract["schema"]
        assert [(one["name"], one["required"]) for one in table["properties"]] == columns[table["name"]]
        assert all(one["description"] for one in table["properties"])
        # A line may have no number, a log of moves and proposals may repeat a pair: no key is claimed for them.
        keyless = ("customer_merge_log", "link_proposals", "order_lines")
        assert any(one.get("primaryKey") for one in table["properties"]) or table["name"] in keyless
