"""A date sees what existed on it: neither later records nor the ghosts of earlier folders."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .conftest import Built, Pipeline, write
from .test_grading import put, read, world
from .test_incremental import REMEMBERS

AS_OF = date(2025, 6, 30)
DATED = ("ordered_at", "refunded_at", "rate_date", "given_at", "paid_at", "occurred_at", "opened_at", "responded_at")


def by_refs(built: Built, refs: set[str], mart: str) -> dict[frozenset[str], list[tuple[Any, ...]]]:
    """Rows of a mart by the refs, of those given, that their customer has: ids change when a smaller key joins."""
    names: dict[str, set[str]] = {}
    for customer_id, ref in built.rows("select customer_id, customer_ref from marts.customer_records"):
        if ref in refs:
            names.setdefault(customer_id, set()).add(ref)
    found: dict[frozenset[str], list[tuple[Any, ...]]] = {}
    for customer_id, *row in built.rows(f"select customer_id, * exclude (customer_id) from marts.{mart} order by all"):
        if customer_id in names:
            found.setdefault(frozenset(names[customer_id]), []).append(tuple(row))
    return found


@pytest.mark.parametrize("seed", [11, 12])
def test_later_records_change_no_grade(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Orders and refunds, customers, contacts and identifiers of after the date, some of which join earlier customers: a
    duplicate that is a channel partner, one with a tax number, a child that names its parent, a version."""
    folder, dice = world(tmp_path_factory, seed), random.Random(seed)
    past = tmp_path_factory.mktemp("past")
    customers, rows = read(folder, "customers.csv")
    created, updated, ref = (customers.index(name) for name in ("created_at", "updated_at", "customer_ref"))
    rows = [row for row in rows if row[created]]
    known = {row[ref] for row in rows if row[created][:10] <= str(AS_OF)}
    rows = [row for row in rows if row[ref] in known]
    first = [row for row in rows if row[updated][:10] <= str(AS_OF)]
    known = {row[ref] for row in first}
    columns = [*customers, "is_channel_partner", "tax_id", "parent_customer_ref"]
    put(past, "customers.csv", columns, [[*row, "", "", ""] for row in first])
    later: list[dict[str, str]] = []
    emails = [row[customers.index("email")] for row in first if row[customers.index("email")]]
    for number, like in enumerate(dice.sample([row for row in first if row[customers.index("email")]], 9)):
        # Each joins one earlier customer, by its e-mail address alone.
        row = {
            "customer_ref": f"LATE{number}", "name": f"Late {number}", "created_at": "2025-11-03", "updated_at": "2025-11-04",
            "email": like[customers.index("email")], "is_channel_partner": "yes" if number % 3 == 0 else "",
            "tax_id": f"T{number}" if number % 3 == 1 else "",
            "parent_customer_ref": dice.choice(first)[ref] if number % 3 == 2 else "",
        }  # fmt: skip
        later.append(row)
    later.append({"customer_ref": "LATE9", "created_at": "2025-11-03", "updated_at": "2025-11-04"})
    version = dict(zip(customers, first[0], strict=True))
    later.append({**version, "customer_kind": "organisation", "updated_at": "2025-10-01"})
    full = tmp_path_factory.mktemp("full")
    put(
        full,
        "customers.csv",
        columns,
        [*[[*row, "", "", ""] for row in first], *[[row.get(name, "") for name in columns] for row in later]],
    )
    write(
        full,
        "identifiers.csv",
        f"customer_ref,kind,value\nLATE9,member_no,M1\nLATE9,email,{emails[3]}\n",
    )
    write(full, "contacts.csv", "contact_ref,customer_ref,name,email\nk1,LATE2,Someone,someone@late.example\n")
    for path in folder.glob("*.csv"):
        header, lines = read(folder, path.name)
        column = next((header.index(name) for name in DATED if name in header), None)
        if path.name == "customers.csv":
            continue
        if "customer_ref" in header:
            lines = [row for row in lines if row[header.index("customer_ref")] in ("", *known)]
        put(full, path.name, header, lines)
        if column is not None:
            lines = [row for row in lines if row[column][:10] <= str(AS_OF) or not row[column][:4].isdigit()]
        put(past, path.name, header, lines)
    orders = {row[0] for row in read(past, "orders.csv")[1]}
    header, lines = read(past, "order_lines.csv")
    put(past, "order_lines.csv", header, [row for row in lines if row[0] in orders])
    before, after, later_on = (
        pipeline.run(past, AS_OF),
        pipeline.run(full, AS_OF),
        pipeline.run(full, date(2025, 12, 31)),
    )
    currency = "select reporting_currency from marts.publication"
    assert before.value(currency) == after.value(currency) == later_on.value(currency)
    for mart in ("customer_grades", "customer_grade_history"):
        assert by_refs(before, known, mart) == by_refs(after, known, mart) != {}
    assert before.value("select count(*) from marts.customers") == after.value("select count(*) from marts.customers")
    # And seen from the end of the year, June is what it was.
    assert (
        by_refs(
            before, known, "customer_grade_history where is_current".replace("is_current", "as_of_date = '2025-06-30'")
        ).keys()
        != set()
    )
    june = "(select * exclude (is_current) from marts.customer_grade_history where as_of_date = '2025-06-30')"
    columns_of = (
        "customer_kind, order_count, net_amount, lifecycle_stage, rfm_segment, value_tier, overall_score, grade"
    )
    assert sorted(before.rows(f"select {columns_of} from {june}")) == sorted(
        later_on.rows(f"select {columns_of} from {june}")
    )
    assert after.failed_tests() == {} == later_on.failed_tests()


def test_an_earlier_date_has_its_own_population(pipeline: Pipeline, tmp_path: Path) -> None:
    """Customers without a day of creation exist from their first order on, also where it is after the as-of date."""
    write(tmp_path, "customers.csv", "customer_ref\nearly\nlate\nnever\n")
    write(
        tmp_path,
        "orders.csv",
        "order_ref,ordered_at,customer_ref,amount\n1,2025-01-15,early,5\n2,2025-03-15,late,5\n3,2025-03-20,guest,5\n",
    )
    then, now = pipeline.run(tmp_path, date(2025, 1, 31)), pipeline.run(tmp_path)
    query = "select customer_ref from marts.customer_records order by 1"
    assert then.rows(query) == [("early",), ("never",)]
    assert now.rows(query) == [("early",), ("guest",), ("late",), ("never",)]
    stage = "select customer_id, lifecycle_stage, overall_score from marts.customer_grade_history where as_of_date = '2025-01-31' order by 1"
    assert then.rows(stage) == now.rows(stage) and len(now.rows(stage)) == 2
    assert then.value("select count(*) from marts.customers") == 2


def test_what_exists_when(pipeline: Pipeline, tmp_path: Path) -> None:
    """A record exists from its creation or its first order; its version, its parent and its exclusion with it."""
    write(tmp_path, "customers.csv", "customer_ref,name,email,tax_id,is_channel_partner,parent_customer_ref,created_at,record_role,converted_to_customer_ref\n" + "".join(f"{line}\n" for line in (
        "a,Ann,a@x.example,,,,2025-01-05,,", "a2,Ann,a@x.example,,yes,,2025-05-05,,",
        "b,Bob,b@x.example,,,,2025-01-05,,", "b2,Bob,b@x.example,DE1,,,2025-05-05,,",
        "c,Cid,c@x.example,,,,2025-01-05,,", "child,Dan,d@x.example,,,c,2025-05-05,,",
        "lead,Eve,e@x.example,,,,2025-01-05,lead,later", "later,Eve Ltd,eve@x.example,,,,2025-05-05,,",
    )))  # fmt: skip
    write(tmp_path, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-06-30,c,5\n2,2025-03-15,b,5\n")
    built = pipeline.run(tmp_path)
    rows = built.rows(
        "select as_of_date, min(customer_ref), customer_kind from marts.customer_grade_history "
        "join marts.customer_records using (customer_id) where as_of_date in ('2025-03-31', '2025-05-31') group by customer_id, as_of_date, customer_kind order by 1, 2"
    )
    assert rows == [
        (date(2025, 3, 31), "a", "person"), (date(2025, 3, 31), "b", "person"), (date(2025, 3, 31), "c", "person"),
        (date(2025, 3, 31), "later", "person"),
        (date(2025, 5, 31), "b", "organisation"), (date(2025, 5, 31), "c", "organisation"),
        (date(2025, 5, 31), "child", "person"), (date(2025, 5, 31), "later", "person"),
    ]  # fmt: skip
    then = pipeline.run(tmp_path, date(2025, 3, 31))
    assert then.rows("select source_record_count, parent_customer_id from marts.customers") == [(1, None)] * 4
    assert then.failed_tests() == {} == built.failed_tests()


def test_a_parent_that_was_named_before_it_was_there(pipeline: Pipeline, tmp_path: Path) -> None:
    """The record that the child names is of November; its customer is of January."""
    write(
        tmp_path,
        "customers.csv",
        "customer_ref,email,parent_customer_ref,created_at\np1,p@x.example,,2025-01-05\np2,p@x.example,,2025-11-05\nchild,,p2,2025-01-05\n",
    )
    write(tmp_path, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-12-15,p1,5\n")
    built = pipeline.run(tmp_path)
    query = "select distinct as_of_date, customer_kind from marts.customer_grade_history join marts.customer_records using (customer_id) where customer_ref = 'p1' and as_of_date >= '2025-10-31' order by 1"
    assert [kind for _, kind in built.rows(query)] == ["person", "organisation", "organisation"]
    then = pipeline.run(tmp_path, date(2025, 10, 31))
    assert then.value("select count(*) from marts.customers where parent_customer_id is not null") == 0
    assert then.failed_tests() == {}


def test_a_shorter_folder_leaves_no_ghosts(pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refreshed into a warehouse that knew more, a folder gives what a new warehouse gives, table by table."""
    monkeypatch.setenv("GRADING_PSEUDONYM_KEY", "same")
    more, less = tmp_path / "more", tmp_path / "less"
    write(more, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-01-15,a,5\n2,2025-06-20,b,5\n")
    write(less, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n2,2025-06-20,b,5\n")
    first = pipeline.run(more)
    kept, fresh = pipeline.run(less, previous=first.keep()), pipeline.run(less)
    assert kept.tables(*REMEMBERS) == fresh.tables(*REMEMBERS)
    again = pipeline.run(more, previous=kept.keep())
    assert again.tables(*REMEMBERS) == first.tables(*REMEMBERS)
