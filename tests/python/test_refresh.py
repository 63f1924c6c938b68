"""A refresh as its users see it: what is published, what a failure leaves, the exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from grading.cli import main
from grading.database import BUILD, PUBLISHED
from grading.errors import BadInput, NoSpace
from grading.refresh import Outcome, Request, refresh
from grading.releases.warehouse import KEY_VARIABLE, MARK, Warehouse

from .conftest import Pipeline, dbt, write

HOME = Path(__file__).resolve().parents[2]


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every mart of a publication as a sorted list of rows."""
    with duckdb.connect(str(path), read_only=True) as database:
        names = [row[0] for row in database.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: sorted(database.execute(f"select * from marts.{name}").fetchall(), key=repr) for name in names}


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_published_file_holds_marts_alone_and_is_read_only(published: Outcome) -> None:
    path = published.release / PUBLISHED
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    with duckdb.connect(str(path), read_only=True) as database:
        schemas = database.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("marts",)]
        comments = database.execute(
            "select table_name, column_name from duckdb_columns() where not internal and comment is null"
        ).fetchall()
        assert comments == []


def test_private_files_are_private(published: Outcome) -> None:
    assert stat.S_IMODE((published.release / "build.duckdb").stat().st_mode) == 0o600
    for name in ("raw", "target", "logs"):
        assert stat.S_IMODE((published.release / name).stat().st_mode) == 0o700


def test_no_name_mail_or_phone_is_in_the_marts(published: Outcome, sample: Path) -> None:
    with duckdb.connect() as database:
        mails = database.execute(
            f"select distinct email from '{sample}/customers.csv' where email is not null"
        ).fetchall()
        persons = database.execute(
            f"select distinct name from '{sample}/customers.csv' where industry is null and email is not null"
        ).fetchall()
    text = repr(tables(published.release / PUBLISHED))
    assert not [mail for (mail,) in mails if mail in text]
    assert not [name for (name,) in persons if f"'{name}'" in text]


def test_logs_and_target_hold_no_direct_identifier(published: Outcome, sample: Path) -> None:
    with duckdb.connect() as database:
        mails = [
            row[0]
            for row in database.execute(
                f"select email from '{sample}/customers.csv' where email is not null"
            ).fetchall()
        ]
    for folder in ("logs", "target"):
        for path in (published.release / folder).rglob("*"):
            if path.is_file() and path.suffix in {".log", ".json", ".sql"}:
                text = path.read_text(errors="replace")
                assert not [mail for mail in mails if mail in text], path


def test_same_folder_twice_gives_equal_tables(published: Outcome, sample: Path, tmp_path: Path) -> None:
    """In a copy of the warehouse: the other tests read the one release that there is."""
    warehouse = tmp_path / "w"
    shutil.copytree(published.release.parent.parent, warehouse, symlinks=True)
    again = refresh(Request(landing=sample, warehouse=warehouse))
    first, second = tables(published.release / PUBLISHED), tables(again.release / PUBLISHED)
    assert not any(entry.is_new for entry in again.landed) and again.dates_computed == 1
    assert [name for name in first if first[name] != second[name]] == ["publication"]


def test_rollback_and_status(published: Outcome, sample: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "w"
    shutil.copytree(published.release.parent.parent, warehouse, symlinks=True)
    place = Warehouse(warehouse)
    (only,) = place.published_releases()
    shutil.copytree(only, only.with_name("29991231T000000Z"))
    place.publish(only.with_name("29991231T000000Z"))
    code, output = run("rollback", "--warehouse", warehouse)
    assert code == 0, output
    assert place.current_release() == place.published_releases()[-2]
    code, output = run("rollback", "nonsense", "--warehouse", warehouse)
    assert code == 2 and "nonsense is not a published release" in output
    assert run("status", "--warehouse", warehouse)[0] == 0
    assert run("status", "--warehouse", warehouse, "--max-age", "0")[0] == 1
    assert run("status", "--warehouse", tmp_path / "none")[0] == 2


def test_refused_refresh_leaves_the_publication(published: Outcome, sample: Path, tmp_path: Path) -> None:
    """A broken rule is bad input: nothing is published, and the log says so."""
    warehouse = published.release.parent.parent
    before = (warehouse / "current").resolve()
    criteria = tmp_path / "criteria"
    criteria.mkdir()
    lines = (HOME / "seeds/criteria/rfm/rfm_segments.csv").read_text().splitlines()
    (criteria / "rfm_segments.csv").write_text("\n".join(lines[:-1]) + "\n")
    code, output = run("refresh", "--landing", sample, "--warehouse", warehouse, "--criteria", criteria, "--quiet")
    assert code == 2 and "has no rule for cell" in output, output
    (criteria / "rfm_segments.csv").unlink()
    (criteria / "no_such_seed.csv").write_text("a\n1\n")
    code, output = run("refresh", "--landing", sample, "--warehouse", warehouse, "--criteria", criteria)
    assert code == 2 and "no_such_seed.csv replaces no seed" in output
    (criteria / "no_such_seed.csv").unlink()
    (criteria / "criteria_numbers.csv").write_text(
        "criteria_version,customer_kind,name,value,unit,description\nv1,all,x,oops,,\n"
    )
    code, output = run("refresh", "--landing", sample, "--warehouse", warehouse, "--criteria", criteria)
    assert code == 2 and "criteria_numbers.csv line 2 has the unknown name 'x'" in output, output
    assert (warehouse / "current").resolve() == before
    entries = [json.loads(line) for line in (warehouse / "run_log.jsonl").read_text().splitlines()]
    assert [entry["exit_code"] for entry in entries if entry["event"] == "end"][-3:] == [2, 2, 2]
    assert not (warehouse / "building").is_symlink()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "soon"], "is not a date"),
        (["--as-of", "2999-01-01"], "is after today"),
        (["--landing", "nowhere"], "does not exist"),
    ],
)
def test_usage_errors(arguments: list[str], words: str, sample: Path, tmp_path: Path) -> None:
    options = arguments if "--landing" in arguments else ["--landing", str(sample), *arguments]
    code, output = run("refresh", "--warehouse", tmp_path / "w", *options)
    assert code == 2 and words in output, output


def test_everything_in_the_future_is_refused(tmp_path: Path, warm: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,amount\no1,2999-01-01,5\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm)
    assert code == 2 and "breaks ordered_at:implausible_date" in output, output


def test_second_refresh_at_the_same_time_is_locked_out(sample: Path, tmp_path: Path) -> None:
    place = Warehouse(tmp_path / "w")
    place.prepare()
    with (place.folder / "lock").open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        code, output = run("refresh", "--landing", sample, "--warehouse", place.folder)
    assert code == 4 and "is running" in output


def test_no_space(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    code, output = run("refresh", "--landing", sample, "--warehouse", tmp_path / "w")
    assert code == 5 and "free some" in output


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_stopped_refresh_leaves_nothing(number: int, code: int, sample: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "w"
    process = subprocess.Popen(
        [sys.executable, "-m", "grading", "refresh", "--landing", str(sample), "--warehouse", str(warehouse)],
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=HOME,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(warehouse.glob("releases/*/build.duckdb")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(process.pid, number)
    assert process.wait(timeout=30) == code
    assert not (warehouse / "current").exists() and not (warehouse / "building").is_symlink()
    Warehouse(warehouse).sweep()
    assert list((warehouse / "releases").iterdir()) == []
    assert "stopped" in (warehouse / "run_log.jsonl").read_text()


@pytest.fixture
def done(published: Outcome, tmp_path: Path) -> Warehouse:
    """A warehouse with two releases that were published, the second current."""
    folder = tmp_path / "done"
    shutil.copytree(published.release.parent.parent, folder, symlinks=True)
    place = Warehouse(folder)
    first = place.current_release()
    assert first is not None
    (folder / "run_log.jsonl").unlink()
    for older in place.published_releases():
        if older != first:
            shutil.rmtree(older)
    shutil.copytree(first, first.with_name("29990101T000000Z"), symlinks=True)
    (first.with_name("29990101T000000Z") / MARK).unlink()
    place.publish(first.with_name("29990101T000000Z"))
    return place


def test_a_release_is_published_by_its_mark_or_because_readers_are_led_to_it(done: Warehouse) -> None:
    """Whatever its files say: a manifest alone is written before the swap."""
    newest = done.current_release()
    assert newest is not None and (newest / MARK).exists()
    shutil.copytree(newest, newest.with_name("29990102T000000Z"), symlinks=True)
    unfinished = newest.with_name("29990102T000000Z")
    (unfinished / MARK).unlink()
    assert (unfinished / "manifest.json").exists() and unfinished not in done.published_releases()
    assert run("rollback", "29990102T000000Z", "--warehouse", done.folder)[0] == 2
    # A folder of releases on another disk, behind a link, changes nothing.
    shutil.move(done.releases, done.folder / "elsewhere")
    done.releases.symlink_to("elsewhere")
    linked = Warehouse(done.folder)
    assert (
        linked.is_current(linked.published_releases()[-1]) and linked.rollback(None) == linked.published_releases()[-2]
    )
    linked.rollback(newest.name)
    done = linked
    newest, unfinished = (done.releases / path.name for path in (newest, unfinished))
    # Killed between swap and mark: what `current` names stays, and gets its mark.
    (newest / MARK).unlink()
    done.sweep()
    assert done.current_release() == newest and (newest / MARK).exists() and not unfinished.exists()


STOPPED_AFTER_THE_SWAP = """
import os, signal, sys, time
from pathlib import Path
from grading import refresh as module
from grading.refresh import Request, refresh
from grading.releases.warehouse import Warehouse
how, landing, warehouse = sys.argv[1:]
def build(request, reporter, warehouse, outcome, started):
    for name in ("customer_grading.duckdb", "manifest.json"):
        (outcome.release / name).write_text("built")
module.build_release = build
def cleaning(self):
    if how == "error":
        raise OSError(28, "No space left on device")
    os.kill(os.getpid(), int(how))
    time.sleep(20)
Warehouse.prune = cleaning
outcome = refresh(Request(landing=Path(landing), warehouse=Path(warehouse)))
print(outcome.warnings)
"""


@pytest.mark.parametrize("how", ["error", str(int(signal.SIGTERM)), str(int(signal.SIGINT))])
def test_nothing_after_the_swap_removes_the_publication(how: str, tmp_path: Path) -> None:
    """A signal, or clean-up that fails: the release is published, the exit code says so, the log too."""
    command = [sys.executable, "-c", STOPPED_AFTER_THE_SWAP, how, str(tmp_path / "in"), str(tmp_path / "w")]
    result = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr
    place = Warehouse(tmp_path / "w")
    current = place.current_release()
    assert current is not None and (current / MARK).exists() and (current / PUBLISHED).exists()
    if how == "error":
        assert "could not be cleaned up" in result.stdout
    else:
        assert [entry["exit_code"] for entry in place.log_entries() if entry["event"] == "end"] == [0]


def test_workers_hold_no_lock_and_end_with_their_parent(tmp_path: Path) -> None:
    """Killed while it looks at telephone numbers, a refresh leaves neither a lock nor a worker."""
    code = (
        "import sys, pathlib, grading.landing.phones as p, grading.releases.warehouse as w\n"
        "if __name__ == '__main__':\n"
        "    place = w.Warehouse(pathlib.Path(sys.argv[1])); place.prepare()\n"
        "    with place.lock():\n"
        "        p._numbers([(f'+49 30 {n}', 'DE', 'DE') for n in range(3_000_000)])\n"
    )
    script = write(tmp_path, "script.py", code)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "w")], cwd=HOME, env={**os.environ, "PYTHONPATH": str(HOME)}
    )
    workers: list[int] = []
    deadline = time.monotonic() + 60
    while len(workers) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
        found = subprocess.run(
            ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        workers = [int(line.split()[0]) for line in found.stdout.splitlines() if "spawn_main" in line]
    assert len(workers) >= 2
    time.sleep(1)
    process.kill()
    process.wait()
    with Warehouse(tmp_path / "w").lock():
        pass
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def test_text_of_data_is_only_text(tmp_path: Path, warm: Path) -> None:
    """Markup and control characters in names and headers reach the terminal as text, and nothing printed can fail a publication."""
    write(
        tmp_path / "in",
        "customers.csv",
        'customer_ref,customer_kind,name,odd\x1b[31m[/b]\nc,organisation,"Blue [/b] \x1b[2J Ltd",x\n',
    )
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-01-01,c,5\n")
    command = [
        sys.executable,
        "-m",
        "grading",
        "refresh",
        "--landing",
        str(tmp_path / "in"),
        "--warehouse",
        str(warm),
    ]
    result = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Blue [/b] \\x1b[2J Ltd" in result.stdout and "\x1b" not in result.stdout + result.stderr
    with open("/dev/full", "w") as full:
        again = subprocess.run(command, cwd=HOME, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert again.returncode == 0 and "published, but the summary" in again.stderr, again.stderr
    # A pipe that is closed after its first line, progress that nobody can read.
    shell = " ".join(shlex.quote(part) for part in command)
    piped = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{shell} 2>/dev/full | head -1"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.returncode == 0, piped
    assert Warehouse(warm).log_entries()[-1]["exit_code"] == 0


def test_an_empty_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hide nothing; one that is not there is made, and kept."""
    place = Warehouse(tmp_path / "w")
    place.prepare()
    for empty in ("", " \n"):
        monkeypatch.setenv(KEY_VARIABLE, empty)
        with pytest.raises(BadInput, match="is empty"):
            place.pseudonym_key()
    monkeypatch.delenv(KEY_VARIABLE)
    made = place.pseudonym_key()
    assert (
        len(made) == 64
        and place.pseudonym_key() == made
        and stat.S_IMODE((tmp_path / "w" / "key").stat().st_mode) == 0o600
    )
    (tmp_path / "w" / "key").write_text("\n")
    with pytest.raises(BadInput, match="is empty"):
        place.pseudonym_key()


def test_status_reads_any_log(done: Warehouse) -> None:
    done.run_log.write_bytes(b'{"event": "start", "run_id": "a"}\n{"event": "end", "run_id": "a", "exit_\n[]\n\xff\xfe\n{"event": 1}\n'
                             b'{"event": "end", "run_id": "b", "exit_code": 0, "seconds": "x"}\n{"event": "start", "run_id": "b"}\n')  # fmt: skip
    done.run_log.write_bytes(done.run_log.read_bytes() + b'{"event": "start", "run_')
    done.log({"event": "start", "run_id": "c", "error": "line\u2028separator"})
    assert done.log_entries()[-1]["run_id"] == "c"
    code, output = run("status", "--warehouse", done.folder)
    assert code == 0 and "a  killed or still running" in output and "b  published" in output, output


def test_a_disk_that_is_full_in_the_middle(
    published: Outcome, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever says it, the engine in a model or the system in a write: exit code 5, nothing published."""
    from grading import refresh as module
    from grading.build import dbt_build

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "lay_out_raw", full)
    code, output = run("refresh", "--landing", sample, "--warehouse", tmp_path / "w")
    assert code == 5 and "disk is full" in output and "Traceback" not in output
    node = SimpleNamespace(name="int_x", original_file_path="models/x.sql")
    broken = SimpleNamespace(
        status="error", node=node, message="IO Error: Could not write file: No space left on device"
    )
    with pytest.raises(NoSpace):
        dbt_build.judge([broken], tmp_path)


@pytest.mark.parametrize("name", ["it's", "a[1]", "{x}", 'qu"ote'])
def test_warehouse_paths_that_engines_misread(name: str, sample: Path, tmp_path: Path) -> None:
    code, output = run("refresh", "--landing", sample, "--warehouse", tmp_path / name)
    assert code == 2 and "choose another" in output and "Traceback" not in output


def test_paths_that_cannot_be_used(sample: Path, tmp_path: Path) -> None:
    write(tmp_path, "file", "x")
    code, output = run("refresh", "--landing", sample, "--warehouse", tmp_path / "file")
    assert code == 2 and "not a folder" in output and "Traceback" not in output
    code, output = run("refresh", "--landing", sample, "--warehouse", "/proc/nowhere")
    assert code == 2 and "Traceback" not in output, output
    folder = tmp_path / "in"
    write(folder, "orders.csv", "order_ref,ordered_at,amount\n1,2025-01-01,5\n")
    (folder / os.fsdecode(b"orders\xff.csv")).write_text("x")
    code, output = run("refresh", "--landing", folder, "--warehouse", tmp_path / "w")
    assert code == 2 and "not UTF-8" in output and "Traceback" not in output, output


def test_a_folder_of_customers_alone_is_graded_as_of_today(tmp_path: Path, warm: Path) -> None:
    write(tmp_path / "in", "customers.csv", "customer_ref\na\nb\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm)
    assert code == 0 and "graded as of today" in output, output
    today = datetime.now(UTC).date()
    with duckdb.connect(str(warm / "current" / PUBLISHED), read_only=True) as database:
        assert database.execute("select as_of_date from marts.publication").fetchall() == [(today,)]
        assert database.execute("select count(*) from marts.customer_grades").fetchall() == [(2,)]
    # Rows that have dates, all of them rejected: another matter, and the message says why.
    write(
        tmp_path / "in", "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,03/04/2025,a,5\n2,04/04/2025,b,5\n"
    )
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm)
    assert code == 2 and "for example orders.csv line 2 breaks ordered_at:ambiguous_date" in output, output
    # With another dated table it is published, and the summary warns.
    write(tmp_path / "in", "interactions.csv", "interaction_ref,occurred_at,customer_ref\n1,2025-01-01,a\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm)
    assert code == 0 and "all 2 rows of landing.orders were rejected" in " ".join(output.split()), output


def test_a_date_before_all_data_is_refused(tmp_path: Path, warm: Path) -> None:
    before = (warm / "current").resolve()
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-01-02,a,5\n")
    write(tmp_path / "in", "customers.csv", "customer_ref\na\nb\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm, "--as-of", "2025-01-01")
    assert code == 2 and "Nothing is known on 2025-01-01, the first dated row is of 2025-01-02" in output, output
    assert (warm / "current").resolve() == before


def test_killed_refresh_is_swept_away(tmp_path: Path) -> None:
    place = Warehouse(tmp_path / "w")
    place.prepare()
    place.new_release("20000101T000000Z")
    place.sweep()
    assert list(place.releases.iterdir()) == [] and not place.building.exists()


def test_plain_dbt_build_needs_nothing_of_ours(published: Outcome, tmp_path: Path) -> None:
    """An analyst's dbt build reads the publication's raw tables and writes its own database; unit tests run, too."""
    environment = {
        **os.environ,
        "GRADING_DATABASE": str(tmp_path / "dev.duckdb"),
        "GRADING_RAW": str(published.release / "raw"),
    }
    command = [
        str(Path(sys.executable).with_name("dbt")), "build", "--target-path", str(tmp_path / "target"),
        "--log-path", str(tmp_path / "logs"), "--quiet",
    ]  # fmt: skip
    result = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    unit_tests = [entry for entry in results if entry["unique_id"].startswith("unit_test")]
    assert len(unit_tests) >= 4 and {entry["status"] for entry in unit_tests} == {"pass"}


def test_harness_equals_dbt(
    published: Outcome, pipeline: Pipeline, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other tests run is what dbt ran: same folder, same marts."""
    expected = tables(published.release / PUBLISHED)
    as_of = expected.pop("publication")[0][2]
    del expected["customer_merge_log"]  # says which run merged
    monkeypatch.setenv(KEY_VARIABLE, Warehouse(published.release.parent.parent).pseudonym_key())
    built = pipeline.run(sample, as_of=as_of, has_fallback_rates=True)
    for name, rows in expected.items():
        assert sorted(built.rows(f"select * from marts.{name}"), key=repr) == rows, name
    assert built.failed_tests() == {}


def test_a_table_is_replaced_whole_or_not_at_all(published: Outcome, tmp_path: Path) -> None:
    """Plain dbt on a database that is in use: a model that fails leaves its old table, hooks and all undone."""
    shutil.copy(published.release / BUILD, tmp_path / BUILD)
    environment = {"GRADING_DATABASE": str(tmp_path / BUILD)}

    def settings(currency: str, raw: Path = published.release / "raw") -> list[tuple[object, ...]]:
        options = ["--select", "int_run_settings", "--vars", json.dumps({"reporting_currency": currency})]
        dbt("run", {**environment, "GRADING_RAW": str(raw)}, tmp_path / "target", *options)
        return found()

    def found() -> list[tuple[object, ...]]:
        with duckdb.connect(str(tmp_path / BUILD), read_only=True) as database:
            return database.execute("select reporting_currency from intermediate.int_run_settings").fetchall()

    assert settings("SEK") == [("SEK",)]
    with pytest.raises(AssertionError):
        settings("DKK", tmp_path / "no_such_folder")
    assert found() == [("SEK",)]
    assert settings("NOK") == [("NOK",)]


def test_forms_of_text_are_read_where_they_can_occur(tmp_path: Path, warm: Path) -> None:
    """Forms that need a convention, and serials of workbooks, are read where they can occur."""
    landing, criteria = tmp_path / "landing", tmp_path / "criteria"
    write(
        landing,
        "orders.csv",
        'order_ref,ordered_at,amount,source_system\n1,03/04/2025,"1.234,56",shop_de\n2,03/04/2025,5,\n',
    )
    book = openpyxl.Workbook()
    for row in (
        ["refund_ref", "refunded_at", "amount", "order_ref", "source_system"],
        ["1", 45800.25, 5, "1", "shop_de"],
    ):
        book.active.append(row)
    book.save(landing / "refunds.XLSX")
    write(
        criteria,
        "source_settings.csv",
        (HOME / "seeds/mappings/source_settings.csv").read_text() + 'shop_de,,EUR,person,dmy,",",DE,1,false\n',
    )
    outcome = refresh(Request(landing=landing, warehouse=warm, criteria=criteria))
    found = tables(outcome.release / PUBLISHED)
    with duckdb.connect(str(outcome.release / PUBLISHED), read_only=True) as database:
        assert database.execute(
            "select order_ref, cast(order_date as varchar), cast(gross_amount as varchar), cast(refunded_amount as varchar) from marts.orders"
        ).fetchall() == [("1", "2025-04-03", "1234.5600", "5.0000")]
    assert [(row[1], row[4], row[7]) for row in found["rejected_records"]] == [("orders", 3, "ambiguous_date")], found[
        "rejected_records"
    ]


def test_a_failed_refresh_says_where_it_lies(tmp_path: Path, warm: Path) -> None:
    """With --keep-failed its private build stays, and can be read, staging views too; without, its log and SQL only."""
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,amount\n1,2199-01-01,5\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm, "--keep-failed")
    assert code == 2 and "duckdb -readonly" in output.replace("\n", " ")
    (failed,) = [path.parent for path in (warm / "releases").glob("*/failed.json")]
    assert (failed / "logs/dbt.log").stat().st_size > 0
    assert (failed / "logs/dbt.log").stat().st_size > 0
    with duckdb.connect(str(failed / BUILD), read_only=True) as database:
        assert database.execute("select count(*) from staging.stg_landing__orders").fetchall() == [(1,)]
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm)
    (failed,) = [path.parent for path in (warm / "releases").glob("*/failed.json")]
    assert code == 2 and "--keep-failed" in output and not (failed / BUILD).exists()


def test_each_table_of_a_file_is_warned_of_by_itself(tmp_path: Path, warm: Path) -> None:
    """All orders of an export are rejected, it holds no refunds: the summary says the one, and nothing of the other."""
    header = (
        "Name,Email,Financial Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price"
    )
    write(tmp_path / "in", "shopify/orders_export.csv", f"{header}\n#1,a@x.de,paid,EUR,5,5,soon,1,Mug,5\n")
    write(tmp_path / "in", "customers.csv", "customer_ref,created_at\nc,2024-01-01\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", warm, "--as-of", "2025-01-01")
    assert code == 0, output
    # The order, and its line, whose order is unknown then.
    assert output.count("all 1 rows of shopify.orders_export were rejected") == 2
    assert "all 0 rows" not in output


def test_a_warehouse_that_is_not_there_and_a_folder_that_is_a_file(published: Outcome, tmp_path: Path) -> None:
    """Neither is an empty answer nor a folder of that name."""
    assert run("runs", "--warehouse", tmp_path / "none")[0] == 2
    code, output = run("publish", "--to", tmp_path / "grades.xlsx", "--warehouse", published.release.parent.parent)
    assert code != 0 and "ends like a file" in output and not (tmp_path / "grades.xlsx").exists(), output


def test_what_a_program_reads(published: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """--json of status, runs and explain; completion for a shell."""
    warehouse = published.release.parent.parent
    status = json.loads(run("status", "--json", "--warehouse", warehouse)[1])
    assert status["run_id"] == published.release.name and status["hours_old"] >= 0 and status["copies"] == []
    runs = json.loads(run("runs", "--json", "--warehouse", warehouse)[1])
    (ours,) = [one for one in runs if one["run"] == published.release.name]
    assert ours["ended"] == "published" and ours["rows"] > 1000
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        customer, grade = database.execute(
            "select customer_id, grade from marts.customer_grades order by 1 limit 1"
        ).fetchall()[0]
    explained = json.loads(run("explain", customer, "--json", "--warehouse", warehouse)[1])
    assert (
        explained["customer_id"] == customer
        and explained["grade"] == grade
        and "Overall score" in explained["sections"]
    )
    command = Path(sys.executable).parent / "grading"
    done = subprocess.run(
        [command], env=os.environ | {"_GRADING_COMPLETE": "bash_source"}, capture_output=True, text=True, check=True
    )
    assert "_grading_completion" in done.stdout


def test_explain_says_what_the_marts_say(published: Outcome) -> None:
    """Of every customer: score, grade, contributions, reasons; and of one at a month end; who is not there is said so."""
    from grading.evaluation.explaining import WORDS, Explainer

    warehouse = published.release.parent.parent
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        rows = database.execute(
            "select customer_id, grades.overall_score, grades.grade, potential_contribution, history_contribution, net_amount_365d, "
            "labels.label_zh, "
            "(select min(as_of_date) from marts.customer_grade_history as h where h.customer_id = grades.customer_id) "
            "from marts.customer_grades as grades join marts.customer_rankings using (customer_id) "
            "join marts.class_labels as labels on labels.class_family = 'customer_type' and labels.code = grades.customer_type"
        ).fetchall()
        reasons = dict(
            database.execute(
                "select customer_id, list(reason_zh order by position) from marts.customer_grade_reasons group by 1"
            ).fetchall()
        )
    assert len(rows) > 400
    explainer = Explainer(warehouse / "current", "zh")
    for customer_id, score, grade, potential, history, year, kind, _ in rows:
        sections = dict(explainer.explain(customer_id).sections)
        lines = dict(sections[WORDS["score"][1]])
        assert lines[WORDS["score"][1]] == f"{score:.4f}" and lines[WORDS["grade"][1]].startswith(grade)
        for word, value in (("潜在价值", potential), ("合作历史", history)):
            assert word not in lines or f"{value:.4f}" in lines[word]
        assert dict(sections[WORDS["classes"][1]])[WORDS["type"][1]] == kind
        assert dict(sections[WORDS["inputs"][1]])[WORDS["net_365"][1]] == f"{year:,.2f}"
        assert [text for _, text in sections.get(WORDS["reasons"][1], [])] == reasons.get(customer_id, [])
    code, output = run("explain", rows[0][0], "--warehouse", warehouse, "--as-of", f"{rows[0][7]:%Y-%m-%d}")
    assert code == 0 and "overall_score" in output, output
    code, output = run("explain", "nobody", "--warehouse", warehouse)
    assert code == 2 and "No customer has" in output, output


def test_backtest_of_the_sample(published: Outcome) -> None:
    """Grades are monotone in what came after; the command and the marts agree; too far back is refused."""
    warehouse = published.release.parent.parent
    code, output = run("backtest", "--warehouse", warehouse, "--days", "90")
    assert code == 0 and "overall_score" in output and "perfect" in output, output
    from grading.evaluation.backtest import backtest

    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        captures = dict(
            database.execute(
                "select customer_kind || order_code, auc_returned::double from marts.clv_backtest where horizon_days = 90"
            ).fetchall()
        )
        means = database.execute(
            "select list(later / n order by grade) from (select class_code as grade, sum(later_net_amount) as later, sum(customer_count) as n "
            "from marts.tier_backtest where horizon_days = 180 and class_family = 'grade' and customer_kind = 'person' group by 1)"
        ).fetchall()[0][0]
    for result in backtest(warehouse, 90, resamples=50):
        for line in result.lines[:-1]:
            assert line.auc == pytest.approx(captures[result.kind + line.order], abs=1e-5)
            assert line.low <= line.difference <= line.high or line.difference == 0
    assert means[0] > means[2] > means[-1]
    code, output = run("backtest", "--warehouse", warehouse, "--days", "400")
    assert code == 2, output
