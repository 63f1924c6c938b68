"""What tells of a person stands in restricted data only; who asks to be erased is gone; who refuses profiling is not scored."""

from __future__ import annotations

import csv
import json
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from grading.cli import main
from grading.contract import OPAQUE, Project
from grading.database import BUILD, PUBLISHED
from grading.errors import BadInput
from grading.refresh import Outcome, Request, refresh
from grading.releases.exports import export
from grading.releases.warehouse import Warehouse

from .conftest import Pipeline, write

# No word, hash or number of ours has it.
MARK = "qzx"
# Where direct identifiers may be: private by their modes, and said to be so in docs/privacy.md.
PRIVATE = ("store", "build.duckdb", "raw", "kept", "key", "erased.json", "certificates", "dev", "cache", "spill")
VALID = {
    "timestamp": "2026-03-0{n} 10:00:00", "date": "2026-03-0{n}", "amount": "1{n}.50", "number": "{n}", "rate": "1.2", "integer": "{n}",
    "boolean": "true", "currency": "EUR", "country": "DE", "share": "0.5", "percent": "50",
}  # fmt: skip
CATEGORIES = {
    "customer_kind": "person", "record_role": "account", "status": "confirmed", "order_type": "normal", "gender": "f", "kind": "email",
    "category": "complaint", "severity": "low", "responsibility": "ours", "direction": "in", "sentiment": "positive", "survey": "nps",
    "ledger": "points", "flag": "legal", "outcome": "won", "industry": "trade",
}  # fmt: skip


@dataclass
class Planter:
    """Canaries: texts that look like what people type into fields, each with the mark and a number of its own."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    planted: int = 0

    def text(self) -> str:
        self.planted += 1
        number = next(self.numbers)
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        forms = (
            f"{MARK}{number}@example.net", f"Qzx{letters} Meier", f"{MARK}.{letters}", f"+49 170 {number:07d} {MARK}", f"Qzx{letters}",
            f"王{MARK}{letters}", f"{MARK}{number:011d}", f"ＱＺＸ {MARK}{letters}", f"Dr. Qzx-{letters} GbR, {number}",
        )  # fmt: skip
        return forms[number % len(forms)]


def planted_folder(folder: Path) -> int:
    """Every landing table with canaries in every column, in rows that are accepted and rows that are not, in lines that are no rows, in
    names of files and headers. Returns how many."""
    project, plant = Project(), Planter()
    types = {table.name: dict(table.feeds) for (source, _), table in project.tables.items() if source == "landing"}
    for name, columns in types.items():
        table = project.tables["landing", name]
        place = folder / name
        place.mkdir(parents=True)
        lines = [[*table.columns, plant.text(), "note"]]
        for row in range(1, 5):
            cells = []
            for column in table.columns:
                kind = columns.get(column, "text")
                if column == "source_system" or column.endswith("_source_system"):
                    cells.append("" if row < 3 else plant.text())
                elif row == 4 or kind in ("text", "name", "email", "phone"):
                    cells.append(plant.text())
                elif kind == "ref":
                    # Rows refer to each other; the fourth to nobody.
                    cells.append(f"{MARK} {column.split('_')[-2]} {row}@example.net")
                elif column in CATEGORIES:
                    cells.append(CATEGORIES[column])
                else:
                    cells.append(VALID.get(kind, "").format(n=row))
            lines.append([*cells, plant.text(), plant.text()])
        with (place / f"{plant.text().replace('/', ' ')}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
            file.write(f"{plant.text()},{plant.text()}\n")
            file.write(f'"{plant.text()}\n')
    return plant.planted


def found_in(folder: Path) -> list[str]:
    """Where the mark stands outside private places: in the bytes of files, in the tables of databases and Parquet files."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or set(path.relative_to(folder).parts) & set(PRIVATE):
            continue
        if path.suffix in (".duckdb", ".parquet"):
            with duckdb.connect() as database:
                if path.suffix == ".duckdb":
                    database.execute(f"attach '{path}' as looked (read_only)")
                tables = (
                    [f"looked.{schema}.{name}" for schema, name in database.execute(
                        "select schema_name, table_name from duckdb_tables() where database_name = 'looked'"
                    ).fetchall()]
                    if path.suffix == ".duckdb" else [f"read_parquet('{path}')"]
                )  # fmt: skip
                for table in tables:
                    for column, *_ in database.execute(f"describe from {table}").fetchall():
                        rows = database.execute(
                            f'select "{column}" from {table} where contains(lower(nfc_normalize(cast("{column}" as varchar))), ?) limit 1', [MARK]
                        ).fetchall()  # fmt: skip
                        found += [f"{path.name} {table} {column}: {row[0]}" for row in rows]
        elif MARK.encode() in path.read_bytes().lower():
            found.append(str(path.relative_to(folder)))
        if MARK in path.name.lower():
            found.append(str(path.relative_to(folder)))
    return found


def test_nothing_of_a_person_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canaries in every table, column, ragged line, file name and unknown column: found nowhere outside restricted data."""
    alerts = tmp_path / "alerts"
    monkeypatch.setenv("GRADING_ALERT_COMMAND", f"tee -a {alerts}")
    assert planted_folder(tmp_path / "in") > 600
    warehouse = tmp_path / "w"
    monkeypatch.setenv("GRADING_PSEUDONYM_KEY", "secret-qzx")
    done = CliRunner().invoke(main, ["refresh", "--landing", str(tmp_path / "in"), "--warehouse", str(warehouse), "--quiet", "--keep-failed"])  # fmt: skip
    assert done.exit_code == 0, done.output
    export(Warehouse(warehouse), str(tmp_path / "parquet"))
    with duckdb.connect(str(warehouse / "current" / PUBLISHED), read_only=True) as database:
        counts = dict(database.execute("select landing_table, sum(accepted_rows) from marts.record_reconciliation group by 1").fetchall())  # fmt: skip
        assert (
            min(counts[name] for name in ("customers", "orders", "refunds", "tickets", "opportunities", "receivables"))
            > 0
        )
        assert database.execute("select count(*) from marts.rejected_records").fetchone() != (0,)
    assert found_in(warehouse) + found_in(tmp_path / "parquet") == []
    # It was there to be found.
    with duckdb.connect(str(warehouse / "current" / BUILD), read_only=True) as database:
        assert database.execute(
            "select count(*) from restricted.rejected_rows where contains(lower(row_text), 'qzx')"
        ).fetchone() != (0,)
        assert database.execute(
            "select count(*) from restricted.withheld_words where contains(lower(word), 'qzx')"
        ).fetchone() != (0,)
    # What holds it can be read by nobody else.
    for path in warehouse.rglob("*"):
        inside = path.relative_to(warehouse).parts
        if not path.is_symlink() and path.is_file() and set(inside) & set(PRIVATE):
            steps = [warehouse.joinpath(*inside[: depth + 1]) for depth in range(len(inside))]
            assert any(not step.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) for step in steps), path
    # Errors tell the terminal, not the log.
    for name, text in (
        ("Qzxa Meier.csv", "x\n"), ("orders.csv", "Qzxa Meier,qzx1@example.net\n"), ("orders.csv", "order_ref,Qzxa\n"), ("qzx@b.xlsx", "x"),
    ):  # fmt: skip
        folder = tmp_path / "wrong"
        write(folder, "customers.csv", "customer_ref\nc1\n")
        (folder / name).write_text(text, encoding="utf-8")
        done = CliRunner().invoke(main, ["refresh", "--landing", str(folder), "--warehouse", str(warehouse), "--quiet"])
        assert done.exit_code == 2
        (folder / name).unlink()
        assert found_in(warehouse) == [] and MARK not in alerts.read_text().lower()


def test_what_is_opaque(pipeline: Pipeline, tmp_path: Path) -> None:
    """A ref by its form: at most ten digits, a digit or at most three letters, no other signs; SQL and Python agree."""
    shown = ["1", "CU0000001", "A-1_2.3", "#1001", "2026/17", "x", "abc", "1234567890", "peter1"]
    hidden = [
        "12345678901",
        "abcd",
        "peter",
        "a b",
        "müller1",
        "１２",
        "138-0013-8000",
        "1@2",
        "+491701",
        "王1",
        "Mei-er",
        "1 "[:1] * 11,
    ]
    rows = "".join(f'{n},2026-01-{n + 1:02d},"{ref}",5\n' for n, ref in enumerate(shown + hidden))
    write(tmp_path, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n" + rows)
    built = pipeline.run(tmp_path, are_refs_opaque=False)
    refs = dict(built.rows("select customer_ref, published_ref from restricted.customer_refs"))
    assert {ref for ref, published in refs.items() if ref == published} == set(shown)
    assert all(re.fullmatch("H[0-9a-f]{31}", refs[ref]) for ref in hidden)
    assert [ref for ref in shown if not all(OPAQUE.fullmatch(part) for part in ref.split("/"))] == []
    assert [ref for ref in hidden if OPAQUE.fullmatch(ref)] == []
    # The plain ref leads to the customer, whose key cannot be found by trying.
    assert built.value("select count(distinct customer_id) from marts.customer_records") == len(shown + hidden)
    by_trying = "'C' || substr(md5('landing|peter'), 1, 15)"
    assert built.value(f"select count(*) from marts.customers where customer_id = {by_trying}") == 0


def test_a_source_declares_its_refs_opaque(pipeline: Pipeline, tmp_path: Path) -> None:
    rows = "order_ref,ordered_at,customer_ref,amount,source_system\n1,2026-01-01,123456789012,5,shop\n2,2026-01-02,a@b.example,5,shop\n"
    write(tmp_path, "orders.csv", rows + "3,2026-01-03,123456789012,5,\n")
    built = pipeline.run(
        tmp_path,
        seeds={"source_settings": [("shop", None, None, None, None, None, None, 100, True)]},
        are_refs_opaque=False,
    )
    refs = built.rows(
        "select source_system, customer_ref, published_ref = customer_ref from restricted.customer_refs order by 1, 2"
    )
    assert refs == [("landing", "123456789012", False), ("shop", "123456789012", True), ("shop", "a@b.example", False)]


@pytest.mark.parametrize(
    ("name", "kind", "employees", "shown"),
    [
        ("Max Meier", "organisation", "5", "M***"), ("Max Meier", "organisation", "50", "Max Meier"), ("Max Meier", "organisation", "49", "M***"),
        ("Max Meier GmbH", "organisation", "", "Max Meier GmbH"), ("Max Meier GmbH", "organisation", "1", "M***"),
        ("Bioholding", "organisation", "", "Bioholding"), ("王小明", "organisation", "5", "王***"), ("王小明商行", "organisation", "", "王小明商行"),
        ("华东贸易有限公司", "organisation", "", "华东贸易有限公司"), ("Golden Trading 72", "organisation", "", "Golden Trading 72"),
        ("Golden Trading 1234567", "organisation", "", "G***"), ("max.meier", "organisation", "", "m***"), ("Meier Trading Ltd", "person", "", "M***"),
        ("Meier, Max", "organisation", "", "M***"), ("Max Power", "organisation", "", "M***"), ("José", "organisation", "", "J***"), ("Meier@Trading", "organisation", "90", "M***"),
    ],
)  # fmt: skip
def test_names_that_look_like_a_persons_are_masked(
    pipeline: Pipeline, tmp_path: Path, name: str, kind: str, employees: str, shown: str
) -> None:
    write(
        tmp_path,
        "customers.csv",
        f'customer_ref,customer_kind,name,employee_count,industry\n1,{kind},"{name}",{employees},trade\n',
    )
    built = pipeline.run(tmp_path, targets=("customers", "int_display_names"))
    assert built.value("select display_name from marts.customers") == shown


def test_free_text_is_published_where_ten_share_it(pipeline: Pipeline, tmp_path: Path) -> None:
    """Nine customers do not, ten do, however they write it; an address or seven digits never; a word that the list knows always; a region that is one
    always."""
    cities = ["Lakeside"] * 10 + ["Hillview"] * 9 + ["a@b"] * 10 + ["call 1234567"] * 10 + ["Block 123456"] * 10
    cities += ["Newtown"] * 6 + ["NEWTOWN"] * 4 + ["Oldtown"] * 5 + ["oldtown"] * 4 + [""]
    rows = "".join(
        f"{n},{city},{'fair' if n == 0 else 'Max Meier' if n == 1 else ''},DE,{'Bayern' if n == 2 else 'Max Meier' if n == 3 else ''},{'owner1' if n == 4 else 'a@b.de' if n == 5 else 'Max' if n == 6 else ''}\n"
        for n, city in enumerate(cities)
    )
    write(tmp_path, "customers.csv", "customer_ref,city,acquisition_channel,country,region,account_owner\n" + rows)
    write(tmp_path, "staff.csv", "staff_ref\nowner1\na@b.de\n")
    built = pipeline.run(tmp_path, targets=("customers", "int_shared_words", "withheld_words"))
    assert built.rows("select city, count(*) from marts.customers group by 1 order by 1 nulls last") == [
        ("Block 123456", 10), ("Lakeside", 10), ("Newtown", 10), ("unmapped", 38), (None, 1)
    ]  # fmt: skip
    assert built.rows("select acquisition_channel from marts.customers where acquisition_channel is not null order by 1") == [("fair",), ("unmapped",)]  # fmt: skip
    assert built.rows("select region from marts.customers where region is not null order by 1") == [
        ("Bayern",),
        ("unmapped",),
    ]
    owners = [
        row[0]
        for row in built.rows(
            "select account_owner from marts.customers where account_owner is not null order by 1 desc"
        )
    ]
    assert (
        owners[0] == "owner1" and all(re.fullmatch("H[0-9a-f]{31}", owner) for owner in owners[1:]) and len(owners) == 3
    )
    assert built.rows("select word_kind, word, customer_count from restricted.withheld_words where word_kind = 'city' order by word") == [
        ("city", "Hillview", 9), ("city", "Oldtown", 5), ("city", "a@b", 10), ("city", "call 1234567", 10), ("city", "oldtown", 4)
    ]  # fmt: skip


def shop(folder: Path) -> None:
    """A shop of thirty persons; four records of two systems are one of them."""
    customers = "".join(f"cu{n:04d},person,Person {n},p{n}@example.org,EUR\n" for n in range(30))
    orders = "".join(
        f"o{n},2026-0{1 + n % 6}-1{n % 9},cu{n % 30:04d},{10 + n},{'USD' if n % 7 == 0 else ''}\n" for n in range(90)
    )
    write(
        folder,
        "customers/all.csv",
        "customer_ref,customer_kind,name,email,currency\ncu0077,person,Person 7,p7@example.org,EUR\n" + customers,
    )
    write(
        folder,
        "orders.csv",
        "order_ref,ordered_at,customer_ref,amount,currency\n" + orders + "o90,2026-05-05,cu0077,99,\n",
    )
    write(
        folder,
        "refunds.csv",
        "refund_ref,refunded_at,amount,customer_ref,reason\nr1,2026-06-01,1,cu0007,told by Person 7\n",
    )
    write(folder, "contacts.csv", "contact_ref,customer_ref,name\nk1,cu0007,Person 7\n")
    write(folder, "tickets.csv", "ticket_ref,opened_at,customer_ref\nt1,2026-05-01,cu0007\nt2,2026-05-01,cu0008\n")
    write(folder, "exchange_rates.csv", "rate_date,from_currency,to_currency,rate\n2026-01-01,USD,EUR,0.9\n")
    write(folder, "identifiers.csv", "customer_ref,kind,value\ncu0007,email,alt@example.org\n")
    # One browser of two customers; a mailbox of two; the same person in a shop that names it otherwise; a line that is no row.
    write(folder, "web_events.csv", "event_ref,occurred_at,event_name,customer_ref,visitor_ref,session_ref,has_consent\n"
          "e1,2026-05-01 10:00:00,page_view,cu0007,v1,s1,true\ne2,2026-05-02 10:00:00,page_view,cu0010,v1,s2,true\n"
          "e3,2026-05-03 10:00:00,page_view,,v1,s3,true\n")  # fmt: skip
    write(folder, "customers/mailbox.csv", "customer_ref,customer_kind,name,email\ncu0101,person,Ann Lee,info@firm.example\n"
          "cu0102,person,Bob Roe,info@firm.example\nbroken,cu0007,Person 7,x,y,z\n")  # fmt: skip
    write(
        folder,
        "shopify/customers_export.csv",
        "Customer ID,First Name,Last Name,Email\n'7001,Person,7,P7@example.org\n",
    )


def totals(release: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(release / PUBLISHED), read_only=True) as database:
        return database.execute("select sum(gross_amount), sum(refunded_amount), count(*) from marts.orders").fetchall()


def holds(folder: Path, *texts: str) -> list[str]:
    """Files that hold one of the texts: in their bytes, or in a column of a stored file, which may be compressed."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        said = path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            with duckdb.connect() as database:
                said += str(database.execute(f"from read_parquet('{path}')").fetchall())
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as database:
                tables = database.execute(
                    "select schema_name, table_name from duckdb_tables() where schema_name not in ('seeds')"
                ).fetchall()
                said += "".join(
                    str(database.execute(f'from "{schema}"."{name}"').fetchall()) for schema, name in tables
                )
        found += [
            f"{path.relative_to(folder)}: {text}"
            for text in texts
            if re.search(rf"(?<![\w@]){re.escape(text)}(?![\w])", said)
        ]
    return found


def test_erased_for_ever(tmp_path: Path) -> None:
    """By a reference: all records of the customer leave the store and all releases, sums stay, and it stays so when files bring it back."""
    landing, warehouse = tmp_path / "in", tmp_path / "w"
    shop(landing)
    before = refresh(Request(landing=landing, warehouse=warehouse))
    # An older release has them, too.
    shutil.copytree(before.release, before.release.with_name("20200101T000000Z"))
    exported = tmp_path / "parquet"
    export(Warehouse(warehouse), str(exported))
    assert holds(warehouse, "Person 7", "cu0077", "cu0007", "p7@example.org")
    write(
        landing,
        "privacy_requests.csv",
        "requested_at,kind,customer_ref,email\n2026-06-20,erase,cu0007,\n2026-06-20,erase,,p9@example.org\n"
        "2026-06-20,erase,,info@firm.example\n",
    )
    sums = totals(before.release)
    after = refresh(Request(landing=landing, warehouse=warehouse))
    assert totals(after.release) == sums
    told = (
        "Person 7",
        "cu0077",
        "cu0007",
        "p7@example.org",
        "Person 9",
        "cu0009",
        "p9@example.org",
        "told by Person 7",
        "alt@example.org",
        "P7@example.org",
    )
    # A mailbox of several says of nobody in particular who is meant.
    assert any("several customers have" in warning for warning in after.warnings) and holds(
        warehouse, "Ann Lee", "Bob Roe"
    )
    assert holds(warehouse, *told) == []
    assert [path.name for path in Warehouse(warehouse).all_releases()] == [after.release.name]
    export(Warehouse(warehouse), str(exported))
    assert sorted(path.name for path in exported.iterdir() if path.is_dir() and not path.is_symlink()) == [
        after.release.name
    ]
    with duckdb.connect(str(after.release / PUBLISHED), read_only=True) as database:
        rows = database.execute(
            "select source_table, raw_rows - accepted_rows - rejected_rows - merged_rows - pending_rows, erased_rows "
            "from marts.record_reconciliation where erased_rows > 0 order by 1"
        ).fetchall()
        assert rows == [
            ("contacts", 1, 1), ("customers", 3, 3), ("customers_export", 1, 1), ("identifiers", 1, 1), ("tickets", 1, 1), ("web_events", 2, 2)
        ]  # fmt: skip
        assert database.execute("select count(*) from marts.web_sessions where customer_id is not null").fetchall() == [
            (1,)
        ]
        assert database.execute(
            "select count(*), count(*) filter (customer_id is null) from marts.orders"
        ).fetchall() == [(91, 7)]
    certificate = json.loads(next((warehouse / "certificates").iterdir()).read_text())
    assert len(certificate["requests"]) == 2 and certificate["references"] == 5
    assert certificate["rows_removed"] == {
        "contacts.csv": 1, "customers/all.csv": 3, "identifiers.csv": 1, "shopify/customers_export.csv": 1, "tickets.csv": 1, "web_events.csv": 2
    }  # fmt: skip
    assert certificate["rows_kept_without_the_person"] == {"orders.csv": 7, "privacy_requests.csv": 2, "refunds.csv": 1}
    # Tomorrow's file has them again, one under another reference, and nobody asks any more.
    (landing / "privacy_requests.csv").unlink()
    shop(landing)
    write(
        landing,
        "tickets.csv",
        "ticket_ref,opened_at,customer_ref\nt1,2026-05-01,cu0007\nt3,2026-05-01,cu0077\nt2,2026-05-01,cu0008\n",
    )
    write(
        landing,
        "customers/new.csv",
        "customer_ref,customer_kind,name,email\ncu0299,person,Person 7,Person 7 <P7@example.org>\n",
    )
    again = refresh(Request(landing=landing, warehouse=warehouse))
    assert holds(warehouse, *told, "cu0299") == [] and totals(again.release) == sums
    assert len(list((warehouse / "certificates").iterdir())) == 2
    # With another key the list would mean nothing.
    (warehouse / "key").write_text("another")
    with pytest.raises(BadInput, match="another key"):
        refresh(Request(landing=landing, warehouse=warehouse))


def test_who_refuses_profiling_is_not_scored(pipeline: Pipeline, tmp_path: Path) -> None:
    """By a request, by an address, by a refused consent; from the day on, and history shows nothing; a later grant takes it back."""
    shop(tmp_path)
    write(
        tmp_path,
        "privacy_requests.csv",
        "请求日期,请求类型,客户编号,邮箱\n2026-04-01,限制处理,cu0001,\n2026-04-01,object_profiling,,P2@Example.org\n2026-04-01,object_profiling,cu0005,\n",
    )
    write(
        tmp_path,
        "consents.csv",
        "customer_ref,channel,purpose,status,given_at\ncu0003,any,profiling,denied,2026-03-01\ncu0004,any,profiling,denied,2026-03-01\n"
        "cu0004,any,profiling,granted,2026-03-02\ncu0005,any,profiling,granted,2026-03-02\n",
    )
    built = pipeline.run(tmp_path)
    refused = "select refs.customer_ref from marts.customers join restricted.customer_refs as refs using (customer_id) where not can_profile order by 1"
    assert built.rows(refused) == [("cu0001",), ("cu0002",), ("cu0003",), ("cu0005",)]
    ids = f"(select customer_id from restricted.customer_refs where customer_ref in ({refused}))"
    for mart in (
        "customer_grades",
        "customer_rankings",
        "customer_grade_reasons",
        "customer_grade_history",
        "high_risk_customers",
    ):
        assert built.value(f"select count(*) from marts.{mart} where customer_id in {ids}") == 0
    assert built.value(f"select count(*) from marts.customers where is_graded and customer_id in {ids}") == 0
    assert built.value("select count(*) from marts.customer_grades") == 28
    assert built.failed_tests() == {}


def test_a_person_takes_its_data_along(published: Outcome, tmp_path: Path) -> None:
    with duckdb.connect(str(published.release / BUILD), read_only=True) as database:
        ref, email = database.execute(
            "select customer_ref, email from restricted.customer_contacts join restricted.customer_refs using (customer_id) "
            "where email is not null and customer_kind = 'person' order by 1 limit 1"
        ).fetchall()[0]
    target = tmp_path / "person.json"
    done = CliRunner().invoke(
        main, ["export-person", ref, "--warehouse", str(published.release.parent.parent), "--out", str(target)]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(target.read_text())
    assert email in target.read_text() and told["records.customers"][0]["customer_ref"] and told["marts.customers"]
    assert not target.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) and "_key" not in target.read_text()
