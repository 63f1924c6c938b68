"""Landing: files of the landing folder into the store, one all-text Parquet file each.

A stored file is named by the hash of its content and of what decided its columns, so an unchanged file is never landed
again and nothing that is stored ever changes. No header, file name or value becomes SQL text: columns go by position,
texts go in as parameters.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb

from grading.errors import BadInput, Defect, is_no_space
from grading.project import Project, Table, normalised_header
from grading.spool import CsvSpooler, Ledger, fingerprint, hash_of, known_encoding, spool_lines, utf8_copy
from grading.sql import literal

CELL = re.compile(rb'<c [^>]{0,40}?r="([A-Z]{1,9})([0-9]{1,12})"')
FORMATS = ("csv", "parquet", "jsonl", "xlsx")
DELIMITERS = (",", ";", "\t", "|")
STORE_VERSION = "1"
ENGINE_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}


@dataclass(frozen=True)
class LandingFile:
    """A regular file of the landing folder that feeds a table. `name` is its path below the folder."""

    path: Path
    name: str
    format: str
    table: Table


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


Reporter = Callable[[str, int], None]


def discover(folder: Path, project: Project) -> list[LandingFile]:
    """The files of a landing folder, by name. Raises BadInput for anything that is no known table or system."""
    if not folder.is_dir():
        raise BadInput(
            f"The landing folder {folder} does not exist; `grading generate --out {folder}` makes one to try."
        )
    files: list[LandingFile] = []
    for entry in _visible(folder):
        if entry.name in project.sources and entry.name != "landing":
            _regular(entry, folder, is_folder=True)
            for inner in _visible(entry):
                files += _files_of(inner, folder, entry.name, project)
        else:
            files += _files_of(entry, folder, "landing", project)
    if not any(file.table.maps_to in ("customers", "orders") for file in files):
        raise BadInput(
            f"{folder} holds neither customers nor orders; put customers.csv or orders.csv (or .parquet, .jsonl, .xlsx) there."
        )
    return sorted(files, key=lambda file: file.name)


def _visible(folder: Path) -> list[Path]:
    """Entries of a folder, without hidden files and the lock files of spreadsheet programs."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    for entry in entries:
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            raise BadInput(f"The name of {entry.name!r} in {folder} is not UTF-8; rename the file.") from None
    return entries


def _files_of(entry: Path, folder: Path, source: str, project: Project) -> Iterator[LandingFile]:
    """The file itself, or the files of a folder named after a table."""
    known = [name for (table_source, name) in project.tables if table_source == source]
    labels = {normalised_header(label): name for name in known for label in project.tables[source, name].labels}
    name = labels.get(normalised_header(entry.name if entry.is_dir() else entry.stem))
    if name is None:
        close = get_close_matches(entry.stem, known + list(project.sources), n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; known tables: {', '.join(sorted(known))}."
        raise BadInput(f"{entry.relative_to(folder)} is neither a known table nor a known source system{hint}")
    table = project.tables[source, name]
    if entry.is_dir() and not entry.is_symlink():
        for inner in _visible(entry):
            yield _landing_file(inner, folder, table)
    else:
        yield _landing_file(entry, folder, table)


def _landing_file(path: Path, folder: Path, table: Table) -> LandingFile:
    _regular(path, folder, is_folder=False)
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise BadInput(f"{path.relative_to(folder)} is no {', '.join('.' + name for name in FORMATS)} file.")
    return LandingFile(path, path.relative_to(folder).as_posix(), suffix, table)


def _regular(path: Path, folder: Path, *, is_folder: bool) -> None:
    mode = path.lstat().st_mode
    if (is_folder and stat.S_ISDIR(mode)) or (not is_folder and stat.S_ISREG(mode)):
        return
    kind = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFDIR: "a folder inside a table's folder",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
    }.get(stat.S_IFMT(mode), "no regular file")
    raise BadInput(f"{path.relative_to(folder)} is {kind}; only regular files are landed: copy the file itself there.")


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

    def land(self, files: list[LandingFile], report: Reporter) -> list[Landed]:
        """Land what is new, in the order of names. Returns one entry per file."""
        landed = []
        index: dict[str, Any] = {}
        try:
            for file in files:
                entry = self._land_one(file, report)
                landed.append(entry)
                index[file.name] = {
                    "stat": _stat_of(file.path), "tag": self._tag(file), "landed": asdict(entry),
                    "stored_bytes": (self.folder / entry.stored).stat().st_size,
                }  # fmt: skip
        finally:
            for leftover in self.scratch.iterdir():
                leftover.unlink()
        self._write_index(index)
        return landed

    def empty_file(self, table: Table) -> Path:
        """A stored file with every contract column of the table and no row."""
        path = self.folder / f"empty-{table.source}-{table.name}-{self._columns_tag(table)}.parquet"
        if not is_whole(path):
            with self._engine() as engine:
                columns = ", ".join(f'cast(null as varchar) as "{name}"' for name in table.columns)
                self._copy(
                    engine,
                    f"select cast(null as varchar) as _file, cast(null as bigint) as _line, {columns}, "
                    "cast(null as varchar) as _other where false",
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

    def _land_one(self, file: LandingFile, report: Reporter) -> Landed:
        try:
            before = _stat_of(file.path)
        except FileNotFoundError:
            raise BadInput(f"{file.name} has vanished; refresh again when its writer has finished.") from None
        if (entry := self._known(file, before)) is not None:
            return replace(entry, is_new=False)
        if before[0] == 0:
            raise BadInput(f"{file.name} is empty; a file needs at least a header.")
        if not os.access(file.path, os.R_OK):
            raise BadInput(f"{file.name} cannot be read; check its permissions.")
        with self._engine() as engine:
            land = {
                "csv": self._land_csv,
                "jsonl": self._land_jsonl,
                "xlsx": self._land_xlsx,
                "parquet": self._land_parquet,
            }
            try:
                entry = land[file.format](engine, file, report)
            except duckdb.OutOfMemoryException as error:
                raise BadInput(
                    f"{file.name} does not fit into memory when it is unpacked: {_first_line(error)}"
                ) from None
            except FileNotFoundError:
                raise BadInput(
                    f"{file.name} vanished while it was landed; refresh again when its writer has finished."
                ) from None
            except csv.Error as error:
                raise BadInput(f"{file.name}: line 1 is no header ({error}).") from None
        if not file.path.exists() or _stat_of(file.path) != before:
            raise BadInput(f"{file.name} changed while it was landed; refresh again when its writer has finished.")
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
        engine = duckdb.connect(config={**ENGINE_SETTINGS, "temp_directory": str(self.scratch)})
        engine.execute("set TimeZone = 'UTC'")
        return engine

    def _copy(self, engine: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
        """Write a query's rows to a stored file, at once or not at all. Returns the number of rows."""
        temporary = self.scratch / "writing.parquet"
        engine.execute(f"copy ({query}) to {literal(temporary)} (format parquet)")
        rows = engine.execute(f"select count(*) from read_parquet({literal(temporary)})").fetchone()
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
        return int(rows[0]) if rows else 0

    def _mapping(self, file: LandingFile, headers: list[str]) -> tuple[dict[str, int], list[int]]:
        """Contract column -> position of the header that feeds it, and the positions of the other headers."""
        if len(headers) > self.project.limits["max_columns"]:
            raise BadInput(
                f"{file.name} has {len(headers)} columns, more than max_columns in seeds/mappings/landing_limits.csv allows."
            )
        aliases = self.project.aliases[file.table.source, file.table.name]
        meant = [aliases.get(normalised_header(header), ()) for header in headers]
        certain = {columns[0] for columns in meant if len(columns) == 1}
        mapping: dict[str, int] = {}
        others: list[int] = []
        for position, header in enumerate(headers):
            columns = meant[position]
            if len(columns) > 1:
                # A meaning that another header has for certain is not this one's.
                columns = tuple(column for column in columns if column not in certain)
            if len(columns) > 1:
                raise BadInput(
                    f"{file.name}: the header {header!r} may mean {' or '.join(columns)}; keep the row of the right one in "
                    "seeds/mappings/column_aliases.csv and remove the others."
                )
            column = columns[0] if columns else None
            if column is None:
                others.append(position)
            elif column in mapping:
                raise BadInput(
                    f"{file.name}: the headers {headers[mapping[column]]!r} and {header!r} both mean {column}; "
                    "remove one of them."
                )
            else:
                mapping[column] = position
        missing = [column for column in file.table.required if column not in mapping]
        if missing:
            unknown = [headers[position] for position in others]
            hint = ""
            for column in missing:
                close = get_close_matches(normalised_header(column), [normalised_header(name) for name in unknown], n=1)
                for name in unknown:
                    if close and normalised_header(name) == close[0]:
                        hint = f" Is {name!r} meant to be {column}? Then add it to seeds/mappings/column_aliases.csv."
            raise BadInput(f"{file.name}: the required column {', '.join(missing)} is missing in line 1.{hint}")
        return mapping, others

    def _select(self, file: LandingFile, mapping: dict[str, int], others: list[int], values: str, line: str) -> str:
        """The stored columns of a relation `landed` whose columns are c1..cn, with `headers` beside it."""
        columns = ", ".join(
            f'landed.c{mapping[name] + 1} as "{name}"' if name in mapping else f'cast(null as varchar) as "{name}"'
            for name in file.table.columns
        )
        pairs = ", ".join(f"headers.h{position + 1}, landed.c{position + 1}" for position in others)
        other = f"cast(json_object({pairs}) as varchar)" if others else "cast(null as varchar)"
        return f"select headers.file as _file, {line} as _line, {columns}, {other} as _other from {values}, headers"

    def _headers_table(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, headers: list[str]) -> None:
        names = ", ".join(f"h{position + 1} varchar" for position in range(len(headers)))
        marks = ", ".join("?" for _ in range(len(headers) + 1))
        engine.execute(f"create temp table headers (file varchar{', ' if headers else ''}{names})")
        engine.execute(f"insert into headers values ({marks})", [file.name, *headers])

    def _finish(
        self, engine: duckdb.DuckDBPyConnection, file: LandingFile, sha256: str, ledger: Ledger, others: list[str]
    ) -> Landed:
        """The entry of a landed file; its unreadable lines are stored beside it."""
        stored = self._stored_name(file, sha256)
        if ledger.unreadable:
            engine.execute("create temp table bad (_line bigint, code varchar, line_text varchar)")
            insert_rows(engine, "bad", ledger.unreadable)
            engine.execute(
                "create temp table place as select ? as source_name, ? as source_table, ? as _file",
                [file.table.source, file.table.name, file.name],
            )
            self._copy(
                engine,
                "select place.*, bad.* from bad, place",
                self.folder / stored.replace(".parquet", ".unreadable.parquet"),
            )
        status = file.path.stat()
        return Landed(
            source=file.table.source,
            table=file.table.name,
            file=file.name,
            stored=stored,
            sha256=sha256,
            size_bytes=status.st_size,
            modified_at=datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds"),
            physical_lines=ledger.lines,
            header_lines=ledger.header,
            record_count=ledger.records,
            continuation_lines=ledger.continuation,
            blank_lines=ledger.blank,
            unreadable_lines=len(ledger.unreadable),
            ignored_columns=others,
        )

    def _stored_name(self, file: LandingFile, sha256: str) -> str:
        return f"{sha256}-{self._tag(file)}.parquet"

    def _land_csv(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, report: Reporter) -> Landed:
        limits = self.project.limits
        max_line_bytes = int(limits["max_line_bytes"])
        found = fingerprint(file.path, self.encoding, limits["max_wrong_encoding_share"])
        path = file.path
        if found.encoding != "utf-8":
            path = self.scratch / "utf8.csv"
            utf8_copy(file.path, found.encoding, path)
        with path.open("rb") as opened:
            first = opened.readline(max_line_bytes + 1).removeprefix(b"\xef\xbb\xbf")
        header = first.rstrip(b"\r\n").decode("utf-8", "replace")
        if "\r" in header:
            raise BadInput(f"{file.name}: line 1 holds bare carriage returns; save the file with line feeds.")
        if "\0" in header or not header.strip():
            raise BadInput(f"{file.name}: line 1 is no header.")
        delimiter = self._delimiter(file, header)
        headers = next(csv.reader(io.StringIO(header), delimiter=delimiter))
        mapping, others = self._mapping(file, headers)
        spooler = CsvSpooler(delimiter, max_line_bytes, int(limits["max_record_lines"]))
        if spooler.opens(header.encode()):
            raise BadInput(f"{file.name}: a quote in the header (line 1) is never closed.")
        spool = self.scratch / "spool.csv"
        ledger = spooler.spool(path, spool, lambda lines: report(file.name, lines))
        self._load_spool(engine, file, found.sha256, spool, delimiter, headers, mapping, others, ledger)
        return self._finish(engine, file, found.sha256, ledger, [headers[position] for position in others])

    def _delimiter(self, file: LandingFile, header: str) -> str:
        """The delimiter under which most headers mean something."""
        aliases = self.project.aliases[file.table.source, file.table.name]

        def known(delimiter: str) -> int:
            names = next(csv.reader(io.StringIO(header), delimiter=delimiter))
            return sum(1 for name in names if normalised_header(name) in aliases)

        return max(DELIMITERS, key=known)

    def _load_spool(
        self,
        engine: duckdb.DuckDBPyConnection,
        file: LandingFile,
        sha256: str,
        spool: Path,
        delimiter: str,
        headers: list[str],
        mapping: dict[str, int],
        others: list[int],
        ledger: Ledger,
    ) -> None:
        """Read a spool into the store. The second equality: every record is a row or was rejected by the reader."""
        self._headers_table(engine, file, headers)
        columns = "{'_line': 'BIGINT', " + ", ".join(f"'c{n + 1}': 'VARCHAR'" for n in range(len(headers))) + "}"
        reader = (
            f"read_csv({literal(spool)}, auto_detect=false, header=false, delim='{delimiter}', quote='\"', escape='\"', "
            "new_line='\\n', strict_mode=true, store_rejects=true, rejects_limit=0, max_line_size=4000000, "
            f"buffer_size=32000000, hive_partitioning=false, nullstr='', columns={columns})"
        )
        query = self._select(file, mapping, others, f"{reader} as landed", "landed._line")
        target = self.folder / self._stored_name(file, sha256)
        rows = self._copy(engine, query, target)
        rejected = engine.execute(
            "select cast(regexp_extract(csv_line, '^[0-9]+') as bigint) as number, min(cast(error_type as varchar)), "
            "any_value(csv_line) from reject_errors where regexp_matches(csv_line, '^[0-9]+') group by number order by number"
        ).fetchall()
        is_short = rows + len(rejected) != ledger.records
        read = self._numbers(engine, target) if is_short else set()
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
            raise Defect(f"{file.name}: {ledger.records} records but {rows} rows; please report this file.")
        ledger.check(file.path)

    def _numbers(self, engine: duckdb.DuckDBPyConnection, target: Path) -> set[int]:
        rows = engine.execute(f"select _line from read_parquet({literal(target)})").fetchall()
        return {row[0] for row in rows}

    def _land_jsonl(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, report: Reporter) -> Landed:
        limits = self.project.limits
        found = fingerprint(file.path, self.encoding, limits["max_wrong_encoding_share"])
        path = file.path
        if found.encoding != "utf-8":
            path = self.scratch / "utf8.jsonl"
            utf8_copy(file.path, found.encoding, path)
        spool = self.scratch / "spool.jsonl"
        ledger = spool_lines(path, spool, int(limits["max_line_bytes"]), lambda lines: report(file.name, lines))
        engine.execute(
            f"create temp table lines as select * from read_csv({literal(spool)}, auto_detect=false, header=false, "
            "delim='\t', quote='', escape='', new_line='\\n', max_line_size=4000000, buffer_size=32000000, "
            "hive_partitioning=false, columns={'_line': 'BIGINT', 'text': 'VARCHAR'})"
        )
        engine.execute(
            "create temp table objects as select _line, text, json_valid(text) and json_type(text) = 'OBJECT' as is_object "
            "from (select _line, case when json_valid(text) then text end as text from lines)"
        )
        broken = engine.execute(
            "select lines._line, case when json_valid(lines.text) then 'not_an_object' else 'invalid_json' end, lines.text "
            "from lines join objects using (_line) where not coalesce(is_object, false) order by 1"
        ).fetchall()
        is_array = bool(broken) and (broken[0][2] or "").lstrip().startswith("[")
        if broken and (len(broken) == ledger.records or (is_array and broken[0][0] == 1)):
            raise BadInput(
                f"{file.name}: {'the file is a JSON array' if is_array else 'no line is a JSON object'}; write one object "
                "on each line, without brackets or commas around them."
            )
        for number, code, text in broken:
            ledger.set_aside(number, code, (text or "").encode())
        ledger.records -= len(broken)
        headers = [
            row[0]
            for row in engine.execute(
                "select distinct unnest(json_keys(text)) as key from objects where is_object order by key"
            ).fetchall()
        ]
        mapping, others = self._mapping(file, headers)
        self._headers_table(engine, file, headers)
        columns = ", ".join(
            f'replace(json_extract_string(landed.text, headers.h{mapping[name] + 1}), chr(0), chr(65533)) as "{name}"'
            if name in mapping
            else f'cast(null as varchar) as "{name}"'
            for name in file.table.columns
        )
        other = "landed.text" if others else "cast(null as varchar)"
        if people := [headers[position] for position in others if headers[position].endswith("__r")]:
            # Fxiaoke resolves references to employees, with their e-mail addresses and telephone numbers: not ours to keep.
            engine.execute("create temp table people as select ? as patch", [json.dumps(dict.fromkeys(people))])
            other = "cast(json_merge_patch(landed.text, (select patch from people)) as varchar)"
        rows = self._copy(
            engine,
            f"select headers.file as _file, landed._line, {columns}, {other} as _other "
            "from objects as landed, headers where landed.is_object",
            self.folder / self._stored_name(file, found.sha256),
        )
        if rows != ledger.records:
            raise Defect(f"{file.name}: {ledger.records} records but {rows} rows; please report this file.")
        ledger.check(file.path)
        return self._finish(engine, file, found.sha256, ledger, [headers[position] for position in others])

    def _land_xlsx(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, report: Reporter) -> Landed:
        from python_calamine import CalamineError, CalamineWorkbook

        sha256 = hash_of(file.path)
        try:
            with zipfile.ZipFile(file.path) as archive:
                unpacked = sum(item.file_size for item in archive.infolist())
            if unpacked > self.project.limits["max_xlsx_ratio"] * file.path.stat().st_size:
                raise BadInput(f"{file.name} unpacks to {unpacked} bytes, suspiciously many; export it as CSV.")
            cells = _cells_spanned(file.path)
            if cells > self.project.limits["max_xlsx_cells"]:
                raise BadInput(
                    f"{file.name} has a cell so far away that its sheet spans {cells} cells; clear what lies beyond the data."
                )
            sheet = CalamineWorkbook.from_path(file.path).get_sheet_by_index(0)
            rows = sheet.to_python(skip_empty_area=False)
        except (zipfile.BadZipFile, zlib.error, CalamineError, EOFError, NotImplementedError, RuntimeError) as error:
            raise BadInput(f"{file.name} is damaged or no .xlsx workbook: {_first_line(error)}") from None
        if not rows or not any(rows[0]):
            raise BadInput(f"{file.name}: line 1 of the first sheet is no header.")
        headers = [_cell_text(cell) for cell in rows[0]]
        while headers and not headers[-1]:
            headers.pop()
        mapping, others = self._mapping(file, headers)
        spool = self.scratch / "spool.csv"
        ledger = Ledger(lines=len(rows), header=1)
        with spool.open("w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output, lineterminator="\n")
            for number, row in enumerate(rows[1:], 2):
                texts = [_cell_text(cell) for cell in row[: len(headers)]]
                if any(texts):
                    writer.writerow([number, *texts, *[""] * (len(headers) - len(texts))])
                    ledger.records += 1
                    ledger.starts.append(range(number, number + 1))
                else:
                    ledger.blank += 1
        report(file.name, ledger.lines)
        self._load_spool(engine, file, sha256, spool, ",", headers, mapping, others, ledger)
        return self._finish(engine, file, sha256, ledger, [headers[position] for position in others])

    def _land_parquet(self, engine: duckdb.DuckDBPyConnection, file: LandingFile, report: Reporter) -> Landed:
        sha256 = hash_of(file.path)
        link = self.scratch / "input.parquet"
        link.unlink(missing_ok=True)
        link.symlink_to(file.path.resolve())
        reader = f"read_parquet({literal(link)}, file_row_number=true, hive_partitioning=false)"
        try:
            described = engine.execute(f"describe select * from {reader}").fetchall()
            headers = [row[0] for row in described[:-1]]
            types = [row[1] for row in described[:-1]]
            mapping, others = self._mapping(file, headers)
            self._headers_table(engine, file, headers)
            names = ", ".join([*(f"v{n + 1}" for n in range(len(headers))), "_row"])
            texts = ", ".join(
                [*(f"{_text_of(f'v{n + 1}', types[n])} as c{n + 1}" for n in range(len(headers))), "_row"]
            )
            values = f"(select {texts} from {reader} as given({names})) as landed"
            query = self._select(file, mapping, others, values, "landed._row + 1")
            rows = self._copy(engine, query, self.folder / self._stored_name(file, sha256))
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.Error, UnicodeDecodeError, MemoryError) as error:
            if is_no_space(str(error)):
                raise
            raise BadInput(f"{file.name} is damaged or no Parquet file: {_first_line(error)}") from None
        report(file.name, rows)
        return self._finish(engine, file, sha256, Ledger(lines=rows, records=rows), [headers[n] for n in others])


def insert_rows(engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of our own into a table, in one statement of one list for each column: executemany takes a millisecond a row."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        engine.execute(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)


def is_whole(path: Path) -> bool:
    """Whether a Parquet file is there and complete: a copy that was cut lacks the mark at its end."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1" and file.seek(-4, os.SEEK_END) >= 8 and file.read(4) == b"PAR1"
    except OSError:
        return False


def _stat_of(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _reader_code(error: str) -> str:
    """Our code for an error of the CSV reader."""
    return {
        "MISSING COLUMNS": "too_few_columns",
        "TOO MANY COLUMNS": "too_many_columns",
        "UNQUOTED VALUE": "malformed_quotes",
    }.get(error, error.lower().replace(" ", "_"))


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


def _cell_text(cell: object) -> str:
    """The canonical text of a spreadsheet cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).replace("\0", "\ufffd")


def _cells_spanned(path: Path) -> int:
    """The most cells that a sheet of a workbook spans: its reader lays out every one of them, filled or not."""
    most = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            columns = rows = 0
            with archive.open(name) as sheet:
                rest = b""
                while block := sheet.read(1 << 20):
                    for letters, digits in CELL.findall(rest + block):
                        columns = max(columns, reduce(lambda sum, letter: 26 * sum + letter - 64, letters, 0))
                        rows = max(rows, int(digits))
                    rest = block[-64:]
            most = max(most, columns * rows)
    return most
