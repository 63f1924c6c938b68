"""The warehouse folder: releases, the one link that publishes, the lock, the run log.

warehouse/
  current -> releases/<run_id>    the publication; replaced in one step
  building -> releases/<run_id>   the release a refresh is writing
  releases/<run_id>/              build.duckdb (private), raw/, kept/ (what the next refresh reads), customer_grading.duckdb
                                  (published), manifest.json; the mark `published`, set once `current` named it: what has
                                  none was never published
  store/                          landed files by content
  run_log.jsonl  lock  key  cache/
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grading.database import BUILD, PUBLISHED
from grading.errors import BadInput, Locked, NoSpace

PROPOSALS = "proposals.parquet"
RELEASES_KEPT = 3
MARK = "published"
KEY_VARIABLE = "GRADING_PSEUDONYM_KEY"


class Warehouse:
    """A warehouse folder; made on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.releases = (self.folder / "releases").resolve()
        self.store = self.folder / "store"
        self.current = self.folder / "current"
        self.building = self.folder / "building"
        self.run_log = self.folder / "run_log.jsonl"
        self.cache = self.folder / "cache"

    def prepare(self) -> None:
        """Make the folders. `dev` is where plain dbt writes. Raises BadInput for a path that engines misread."""
        if odd := sorted(set(str(self.folder)) & set("'\"[]{}*?\\\n")) or not _is_text(str(self.folder)):
            raise BadInput(
                f"The warehouse path {self.folder} holds {' '.join(odd) if isinstance(odd, list) else 'bytes that are not UTF-8'}, "
                "which engines read as patterns or quotes; choose another with --warehouse."
            )
        if self.folder.exists() and not self.folder.is_dir():
            raise BadInput(f"{self.folder} is not a folder; choose another with --warehouse.")
        for folder in (self.folder, self.releases):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.store, self.cache, self.folder / "dev"):
            folder.mkdir(exist_ok=True, mode=0o700)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the warehouse. Raises Locked with who has it. The file is never removed."""
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 200).decode() or "another process"
                raise Locked(f"Another refresh of {self.folder} is running ({holder}); wait for it to end.") from None
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode())
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def pseudonym_key(self) -> str:
        """The secret that hashes what must not be found by trying: from the environment, else made once and kept (0600). Raises BadInput
        for an empty one, which would hide nothing."""
        if (from_environment := os.environ.get(KEY_VARIABLE)) is not None:
            if not from_environment.strip():
                raise BadInput(
                    f"{KEY_VARIABLE} is empty; give a secret, or unset it, and {self.folder / 'key'} is used."
                )
            return from_environment
        path = self.folder / "key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
        key = path.read_text(encoding="ascii", errors="replace").strip()
        if not key:
            raise BadInput(
                f"{path} is empty; put back the key from a backup, or remove the file: a new one changes all hashes."
            )
        return key

    def new_release(self, run_id: str) -> Path:
        """A fresh release folder, which `building` points to."""
        release = self.releases / run_id
        release.mkdir()
        for name in ("raw", "target", "logs", "spill"):
            (release / name).mkdir(mode=0o700)
        _replace_link(self.building, Path("releases") / run_id)
        return release

    def sweep(self) -> None:
        """Throw away what a killed refresh left; the newest failed release is kept for a look."""
        if (current := self.current_release()) is not None:
            # A refresh that was killed right after its swap is published all the same.
            (current / MARK).touch()
        left = [path for path in self._release_folders() if path not in self.published_releases()]
        for path in left:
            if not (path / "failed.json").exists() or path != left[-1]:
                shutil.rmtree(path)
        self.building.unlink(missing_ok=True)

    def check_space(self, landing_bytes: int) -> None:
        """Raises NoSpace unless three times the landing folder and the last release fit."""
        current = self.current_release()
        last = sum(path.stat().st_size for path in current.glob("*.duckdb")) if current else 0
        needed = 3 * (landing_bytes + last) + (64 << 20)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise NoSpace(
                f"{self.folder} has {free >> 20} MB free and the refresh may need {needed >> 20} MB; free some, "
                "or move the warehouse with --warehouse."
            )

    def publish(self, release: Path) -> None:
        """Make a finished release the publication, in one step; then mark it. From the step on it is never removed."""
        for path in release.glob("*.wal"):
            raise RuntimeError(f"{path.name} is left: the database was not closed")
        with (release / PUBLISHED).open("rb") as file:
            os.fsync(file.fileno())
        _fsync_folder(release)
        _replace_link(self.current, Path("releases") / release.name)
        # What fails from here on is made good by the next refresh.
        with suppress(OSError):
            (release / MARK).touch()
            _fsync_folder(release)
            self.building.unlink(missing_ok=True)

    def is_current(self, release: Path) -> bool:
        """Whether readers are led to this release."""
        return self.current_release() == release

    def discard(self, release: Path, why: dict[str, Any], *, keeps_build: bool) -> None:
        """Keep a refused release as failed, with its private build only if asked for; the one before it goes."""
        for older in self._release_folders():
            if (older / "failed.json").exists() and older != release:
                shutil.rmtree(older)
        for name in (BUILD, PUBLISHED) if not keeps_build else ():
            (release / name).unlink(missing_ok=True)
        (release / "failed.json").write_text(json.dumps(why, ensure_ascii=False, indent=1), encoding="utf-8")
        self.building.unlink(missing_ok=True)

    def prune(self) -> None:
        """Keep the last releases that were published."""
        published = self.published_releases()
        current = self.current_release()
        for path in published[:-RELEASES_KEPT]:
            if path != current:
                shutil.rmtree(path)

    def published_releases(self) -> list[Path]:
        """Releases that were published, oldest first: those that are marked, and whatever `current` names."""
        current = self.current_release()
        return [path for path in self._release_folders() if (path / MARK).exists() or path == current]

    def all_releases(self) -> list[Path]:
        """Every release, published, failed or left behind, oldest first."""
        return self._release_folders()

    def current_release(self) -> Path | None:
        """The release that is published now."""
        return self.current.resolve() if self.current.exists() else None

    def rollback(self, run_id: str | None) -> Path:
        """Publish an older release again: the one named, else the one before the current. Raises BadInput."""
        published = self.published_releases()
        current = self.current_release()
        if current is None:
            raise BadInput(f"{self.folder} has no publication; `grading refresh` makes one.")
        if run_id is None:
            older = published[: published.index(current)]
            if not older:
                raise BadInput(f"There is no release before {current.name}.")
            target = older[-1]
        else:
            target = self.releases / run_id
            if target not in published:
                names = ", ".join(path.name for path in published)
                raise BadInput(f"{run_id} is not a published release that is still kept; kept are: {names}.")
        (current / MARK).touch()
        _replace_link(self.current, Path("releases") / target.name)
        self.log({"event": "rollback", "run_id": target.name, "from_run_id": current.name})
        return target

    def log(self, entry: dict[str, Any]) -> None:
        """Append to the run log and make sure that it is on disk."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **entry}, ensure_ascii=False)
        with self.run_log.open("a+b") as file:
            # A line that a crash left half-written takes no other with it.
            is_cut = file.tell() > 0 and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n"
            file.write(("\n" if is_cut else "").encode() + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def prune_log(self, days: int) -> None:
        """Remove lines of the run log that are older than so many days."""
        oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        lines = self.run_log.read_bytes().splitlines(keepends=True) if self.run_log.exists() else []
        kept = [line for line in lines if not (_moment(line) or oldest) < oldest]
        if len(kept) < len(lines):
            temporary = self.run_log.with_suffix(".new")
            temporary.write_bytes(b"".join(kept))
            os.replace(temporary, self.run_log)

    def log_entries(self) -> list[dict[str, Any]]:
        """The run log, oldest first, without lines that a crash or an editor left half-written or odd."""
        if not self.run_log.exists():
            return []
        entries = []
        for line in self.run_log.read_text(encoding="utf-8", errors="replace").split("\n"):
            with suppress(ValueError):
                entry = json.loads(line)
                if (
                    isinstance(entry, dict)
                    and isinstance(entry.get("event"), str)
                    and isinstance(entry.get("run_id"), str)
                ):
                    entries.append(entry)
        return entries

    def _release_folders(self) -> list[Path]:
        return sorted(path for path in self.releases.iterdir() if path.is_dir()) if self.releases.exists() else []


def write_private(path: Path, what: Any) -> None:
    """Write JSON that only we may read, at once or not at all."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(what, file, ensure_ascii=False, indent=1, default=str)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _moment(line: bytes) -> str | None:
    """When a line of the run log was written."""
    with suppress(ValueError, TypeError, KeyError):
        return str(json.loads(line)["at"])
    return None


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _replace_link(link: Path, target: Path) -> None:
    temporary = link.with_name(link.name + ".new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)
    _fsync_folder(link.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
