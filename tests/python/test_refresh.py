"""A refresh as its users see it: what is published, what a failure leaves, the exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from grading.cli import main
from grading.refresh import Outcome, Request, refresh
from grading.warehouse import BUILD, KEY_VARIABLE, PUBLISHED, Warehouse

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


def test_same_folder_twice_gives_equal_tables(published: Outcome, sample: Path) -> None:
    warehouse = published.release.parent.parent
    again = refresh(Request(landing=sample, warehouse=warehouse))
    first, second = tables(published.release / PUBLISHED), tables(again.release / PUBLISHED)
    assert not any(entry.is_new for entry in again.landed)
    assert [name for name in first if first[name] != second[name]] == ["publication"]


def test_rollback_and_status(published: Outcome, sample: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "w"
    shutil.copytree(published.release.parent.parent, warehouse, symlinks=True)
    place = Warehouse(warehouse)
    newest = place.published_releases()[-1]
    if len(place.published_releases()) == 1:
        shutil.copytree(newest, newest.with_name("29991231T000000Z"))
        place.publish(newest.with_name("29991231T000000Z"))
    code, output = run("rollback", "--warehouse", warehouse)
    assert code == 0, output
    assert place.current_release() == place.published_releases()[-2]
    code, output = run("rollback", "nonsense", "--warehouse", warehouse)
    assert code == 2 and "nonsense is no published release" in output
    assert run("status", "--warehouse", warehouse)[0] == 0
    assert run("status", "--warehouse", warehouse, "--max-age", "0")[0] == 1
    assert run("status", "--warehouse", tmp_path / "none")[0] == 2


def test_refused_refresh_leaves_the_publication(published: Outcome, sample: Path, tmp_path: Path) -> None:
    """A broken rule is bad input: nothing is published, and the log says so."""
    warehouse = published.release.parent.parent
    before = (warehouse / "current").resolve()
    criteria = tmp_path / "criteria"
    criteria.mkdir()
    lines = (HOME / "seeds/criteria/rfm_segments.csv").read_text().splitlines()
    (criteria / "rfm_segments.csv").write_text("\n".join(lines[:-1]) + "\n")
    code, output = run("refresh", "--landing", sample, "--warehouse", warehouse, "--criteria", criteria, "--quiet")
    assert code == 2 and "has no segment for cell" in output, output
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
        (["--as-of", "soon"], "is no date"),
        (["--as-of", "2999-01-01"], "is after today"),
        (["--landing", "nowhere"], "does not exist"),
    ],
)
def test_usage_errors(arguments: list[str], words: str, sample: Path, tmp_path: Path) -> None:
    options = arguments if "--landing" in arguments else ["--landing", str(sample), *arguments]
    code, output = run("refresh", "--warehouse", tmp_path / "w", *options)
    assert code == 2 and words in output, output


def test_everything_in_the_future_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,amount\no1,2999-01-01,5\n")
    code, output = run("refresh", "--landing", tmp_path / "in", "--warehouse", tmp_path / "w")
    assert code == 2 and "no dated row is on or before today" in output, output


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
    """What the other tests run, all SQL there is, is what dbt ran, SQL for the files that are there: same folder, same marts."""
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


def test_forms_of_text_are_read_where_they_can_occur(tmp_path: Path) -> None:
    """A refresh leaves out the SQL of forms that cannot occur, and of columns that no file fills; what can is read."""
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
    book.save(landing / "refunds.xlsx")
    write(
        criteria,
        "source_settings.csv",
        (HOME / "seeds/mappings/source_settings.csv").read_text() + 'shop_de,,EUR,person,dmy,",",DE,1\n',
    )
    outcome = refresh(Request(landing=landing, warehouse=tmp_path / "warehouse", criteria=criteria))
    found = tables(outcome.release / PUBLISHED)
    with duckdb.connect(str(outcome.release / PUBLISHED), read_only=True) as database:
        assert database.execute(
            "select order_ref, cast(order_date as varchar), cast(gross_amount as varchar), cast(refunded_amount as varchar) from marts.orders"
        ).fetchall() == [("1", "2025-04-03", "1234.5600", "5.0000")]
    assert [(row[1], row[3], row[6]) for row in found["rejected_records"]] == [("orders", 3, "ambiguous_date")], found[
        "rejected_records"
    ]
