"""Killed at any moment, started ten times at once, read without pause: the publication is whole, and the next run is right.

A few of each here; `make prove` takes more (GRADING_KILLS, GRADING_READERS, GRADING_PUBLICATIONS, GRADING_AT_ONCE).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.database import PUBLISHED
from grading.refresh import Outcome
from grading.releases.report import write_report
from grading.releases.warehouse import Warehouse

from .conftest import write
from .test_refresh import tables

HOME = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("GRADING_KILLS", "1"))
READERS = int(os.environ.get("GRADING_READERS", "1"))
# Further publications under the readers.
PUBLICATIONS = int(os.environ.get("GRADING_PUBLICATIONS", "0"))
# Here they leave the processor to the refresh now and then.
PAUSE = 0.05 if READERS == 1 else 0
AT_ONCE = int(os.environ.get("GRADING_AT_ONCE", "2"))
# Killed when the command says that it begins one of these; more kills come at random moments.
STEPS = ("fit", "publish") if KILLS > 1 else ("publish",)
# A disk of its own needs the right to mount one.
FILLS_A_DISK = bool(os.environ.get("GRADING_FILLS_A_DISK"))
OWN = ("publication", "source_freshness", "customer_merge_log", "customer_grade_changes")
# Opens the publication anew for each query, as a tool does that looks whether the file changed; prints what is not as it should be.
READER = """
import os, pathlib, sys, duckdb
path, stop = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
import time
took, runs, parent = [], set(), os.getppid()
# Whoever is left behind by a test that was killed stops, too.
while not stop.exists() and os.getppid() == parent:
    begun = time.perf_counter()
    release = path.resolve()
    try:
        with duckdb.connect(str(release), read_only=True) as database:
            run, graded, ranked, months = database.execute(
                "select run_id, (select count(*) from marts.customer_grades), (select count(*) from marts.customer_rankings), "
                "(select count(distinct as_of_date) from marts.customer_grade_history) from marts.publication"
            ).fetchone()
        if run != release.parent.name or graded != ranked or not months:
            print("mixed", run, release, graded, ranked, months)
        took.append(time.perf_counter() - begun)
    except Exception as error:
        if release.exists():
            print("error", type(error).__name__, error)
    time.sleep(float(sys.argv[3]))
    runs.add(release.parent.name)
took.sort()
print(f"read {len(took)} times, {len(runs)} runs, median {took[len(took) // 2]:.3f} s, p99 {took[len(took) * 99 // 100]:.3f} s, slowest {took[-1]:.3f} s")
"""


def folder_of(place: Path, orders: int) -> Path:
    rows = "".join(f"{n},2025-{1 + n % 12:02d}-{1 + n % 28:02d},c{n % 30},{n % 70}\n" for n in range(orders))
    write(place, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n" + rows)
    return place


def started(landing: Path, warehouse: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "grading", "refresh", "--landing", str(landing), "--warehouse", str(warehouse)]
    return subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def killed(landing: Path, warehouse: Path, step: str | None, seconds: float) -> None:
    """Start a refresh and kill it, and nothing else, when it says a step, or after so many seconds."""
    process = started(landing, warehouse)
    assert process.stderr is not None
    timer = threading.Timer(seconds if step is None else 120, process.kill)
    timer.start()
    for line in process.stderr:
        if line.strip() == step:
            time.sleep(random.random() / 2)
            os.kill(process.pid, signal.SIGKILL)
            break
    process.stderr.close()
    process.wait()
    timer.cancel()


@pytest.mark.parametrize("seed", [1])
def test_killed_at_any_moment(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_PSEUDONYM_KEY", "same")
    dice, warehouse, stop = random.Random(seed), tmp_path / "w", tmp_path / "stop"
    begun = time.perf_counter()
    assert started(folder_of(tmp_path / "in", 400), warehouse).wait() == 0
    whole = time.perf_counter() - begun
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(warehouse / "current" / PUBLISHED), str(stop), str(PAUSE)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(READERS)
    ]  # fmt: skip
    for number, step in enumerate((*STEPS, *(None for _ in range(KILLS)))):
        before = Warehouse(warehouse).current_release()
        folder_of(tmp_path / "in", 400 + number)
        killed(tmp_path / "in", warehouse, step, dice.random() * whole)
        current = Warehouse(warehouse).current_release()
        assert current is not None and (current == before or step is None or step == "publish")
        assert tables(current / PUBLISHED)["publication"][0][0] == current.name
    for number in range(PUBLICATIONS):
        assert started(folder_of(tmp_path / "in", 500 + number), warehouse).wait() == 0
    # Several at once: one refreshes, the others say that it does.
    several = [started(tmp_path / "in", warehouse) for _ in range(AT_ONCE)]
    assert sorted(process.wait() for process in several) == [0] + [4] * (AT_ONCE - 1)
    stop.touch()
    said = [reader.communicate()[0].splitlines() for reader in readers]
    assert all(len(lines) == 1 and lines[0].startswith("read") for lines in said), said
    print("\n".join(lines[0] for lines in said))
    # What comes after all this is what a new warehouse gives.
    assert started(tmp_path / "in", tmp_path / "fresh").wait() == 0
    after, fresh = (tables(place / "current" / PUBLISHED) for place in (warehouse, tmp_path / "fresh"))
    assert [name for name in fresh if name not in OWN and after[name] != fresh[name]] == []
    left = {path.name for path in (warehouse / "releases").iterdir()} - {
        path.name for path in Warehouse(warehouse).published_releases()
    }
    assert left == set() and not (warehouse / "building").is_symlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.skipif(not FILLS_A_DISK, reason="make prove fills a disk; the tests do not need the right to mount one")
def test_a_disk_that_is_full_or_read_only_at_any_step(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full from a step on: exit code 5, the publication as it was, and right again once there is space. A foreign process that holds the
    published file open for writing changes nothing. Read-only: exit code 2."""
    monkeypatch.setenv("GRADING_PSEUDONYM_KEY", "same")
    landing, warehouse, filler = tmp_path / "in", small_disk / "w", small_disk / "filler"
    assert started(folder_of(landing, 400), warehouse).wait() == 0
    ended = {}
    for number, step in enumerate(("land", "build", "fit", "check", "publish")):
        before = Warehouse(warehouse).current_release()
        process = started(folder_of(landing, 401 + number), warehouse)
        assert process.stderr is not None
        for line in process.stderr:
            if line.strip() == step:
                subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=64k"], check=False, stderr=subprocess.DEVNULL)
                break
        said = process.stderr.read()
        ended[step] = process.wait()
        filler.unlink()
        current = Warehouse(warehouse).current_release()
        # What needs no more space is published all the same.
        assert ended[step] in (0, 5) and "Traceback" not in said, (step, ended[step], said)
        assert current == before or ended[step] == 0
        assert current is not None and tables(current / PUBLISHED)["publication"][0][0] == current.name
    print(ended)
    assert ended["land"] == ended["build"] == 5
    holder = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(600)"
    path = (warehouse / "current" / PUBLISHED).resolve()
    path.chmod(0o644)
    foreign = subprocess.Popen([sys.executable, "-c", holder, str(path)], stdout=subprocess.PIPE, text=True)
    assert foreign.stdout is not None and foreign.stdout.readline() == "open\n"
    assert started(folder_of(landing, 500), warehouse).wait() == 0
    foreign.kill()
    assert started(landing, tmp_path / "fresh").wait() == 0
    after, fresh = (tables(place / "current" / PUBLISHED) for place in (warehouse, tmp_path / "fresh"))
    assert [name for name in fresh if name not in OWN and after[name] != fresh[name]] == []
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    process = started(landing, warehouse)
    assert process.wait() == 2 and process.stderr is not None and "Traceback" not in process.stderr.read()


def test_a_foreign_writer_on_the_published_file_is_said_and_stops_nothing(published: Outcome, tmp_path: Path) -> None:
    """Another program holds the last publication open for writing: the page of the next run says that it compares with nothing."""
    release, before = tmp_path / "now", tmp_path / "before"
    for folder in (release, before):
        folder.mkdir()
        shutil.copy(published.release / PUBLISHED, folder / PUBLISHED)
        (folder / PUBLISHED).chmod(0o644)
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    foreign = subprocess.Popen(
        [sys.executable, "-c", holder, str(before / PUBLISHED)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert foreign.stdout is not None and foreign.stdout.readline() == "open\n"
    page = write_report(release, [], {}, None, before).read_text()
    foreign.communicate()
    assert "holds the last publication open" in page and "the first publication" not in page
    assert "holds the last publication open" not in write_report(release, [], {}, None, before).read_text()
