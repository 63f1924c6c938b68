"""The store: files of the landing folder as all-text Parquet files, one each.

A stored file is named by the hash of its content and of what decided its columns, so an unchanged file is never landed
again and nothing that is stored ever changes. No header, file name or value becomes SQL text: columns go by position,
texts go in as parameters.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from grading.contract import Project, Table
from grading.database import ENGINE_SETTINGS, insert_rows, is_whole, quiet
from grading.errors import BadInput, first_line, quoted
from grading.landing.discovery import LandingFile
from grading.landing.readers import READERS
from grading.landing.readers.job import Job, Reading, copy_rows
from grading.landing.spool import known_encoding

STORE_VERSION = "1"
Report = Callable[[str, int], None]


@dataclass
class Landed:
    """A landed file: where it is stored, and the ledger of its lines."""

    source: str
    table: str
    file: str
    stored: str
    sha256: str
    size_bytes: int
    modified_at: str
    physical_lines: int
    header_lines: int
    record_count: int
    continuation_lines: int
    blank_lines: int
    unreadable_lines: int
    ignored_columns: list[str] = field(default_factory=list)
    is_new: bool = True
    # The name as it may be written where anybody reads; set anew in each refresh.
    published_file: str = ""
    # How long the list of the erased was when the stored file was last looked at; rows left out, and rows kept without the person.
    erasures: int = 0
    erased_rows: int = 0
    unlinked_rows: int = 0


class Store:
    """The folder of landed files, with an index that tells unchanged files without reading them."""

    def __init__(self, folder: Path, project: Project, encoding: str | None = None) -> None:
        self.folder = folder
        self.project = project
        self.encoding = known_encoding(encoding) if encoding is not None else None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True, mode=0o700)
        self.index_path = folder / "index.json"
        self.index = self._read_index()

    def land(self, files: list[LandingFile], report: Report) -> list[Landed]:
        """Land what is new, in the order of names. Returns one entry per file."""
        landed = []
        index: dict[str, Any] = {}
        try:
            for file in files:
                entry = self._land_one(file, report)
                landed.append(entry)
                index[file.name] = {"stat": _stat_of(file.path), "tag": self._tag(file), **self._indexed(entry)}
        finally:
            for leftover in self.scratch.iterdir():
                leftover.unlink()
        self._write_index(index)
        return landed

    def reindex(self, landed: list[Landed]) -> None:
        """Write what is known of landed files anew, after their stored files were changed."""
        self._write_index({entry.file: {**self.index[entry.file], **self._indexed(entry)} for entry in landed})

    def _indexed(self, entry: Landed) -> dict[str, Any]:
        return {"landed": asdict(entry), "stored_bytes": (self.folder / entry.stored).stat().st_size}

    def empty_file(self, table: Table) -> Path:
        """A stored file with every contract column of the table and no row."""
        path = self.folder / f"empty-{table.source}-{table.name}-{self._columns_tag(table)}.parquet"
        if not is_whole(path):
            with self._engine() as engine:
                columns = ", ".join(f'cast(null as varchar) as "{name}"' for name in table.columns)
                copy_rows(
                    engine,
                    f"select cast(null as varchar) as _file, cast(null as bigint) as _line, {columns}, "
                    "cast(null as varchar) as _other where false",
                    self.scratch,
                    path,
                )
        return path

    def unreadable_path(self, entry: Landed) -> Path:
        """Where the unreadable lines of a landed file are, if it has any."""
        return self.folder / entry.stored.replace(".parquet", ".unreadable.parquet")

    def row_counts(self, landed: list[Landed]) -> dict[tuple[str, str], int]:
        """(source, table) -> rows of its stored files, by their footers: counted apart from the ledger of lines."""
        tables = {entry.stored: (entry.source, entry.table) for entry in landed}
        if not tables:
            return {}
        with self._engine() as engine:
            found = engine.execute(
                "select parse_filename(file_name), num_rows from parquet_file_metadata(?)",
                [[str(self.folder / entry.stored) for entry in landed]],
            ).fetchall()
        counts: dict[tuple[str, str], int] = {}
        for stored, rows in found:
            counts[tables[stored]] = counts.get(tables[stored], 0) + int(rows)
        return counts

    def prune(self) -> None:
        """Remove stored files that no release links to and the index does not name."""
        named = {entry["landed"]["stored"] for entry in self.index.values()}
        for path in self.folder.glob("*.parquet"):
            base = path.name.replace(".unreadable.parquet", ".parquet")
            if (
                base not in named
                and path.stat().st_nlink == 1
                and not path.name.startswith(("empty-", "phones-", "proposals", "ecb-"))
            ):
                path.unlink()

    def _read_index(self) -> dict[str, Any]:
        """What is known of landed files; nothing if the index is damaged: then all are landed anew."""
        try:
            index = json.loads(self.index_path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return index if isinstance(index, dict) else {}

    def _write_index(self, index: dict[str, Any]) -> None:
        self.index = index
        temporary = self.index_path.with_suffix(".new")
        temporary.write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(temporary, self.index_path)

    def _columns_tag(self, table: Table) -> str:
        return hashlib.sha256(json.dumps([STORE_VERSION, *table.columns]).encode()).hexdigest()[:8]

    def _tag(self, file: LandingFile) -> str:
        """What besides the content decides how a file is stored, and what the index says of it."""
        key = (file.table.source, file.table.name)
        decided_by = [
            STORE_VERSION, *key, file.name, file.table.columns, sorted(self.project.aliases[key].items()),
            sorted(self.project.limits.items()), self.encoding, [known.name for known in fields(Landed)],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(decided_by).encode()).hexdigest()[:8]

    def _land_one(self, file: LandingFile, report: Report) -> Landed:
        try:
            before = _stat_of(file.path)
        except FileNotFoundError:
            raise BadInput(f"{quoted(file.name)} has vanished; refresh again when its writer has finished.") from None
        if (entry := self._known(file, before)) is not None:
            return replace(entry, is_new=False)
        if before[0] == 0:
            raise BadInput(f"{quoted(file.name)} is empty; a file needs at least a header.")
        if not os.access(file.path, os.R_OK):
            raise BadInput(f"{quoted(file.name)} cannot be read; check its permissions.")
        with self._engine() as engine:
            job = Job(
                file,
                self.project,
                self.encoding,
                self.scratch,
                lambda sha256: self.folder / self._stored_name(file, sha256),
                engine,
                report,
            )
            try:
                entry = self._finished(engine, file, READERS[file.format](job))
            except duckdb.OutOfMemoryException as error:
                raise BadInput(
                    f"{quoted(file.name)} does not fit into memory when it is unpacked: {quoted(first_line(error))}"
                ) from None
            except FileNotFoundError:
                raise BadInput(
                    f"{quoted(file.name)} vanished while it was landed; refresh again when its writer has finished."
                ) from None
            except csv.Error as error:
                raise BadInput(f"{quoted(file.name)}: line 1 is not a header ({quoted(error)}).") from None
        if not file.path.exists() or _stat_of(file.path) != before:
            raise BadInput(
                f"{quoted(file.name)} changed while it was landed; refresh again when its writer has finished."
            )
        return entry

    def _known(self, file: LandingFile, status: list[int]) -> Landed | None:
        """The entry of a file that has not changed since it was landed and whose stored file is whole."""
        try:
            known = self.index[file.name]
            entry = Landed(**known["landed"])
            is_same = known["stat"] == status and known["tag"] == self._tag(file)
            stored = self.folder / entry.stored
            if is_same and stored.stat().st_size == known["stored_bytes"] and is_whole(stored):
                return entry if not entry.unreadable_lines or is_whole(self.unreadable_path(entry)) else None
        except (KeyError, TypeError, AttributeError, FileNotFoundError):
            pass
        return None

    def _engine(self) -> duckdb.DuckDBPyConnection:
        engine = quiet(duckdb.connect(config={**ENGINE_SETTINGS, "temp_directory": str(self.scratch)}))
        engine.execute("set TimeZone = 'UTC'")
        return engine

    def _finished(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, reading: Reading) -> Landed:
        """The entry of a landed file; its unreadable lines are stored beside it."""
        ledger = reading.ledger
        stored = self._stored_name(file, reading.sha256)
        if ledger.unreadable:
            engine.execute("create temp table bad (_line bigint, code varchar, line_text varchar)")
            insert_rows(engine, "bad", ledger.unreadable)
            engine.execute(
                "create temp table place as select ? as source_name, ? as source_table, ? as _file",
                [file.table.source, file.table.name, file.name],
            )
            copy_rows(
                engine,
                "select place.*, bad.* from bad, place",
                self.scratch,
                self.folder / stored.replace(".parquet", ".unreadable.parquet"),
            )
        status = file.path.stat()
        return Landed(
            source=file.table.source,
            table=file.table.name,
            file=file.name,
            stored=stored,
            sha256=reading.sha256,
            size_bytes=status.st_size,
            modified_at=datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds"),
            physical_lines=ledger.lines,
            header_lines=ledger.header,
            record_count=ledger.records,
            continuation_lines=ledger.continuation,
            blank_lines=ledger.blank,
            unreadable_lines=len(ledger.unreadable),
            ignored_columns=reading.ignored_columns,
        )

    def _stored_name(self, file: LandingFile, sha256: str) -> str:
        return f"{sha256}-{self._tag(file)}.parquet"


def _stat_of(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]
