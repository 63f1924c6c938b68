"""Which files of a landing folder feed which table."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from grading.contract import Project, Table, normalised_header
from grading.errors import BadInput, quoted

FORMATS = ("csv", "parquet", "jsonl", "xlsx")


@dataclass(frozen=True)
class LandingFile:
    """A regular file of the landing folder that feeds a table. `name` is its path below the folder."""

    path: Path
    name: str
    format: str
    table: Table


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
    if not any({"customers", "orders"} & set(file.table.maps_to) for file in files):
        raise BadInput(
            f"{folder} has neither customers nor orders; put customers.csv or orders.csv (or .parquet, .jsonl, .xlsx) there."
        )
    return sorted(files, key=lambda file: file.name)


def published_file(name: str, project: Project, key: str) -> str:
    """The name of a landed file as it may be published: each part as it is, or a keyed hash in its place."""
    parts = [
        part
        if project.is_public(part)
        else f"H{hashlib.md5(f'{key}|{part}'.encode()).hexdigest()[:31]}{Path(part).suffix}"
        for part in name.split("/")
    ]
    return "/".join(parts)


def _visible(folder: Path) -> list[Path]:
    """Entries of a folder, without hidden files and the lock files of spreadsheet programs."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    for entry in entries:
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            raise BadInput(
                f"The name of {quoted(repr(entry.name))} in {folder} is not UTF-8; rename the file."
            ) from None
    return entries


def _files_of(entry: Path, folder: Path, source: str, project: Project) -> Iterator[LandingFile]:
    """The file itself, or the files of a folder named after a table."""
    known = [name for (table_source, name) in project.tables if table_source == source]
    labels = {label: name for name in known for label in project.tables[source, name].labels}
    stem = normalised_header(entry.name if entry.is_dir() else entry.stem)
    # A label that ends with a star is how the names of a system's export files begin.
    named = [name for label, name in labels.items() if normalised_header(label) == stem]
    begins = [
        name for label, name in labels.items() if label.endswith("*") and stem.startswith(normalised_header(label))
    ]
    name = next(iter(named or begins), None)
    if name is None:
        close = get_close_matches(entry.stem, known + list(project.sources), n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; known tables: {', '.join(sorted(known))}."
        raise BadInput(f"{quoted(entry.relative_to(folder))} is neither a known table nor a known source system{hint}")
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
        raise BadInput(f"{quoted(path.relative_to(folder))} is not a {', '.join('.' + name for name in FORMATS)} file.")
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
    }.get(stat.S_IFMT(mode), "not a regular file")
    raise BadInput(
        f"{quoted(path.relative_to(folder))} is {kind}; only regular files are landed: copy the file itself there."
    )
