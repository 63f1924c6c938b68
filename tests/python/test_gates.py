"""The gates: each expectation has a defect that it finds, clean nights pass, what blocks leaves the publication as it was."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from grading.build.dbt_build import mart_columns
from grading.cli import main
from grading.contract import Project
from grading.database import PUBLISHED, built_database
from grading.errors import GateRefused
from grading.gates import gate
from grading.gates.gate import FIGURES_SEED, PUBLISHED_SEED, RESULTS, Failing, Gates
from grading.gates.judging import Expected, Figures, File
from grading.refresh import Outcome
from grading.releases.alerts import COMMAND, WEBHOOK
from grading.releases.report import REPORT
from grading.releases.warehouse import Warehouse

from .conftest import Built, Pipeline, write

LAST = date(2026, 6, 29)
NIGHT = datetime(2026, 6, 30, 2, tzinfo=UTC)
# `make prove` looks at sixty.
NIGHTS = int(os.environ.get("GRADING_NIGHTS", "5"))


class Shop:
    """Six hundred customers and their orders, some on each day: what a night's folder is made of."""

    def __init__(self, until: date = LAST) -> None:
        dice = random.Random(4)
        self.customers = [f"c{n},Shop {n},DE,2024-01-01" for n in range(600)]
        self.orders = []
        number = 0
        for age in range(400):
            day = date(2025, 5, 1) + timedelta(days=age)
            for _ in range(dice.randrange(9, 16)):
                number += 1
                amount = round(dice.lognormvariate(3.5, 0.6), 2)
                if day <= until:
                    self.orders.append(
                        [f"o{number}", day.isoformat(), f"c{dice.randrange(600)}", f"{amount:.2f}", "EUR"]
                    )
        self.extra: dict[str, str] = {}

    def write(self, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, "customers.csv", "customer_ref,name,country,created_at\n" + "\n".join(self.customers) + "\n")
        rows = "\n".join(",".join(row) for row in self.orders)
        write(folder, "orders.csv", "order_ref,ordered_at,customer_ref,amount,currency\n" + rows + "\n")
        for name, text in self.extra.items():
            write(folder, name, text)
        return folder


def observe(pipeline: Pipeline, folder: Path, now: datetime, previous: Path | None) -> Built:
    targets = ("int_entry_observations", "int_exit_observations", "int_figures_remembered", "int_grades_at_month_ends")
    return pipeline.run(folder, now=now, previous=previous, targets=targets)


def failing(built: Built, gates: tuple[str, ...] = ("entry", "exit")) -> dict[str, Failing]:
    found = Gates(Project(), built.release, {})
    return {one.expectation: one for name in gates for one in found.of_figures(built.database, name)}


@pytest.fixture(scope="module")
def before(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean publication, and the same weekday of three weeks before it."""
    folder = Shop().write(tmp_path_factory.mktemp("before") / "in")
    release = None
    for week in (4, 3, 2, 1):
        built = observe(pipeline, folder, NIGHT - timedelta(days=7 * week), release)
        if release is None:
            assert failing(built) == {}
        release = built.keep()
    assert release is not None
    return release


def rejected(shop: Shop) -> None:
    """Nine of ten; were it all, no row would be dated, which is bad input."""
    for n, row in enumerate(shop.orders):
        row[3] = "free" if n % 10 else row[3]


def some_rejected(shop: Shop) -> None:
    for row in shop.orders[::3]:
        row[3] = "free"


def cut(shop: Shop) -> None:
    shop.orders = shop.orders[-2:]
    shop.customers = shop.customers[:400]


def doubled(shop: Shop) -> None:
    shop.orders += [[f"x{ref}", *rest] for ref, *rest in shop.orders] + [
        [f"y{ref}", *rest] for ref, *rest in shop.orders
    ]
    shop.customers += [f"d{n},New {n},DE,2024-01-01" for n in range(700)]


def repeated(shop: Shop) -> None:
    rows = "\n".join(",".join(row) for row in shop.orders[: len(shop.orders) // 2])
    shop.extra["orders/again.csv"] = shop.extra["orders/once_more.csv"] = (
        "order_ref,ordered_at,customer_ref,amount,currency\n" + rows + "\n"
    )


def unreadable(shop: Shop) -> None:
    shop.orders = [[*row, "one", "too many"] if n % 3 == 0 else row for n, row in enumerate(shop.orders)]


def earlier(shop: Shop) -> None:
    """The file of three weeks before, where the other source has gone on."""
    shop.orders = [row for row in shop.orders if row[1] <= "2026-05-15"]
    shop.extra["interactions.csv"] = "interaction_ref,occurred_at,customer_ref,channel\ni1,2026-06-03,c1,email\n"


def later(shop: Shop) -> None:
    """A third in a currency without a rate."""
    for row in shop.orders[::3]:
        row[4] = "USD"


def nameless(shop: Shop) -> None:
    for n, row in enumerate(shop.orders):
        row[2] = "" if n % 5 < 3 else row[2]


def of_one(shop: Shop) -> None:
    for n, row in enumerate(shop.orders):
        row[2] = "guest" if n % 5 < 3 else row[2]


def in_cents(shop: Shop) -> None:
    for row in shop.orders:
        row[3] = f"{float(row[3]) * 100:.2f}"


def garbled(shop: Shop) -> None:
    shop.customers = [row.replace("Shop", "MÃ¼ller") for row in shop.customers]


def unreachable(shop: Shop) -> None:
    """A map of countries that is gone."""
    shop.customers = [row.replace(",DE,", ",Atlantis,") for row in shop.customers]


def of_few(shop: Shop) -> None:
    """Nine of ten customers are gone: every class is another."""
    for n, row in enumerate(shop.orders):
        row[2] = f"c{n % 60}"
    shop.customers = shop.customers[:60] + [f"n{n},Other {n},DE,2024-01-01" for n in range(540)]


DEFECTS: list[tuple[Callable[[Shop], None], set[str]]] = [
    (rejected, {"rejected_share", "rejected_share_rise", "accepted_rows_fall", "accepted_rows_of_weekday"}),
    (some_rejected, {"rejected_share_high", "rejected_share_rise", "rule_share_rise", "moved_customers"}),
    (
        cut,
        {
            "accepted_rows_fall",
            "net_sales_fall",
            "lost_customers",
            "lost_customers_some",
            "stability_index",
        },
    ),
    (doubled, {"accepted_rows_jump", "accepted_rows_of_weekday", "customers_fall", "net_sales_fall"}),
    (repeated, {"merged_share_rise", "repeated_files"}),
    (unreadable, {"unreadable_share", "unreadable_share_rise"}),
    (earlier, {"newest_day", "missing_days"}),
    (later, {"pending_share", "pending_share_rise"}),
    (nameless, {"nameless_orders", "nameless_orders_rise"}),
    (of_one, {"largest_customer", "largest_customer_rise", "undescribed_orders_rise"}),
    (in_cents, {"median_amount", "high_amount", "net_sales_fall", "clv_jump"}),
    (garbled, {"garbled_names", "garbled_names_rise"}),
    (unreachable, {"rule_share_rise"}),
    (of_few, {"class_share_rise", "lost_customers"}),
]


@pytest.mark.parametrize(("spoil", "expected"), DEFECTS, ids=[spoil.__name__ for spoil, _ in DEFECTS])
def test_a_planted_defect_is_found(
    pipeline: Pipeline, before: Path, tmp_path: Path, spoil: Callable[[Shop], None], expected: set[str]
) -> None:
    shop = Shop()
    spoil(shop)
    found = failing(observe(pipeline, shop.write(tmp_path / "in"), NIGHT, before))
    assert expected <= set(found), {name: str(one) for name, one in found.items()}
    blocking = {row["expectation"] for row in Project().seed(FIGURES_SEED) if row["severity"] == "block"}
    assert all(found[name].is_blocking for name in expected & blocking)


def test_each_expectation_of_figures_has_a_planted_defect() -> None:
    assert set().union(*(names for _, names in DEFECTS)) == {row["expectation"] for row in Project().seed(FIGURES_SEED)}


def test_clean_nights_pass(pipeline: Pipeline, tmp_path: Path) -> None:
    """Night after night with a day's orders more, and once again the same day: nothing is found."""
    release = None
    for night in range(NIGHTS):
        day = LAST - timedelta(days=NIGHTS - night)
        now = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        built = observe(pipeline, Shop(until=day).write(tmp_path / "in"), now, release)
        assert {name: str(one) for name, one in failing(built).items()} == {}, day
        kept, release = release, built.keep()
        if kept is not None and night % 7 == 0:
            shutil.rmtree(kept)


def test_what_was_few_only_warns(pipeline: Pipeline, tmp_path: Path) -> None:
    shop = Shop()
    shop.orders, shop.customers = (
        [[*row[:2], f"c{n % 20}", *row[3:]] for n, row in enumerate(shop.orders[-60:])],
        shop.customers[:50],
    )
    first = observe(pipeline, shop.write(tmp_path / "in"), NIGHT - timedelta(days=1), None)
    shop.orders = shop.orders[-2:]
    found = failing(observe(pipeline, shop.write(tmp_path / "in"), NIGHT, first.keep()))
    assert "accepted_rows_fall" in found and not any(one.is_blocking for one in found.values())


# What breaks each expectation of the published file.
BREAKS = {
    "columns_of_marts": "alter table marts.orders add column odd integer",
    "one_publication": "insert into marts.publication from marts.publication",
    "unique_customers": "insert into marts.customers from marts.customers limit 1",
    "unique_grades": "insert into marts.customer_grades from marts.customer_grades limit 1",
    "unique_history": "insert into marts.customer_grade_history from marts.customer_grade_history limit 1",
    "unique_actions": "insert into marts.customer_actions from marts.customer_actions limit 1",
    "unique_members": "insert into marts.loyalty_members from marts.loyalty_members limit 1",
    "known_actions": "update marts.customer_actions set action_code = 'sing' where rowid = 0",
    "known_statuses": "update marts.customer_actions set status = 'asleep' where rowid = 0",
    "expected_values": "update marts.customer_actions set expected_value_amount = -1 where rowid = 0",
    "known_grades": "update marts.customer_grades set grade = 'F' where rowid = 0",
    "known_tiers": "update marts.customer_grades set value_tier = 'huge' where rowid = 0",
    "known_stages": "update marts.customer_grades set lifecycle_stage = 'asleep' where rowid = 0",
    "graded": "update marts.customer_grades set grade = null where rowid = 0",
    "staged": "update marts.customer_grades set lifecycle_stage = null where rowid = 0",
    "scores_in_range": "update marts.customer_grades set overall_score = 100.5 where rowid = 0",
    "alive_in_range": "update marts.customer_grades set probability_alive = 1.5 where rowid = 0",
    "clv_in_range": "update marts.customer_grades set clv_amount = -1 where rowid = 0",
    "ranks_from_one": "update marts.customer_rankings set overall_rank = 0 where rowid = 0",
    "same_customers": "delete from marts.customer_grades where rowid = 0",
    "same_sales": "update marts.customer_grades set net_amount_365d = net_amount_365d + 1 where rowid = 0",
    "no_addresses": "update marts.orders set channel = 'ann@shop.example' where rowid = 0",
}


def test_each_expectation_of_the_file_can_fail(published: Outcome, tmp_path: Path) -> None:
    gates = Gates(Project(), published.release, {})
    columns = mart_columns(published.release)
    with built_database(published.release) as database:
        expected = gates.expected_of_file(database, columns)
    assert (
        set(BREAKS) == {row["expectation"] for row in Project().seed(PUBLISHED_SEED)} == {one.name for one in expected}
    )
    assert all(verdict.is_met for verdict in gate.judged(File(str(published.release / PUBLISHED), expected)))
    whole = tmp_path / "whole.duckdb"
    with duckdb.connect(str(whole)) as database:
        # Without the constraints of the contracts, which would refuse some of the breaks.
        database.execute(f"attach '{published.release / PUBLISHED}' as published (read_only)")
        database.execute("create schema marts")
        for name in columns:
            database.execute(f"create table marts.{name} as from published.marts.{name}")
    for name, statement in BREAKS.items():
        broken = shutil.copy(whole, tmp_path / f"{name}.duckdb")
        with duckdb.connect(str(broken)) as database:
            database.execute(statement)
        verdicts = gate.judged(File(str(broken), [one for one in expected if one.name == name]))
        assert [verdict.name for verdict in verdicts if not verdict.is_met] == [name]


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_a_refused_refresh_says_what_and_where_and_can_be_let_through(tmp_path: Path) -> None:
    """Nine of ten orders are rejected, as if the export had changed its numbers."""
    warehouse, shop = tmp_path / "w", Shop()
    folder = shop.write(tmp_path / "in")
    assert run("refresh", "--landing", folder, "--warehouse", warehouse, "--quiet")[0] == 0
    published = Warehouse(warehouse).current_release()
    rejected(shop)
    shop.write(folder)
    # What is let through is let through by name, and the rest still blocks.
    because = "the <b>export</b> is known to be so"
    places = ("refresh", "--landing", folder, "--warehouse", warehouse, "--quiet", "--because", because)
    code, said = run(*places, "--let-through", "rejected_share")
    assert code == 1 and Warehouse(warehouse).current_release() == published
    assert "refused rejected_share_rise (landing.orders)" in said and "expected at most 20" in said
    assert "orders.csv line 3 (amount:invalid_number)" in said and "--let-through accepted_rows_fall" in said
    refused = sorted((warehouse / "releases").glob("*"))[-1]
    page = (refused / REPORT).read_text()
    assert "Not published" in page and "质量门（入口）拦截：被拒收记录占比" in page and "orders.csv line 3" in page
    found = json.loads((refused / RESULTS).read_text())
    names = {one["expectation"] for one in found["failing"]["entry"] if one["is_blocking"]}
    assert names >= {"rejected_share", "accepted_rows_fall"} and "exit" not in found["failing"]
    assert {word for word in said.split() if word in names} >= names - {"rejected_share"}
    exits = ("net_sales_fall", "moved_customers", "stability_index", "lost_customers", "customers_fall")
    code, said = run(*places, *(word for name in (*names, *exits) for word in ("--let-through", name)))
    assert code == 0 and Warehouse(warehouse).current_release() != published
    logged = Warehouse(warehouse).log_entries()[-1]["gates"]
    assert {one["expectation"] for one in logged if one["let_through_because"] == because} >= names
    page = (Warehouse(warehouse).current / REPORT).read_text()
    assert "Let through" in page and "人工放行" in page and "&lt;b&gt;export" in page and "<b>export" not in page
    assert (
        "default-src 'none'" in page
        and "<script" not in page
        and "src=" not in page
        and "http" not in page.split("</head>")[1]
    )
    code, said = run("runs", "--warehouse", warehouse)
    assert code == 0 and said.count("published") == 2 and said.count("exit code 1") == 1
    # And tomorrow the same folder is as it was published.
    assert run("refresh", "--landing", folder, "--warehouse", warehouse, "--quiet")[0] == 0


def test_what_is_let_through_needs_a_name_and_a_reason(tmp_path: Path) -> None:
    folder = Shop().write(tmp_path / "in")
    places = ("--landing", folder, "--warehouse", tmp_path / "w")
    code, said = run("refresh", *places, "--let-through", "rejected_share")
    assert code == 2 and "--because" in said
    code, said = run("refresh", *places, "--let-through", "rejected_shares", "--because", "x")
    assert code == 2 and "is rejected_share meant?" in said


def test_a_gate_fails_closed() -> None:
    with pytest.raises(GateRefused, match="could not judge"):
        gate.judged(File("/nowhere.duckdb", [Expected("x", mart="customers", kind="unique", columns=("customer_id",))]))
    gate.start()
    pid = gate.worker_pid()
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.5, lambda: os.kill(pid, signal.SIGKILL)).start()
    with pytest.raises(GateRefused, match="its process ended"):
        gate.judged(Figures({"measure": [], "value": []}, []))
    # The next refresh has a new one.
    columns = {"measure": ["a", "a", "b"], "value": [1.0, None, 9.0]}
    (verdict,) = gate.judged(Figures(columns, [Expected("x", maximum=0.5, measure="a", judged="value")]))
    assert (verdict.is_met, verdict.places) == (False, [0])


def test_somebody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a command and by a web address; what becomes of the alert changes nothing."""
    heard: list[dict[str, object]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204 if len(heard) == 1 else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(WEBHOOK, f"http://127.0.0.1:{server.server_port}/secret-token")
        monkeypatch.setenv(COMMAND, f"cp /dev/stdin {tmp_path}/heard.json")
        code, said = run("refresh", "--landing", tmp_path / "none", "--warehouse", tmp_path / "w")
        assert (
            code == 2
            and heard[0]["event"] == "failed"
            and heard[0]["exit_code"] == 2
            and "none" in str(heard[0]["message"])
        )
        assert json.loads((tmp_path / "heard.json").read_text()) == heard[0]
        monkeypatch.setenv(COMMAND, "false")
        code, said = run("refresh", "--landing", tmp_path / "none", "--warehouse", tmp_path / "w")
        assert code == 2 and said.count("the alert by") == 2 and "secret-token" not in said
        monkeypatch.delenv(COMMAND)
        code, said = run("status", "--warehouse", tmp_path / "w", "--max-age", "26")
        assert code == 2 and heard[-1]["event"] == "stale"
        server.shutdown()
