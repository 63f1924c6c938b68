"""What is owed: which money covers what, seen from which date; the triggers of risk at, just below and just above their bounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import Built, Pipeline, write

AS_OF = date(2025, 6, 30)
CUSTOMERS = "customer_ref,customer_kind,currency,credit_rating,credit_limit,insured_credit_limit,credit_reviewed_at\n"


def landing(folder: Path, receivables: str = "", payments: str = "", orders: str = "", **tables: str) -> Path:
    heads = {
        "receivables": "receivable_ref,customer_ref,invoiced_at,due_at,amount,order_ref,currency,is_disputed\n",
        "payments": "payment_ref,customer_ref,paid_at,amount,receivable_ref,order_ref,kind,currency\n",
        "orders": "order_ref,customer_ref,ordered_at,amount,status,currency,due_at,tax_amount,shipping_amount,promised_at,delivered_at\n",
    }
    given = {
        "receivables": receivables,
        "payments": payments,
        "orders": "seed,other,2025-06-01,10,,EUR,,,,,\n" + orders,
    }
    for name, rows in given.items():
        if rows:
            width = heads[name].count(",")
            lines = (line + "," * (width - line.count(",")) for line in rows.strip().split("\n"))
            write(folder, f"{name}.csv", heads[name] + "".join(f"{line}\n" for line in lines))
    tables.setdefault("customers", "customer_ref\na\nb\n")
    for name, text in tables.items():
        write(folder, f"{name}.csv", text)
    return folder


def open_at(built: Built, day: date) -> dict[str, Decimal]:
    rows = built.rows(
        "select receivables.receivable_ref, aged.unpaid_amount from intermediate.int_receivables_aged as aged "
        "join intermediate.int_receivables_converted as receivables using (receivable_key) where aged.as_of_date = ?",
        day,
    )
    return {ref: amount.normalize() for ref, amount in rows}


def test_money_covers_what_it_names_else_the_oldest(pipeline: Pipeline, tmp_path: Path) -> None:
    """Three receivables of 100. 150 without a reference cover the oldest and half of the next; in May 100 name the oldest, which was
    covered: from then on the money without a reference moves on to the others, and April stays as it was."""
    folder = landing(
        tmp_path,
        "r1,a,2025-01-01,2025-01-31,100\nr2,a,2025-02-01,2025-02-28,100\nr3,a,2025-03-01,2025-03-31,100\n",
        "p1,a,2025-03-15,150\np2,a,2025-05-10,100,r1\n",
    )
    built = pipeline.run(folder, AS_OF)
    assert open_at(built, date(2025, 2, 28)) == {"r1": 100, "r2": 100}
    assert open_at(built, date(2025, 3, 31)) == {"r1": 0, "r2": 50, "r3": 100}
    assert open_at(built, date(2025, 4, 30)) == {"r1": 0, "r2": 50, "r3": 100}
    assert open_at(built, date(2025, 5, 31)) == {"r1": 0, "r2": 0, "r3": 50}
    late = built.rows("select receivable_ref, days_past_due, days_late from marts.receivables order by 1")
    # r1: named on 10 May, 99 days late; r2 by the money of 15 March, 15 days; r3 is half open for 91 days.
    assert late == [("r1", 0, 99), ("r2", 0, 15), ("r3", 91, None)]
    aging = built.rows(
        "select open_amount, overdue_91_amount, days_past_due, due_count, late_count, mean_late_days, balance_amount from marts.receivables_aging"
    )
    assert aging == [(50, 50, 91, 3, 3, Decimal("68.3333"), 0)]


@pytest.mark.parametrize(
    ("receivables", "payments", "orders", "expected", "balance"),
    [
        # Two payments of one order, one receivable: the second is a balance.
        ("r,a,2025-01-01,2025-01-31,100,o", "p1,a,2025-02-01,100,,o\np2,a,2025-02-02,100,,o", "o,a,2025-01-01,100", {"r": 0}, 100),
        # A deposit and a balance of one order over its two receivables, oldest due first.
        ("r1,a,2025-01-01,2025-01-31,30,o\nr2,a,2025-01-01,2025-03-31,70,o", "p1,a,2025-01-05,30,,o,deposit\np2,a,2025-04-01,50,,o,balance",
         "o,a,2025-01-01,100", {"r1": 0, "r2": 20}, 0),
        # A deposit for an order that is not invoiced covers nothing else.
        ("r,a,2025-01-01,2025-01-31,100", "p,a,2025-02-01,60,,o,deposit", "o,a,2025-01-01,100", {"r": 100}, 60),
        # An order with a due date and no receivable is one, with tax and shipping.
        ("", "p,a,2025-02-01,50,,o", "o,a,2025-01-01,100,,,2025-01-31,19,6", {"o": 75}, 0),
        # With a receivable it is not owed twice.
        ("r,a,2025-01-01,2025-01-31,100,o", "", "o,a,2025-01-01,100,,,2025-01-31", {"r": 100}, None),
        # Nothing is owed for a cancelled order; what was paid for it is a balance.
        ("r,a,2025-01-01,2025-01-31,100,o", "p,a,2025-02-01,100,r", "o,a,2025-01-01,100,cancelled", {}, 100),
        # Fees cover nothing. What names a receivable that nobody knows covers the oldest.
        ("r,a,2025-01-01,2025-01-31,100", "p1,a,2025-02-01,10,r,,fee\np2,a,2025-02-01,30,gone", "", {"r": 70}, 0),
        # Bank charges: 2 % may be missing, not more.
        ("r1,a,2025-01-01,2025-01-31,100\nr2,a,2025-01-01,2025-01-31,100", "p1,a,2025-02-01,98,r1\np2,a,2025-02-01,97.99,r2", "",
         {"r1": 0, "r2": Decimal("2.01")}, 0),
        # In one currency rates do not matter; money in another covers by reference only: 36 EUR are 90 USD, and 10 USD of January 5 EUR.
        ("r1,a,2025-01-01,2025-01-30,100,,USD\nr2,a,2025-01-01,2025-01-31,100,,USD", "p1,a,2025-02-01,100,,,,USD\np2,a,2025-02-01,36,r2,,,EUR", "",
         {"r1": 0, "r2": 5}, 0),
    ],
    ids=["twice_paid", "deposit_and_balance", "deposit_not_invoiced", "order_due", "order_due_and_receivable", "cancelled", "fee",
         "tolerance", "currencies"],
)  # fmt: skip
def test_settlement(
    pipeline: Pipeline,
    tmp_path: Path,
    receivables: str,
    payments: str,
    orders: str,
    expected: dict[str, Any],
    balance: int | None,
) -> None:
    """Rates: 1 USD is 0.5 EUR in January and 0.4 EUR in February."""
    rates = "rate_date,from_currency,to_currency,rate\n2025-01-01,USD,EUR,0.5\n2025-02-01,USD,EUR,0.4\n"
    built = pipeline.run(landing(tmp_path, receivables, payments, orders + "\n", exchange_rates=rates), AS_OF)
    assert open_at(built, AS_OF) == expected
    found = built.rows("select balance_amount from marts.receivables_aging")
    assert found == ([] if balance is None and not found else [(balance or 0,)])
    assert built.failed_tests() == {}


def test_credit_notes_lower_what_is_owed(pipeline: Pipeline, tmp_path: Path) -> None:
    """A credit note of 30 leaves 70 open; a refund in money leaves the receivable alone."""
    folder = landing(
        tmp_path, "r1,a,2025-01-01,2025-01-31,100,o1\nr2,b,2025-01-01,2025-01-31,100,o2\n", "", "o1,a,2025-01-01,100\no2,b,2025-01-01,100\n",
        refunds="refund_ref,order_ref,refunded_at,amount,kind\nf1,o1,2025-02-01,30,credit_note\nf2,o2,2025-02-01,30,refund\n",
    )  # fmt: skip
    assert open_at(pipeline.run(folder, AS_OF), AS_OF) == {"r1": 70, "r2": 100}


ORDERS = "".join(f"o{n},a,2025-01-0{n},100\n" for n in (1, 2, 3))
TRIGGERS = [
    # trigger, what is landed just below its bound, and at it (or just above it, where it has to be above)
    ("overdue_1", {"receivables": "r,a,2025-05-01,2025-06-30,2000"}, {"receivables": "r,a,2025-05-01,2025-06-29,2000"}),
    ("overdue_1", {"receivables": "r,a,2025-05-01,2025-06-20,999.99"}, {"receivables": "r,a,2025-05-01,2025-06-20,1000"}),
    ("overdue_31", {"receivables": "r,a,2025-05-01,2025-05-31,2000"}, {"receivables": "r,a,2025-05-01,2025-05-30,2000"}),
    ("overdue_61", {"receivables": "r,a,2025-01-01,2025-05-01,2000"}, {"receivables": "r,a,2025-01-01,2025-04-30,2000"}),
    ("overdue_91", {"receivables": "r,a,2025-01-01,2025-04-01,2000"}, {"receivables": "r,a,2025-01-01,2025-03-31,2000"}),
    ("limit_80", {"receivables": "r,a,2025-06-01,2025-12-31,799.99"}, {"receivables": "r,a,2025-06-01,2025-12-31,800"}),
    ("limit_100", {"receivables": "r,a,2025-06-01,2025-12-31,1000"}, {"receivables": "r,a,2025-06-01,2025-12-31,1000.01"}),
    ("uninsured", {"receivables": "r,a,2025-06-01,2025-12-31,5000"}, {"receivables": "r,a,2025-06-01,2025-12-31,5000.01"}),
    ("late_habit",
     {"receivables": "".join(f"r{n},a,2025-01-01,2025-02-01,10\n" for n in range(3)), "payments": "p,a,2025-02-16,30"},
     {"receivables": "".join(f"r{n},a,2025-01-01,2025-02-01,10\n" for n in range(3)), "payments": "p,a,2025-02-17,30"}),
    ("late_habit",
     {"receivables": "r1,a,2025-01-01,2025-02-01,10\nr2,a,2025-01-01,2025-02-01,10", "payments": "p,a,2025-03-17,20"},
     {"receivables": "".join(f"r{n},a,2025-01-01,2025-02-01,10\n" for n in range(3)), "payments": "p,a,2025-03-17,30"}),
    ("credit_low", {"rating": "B"}, {"rating": "C"}),
    ("credit_stale", {"reviewed": "2024-06-30"}, {"reviewed": "2024-06-29"}),
    ("refund_high", {"orders": ORDERS, "refunds": "f,o1,2025-02-01,29.99"}, {"orders": ORDERS, "refunds": "f,o1,2025-02-01,30"}),
    ("dispute_open", {"tickets": "t,a,2025-01-01,2025-06-30,dispute"}, {"tickets": "t,a,2025-01-02,,dispute"}),
    ("dispute_open", {"tickets": "t,a,2025-06-01,,complaint"}, {"receivables": "r,a,2025-05-01,2025-12-31,10,,,yes"}),
    ("dispute_large", {"orders": ORDERS, "receivables": "r,a,2025-05-01,2025-12-31,15,,,yes"},
     {"orders": ORDERS, "receivables": "r,a,2025-05-01,2025-12-31,15.01,,,yes"}),
    ("sharp_fall", {"orders": "o1,a,2024-12-01,50000\no2,a,2025-02-01,25000.01"}, {"orders": "o1,a,2024-12-01,50000\no2,a,2025-02-01,25000"}),
    ("sharp_fall", {"orders": "o1,a,2024-12-01,49999.99"}, {"orders": "o1,a,2024-12-01,50000"}),
    ("sanctions", {"customer_flags": "a,sanctions,2025-01-01,2025-06-29"}, {"customer_flags": "a,sanctions,2025-01-01,2025-06-30"}),
    ("legal", {"customer_flags": "a,legal,2025-07-01,"}, {"customer_flags": "a,legal,2025-06-30,"}),
    ("contact_lost", {"contacts": "k,a,yes,2025-04-01\n"}, {"contacts": "k,a,yes,2025-04-02\n"}),
    ("contact_lost", {"contacts": "k,a,yes,2025-06-02\nk2,a,yes,\n"}, {"contacts": "k,a,yes,2025-06-02\nk2,a,no,\n"}),
]  # fmt: skip


HEADS = {
    "receivables": "receivable_ref,customer_ref,invoiced_at,due_at,amount,order_ref,currency,is_disputed\n",
    "payments": "payment_ref,customer_ref,paid_at,amount\n",
    "orders": "order_ref,customer_ref,ordered_at,amount\n",
    "refunds": "refund_ref,order_ref,refunded_at,amount\n",
    "tickets": "ticket_ref,customer_ref,opened_at,resolved_at,category\n",
    "customer_flags": "customer_ref,flag,from_date,until_date\n",
    "contacts": "contact_ref,customer_ref,is_primary,left_at\n",
}


@pytest.fixture(scope="module")
def triggers(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Customer -> its triggers, in one landing of all cases: `<number>-` is just below the bound of its case, `<number>+` at it."""
    folder, rows = tmp_path_factory.mktemp("triggers"), dict.fromkeys(HEADS, "")
    customers = CUSTOMERS
    for number, (trigger, below, reached) in enumerate(TRIGGERS):
        for who, given in ((f"{number}-", below), (f"{number}+", reached)):
            limit = "1000" if trigger.startswith("limit") else ""
            insured = "5000" if trigger == "uninsured" else ""
            customers += (
                f"{who},organisation,CNY,{given.get('rating', '')},{limit},{insured},{given.get('reviewed', '')}\n"
            )
            for name in rows.keys() & given.keys():
                for line in given[name].strip().split("\n"):
                    first, second, *others = line.split(",")
                    if name == "customer_flags":
                        cells = [who, second, *others]
                    else:
                        cells = [who + first, who + second if name == "refunds" else who, *others]
                    rows[name] += ",".join(cells) + "," * (HEADS[name].count(",") + 1 - len(cells)) + "\n"
    write(folder, "customers.csv", customers)
    for name, text in rows.items():
        write(folder, f"{name}.csv", HEADS[name] + text)
    built = pipeline.run(folder, AS_OF)
    assert built.failed_tests() == {}
    found: dict[str, set[str]] = {}
    for ref, code in built.rows(
        "select customer_ref, trigger_code from marts.customer_risk_triggers join marts.customer_records using (customer_id)"
    ):
        found.setdefault(ref, set()).add(code)
    return found


@pytest.mark.parametrize("number", range(len(TRIGGERS)), ids=[f"{n}_{row[0]}" for n, row in enumerate(TRIGGERS)])
def test_triggers_at_their_bounds(triggers: dict[str, set[str]], number: int) -> None:
    """Of an organisation, in CNY; of a person none of them but those of own payments, refunds and disputes holds."""
    trigger = TRIGGERS[number][0]
    assert trigger not in triggers.get(f"{number}-", set()) and trigger in triggers.get(f"{number}+", set()), triggers


def test_persons_are_judged_by_their_own_payments_only(pipeline: Pipeline, tmp_path: Path) -> None:
    """A rating of D, a limit, a lost contact and a fall in purchases of a person move nothing."""
    tables = {
        "customers": CUSTOMERS + "a,person,CNY,D,1,1,2020-01-01\n",
        "contacts": "contact_ref,customer_ref,is_primary,left_at\nk,a,yes,2025-06-01\n",
    }
    folder = landing(tmp_path, "r,a,2025-06-01,2025-12-31,500\n", "", "o1,a,2024-12-01,900000,,CNY\n", **tables)
    built = pipeline.run(folder, AS_OF)
    assert built.rows("select * from marts.customer_risk_triggers") == []
    assert built.rows("select distinct risk_grade, risk_score from marts.customer_grades") == [("low", None)]


def test_of_two_due_on_one_day_the_older_invoice_is_paid_first(pipeline: Pipeline, tmp_path: Path) -> None:
    rows = "r1,a,2025-01-02,2025-01-31,100\nr2,a,2025-01-01,2025-01-31,100\n"
    built = pipeline.run(landing(tmp_path, rows, "p,a,2025-02-01,100\n"), AS_OF)
    assert open_at(built, AS_OF) == {"r1": 100, "r2": 0}


def test_who_is_named_and_nobody_is_listed(pipeline: Pipeline, tmp_path: Path) -> None:
    """A receivable, a payment and a ticket of a customer that no record names are accepted, warned of, and nobody's."""
    tables = {"tickets": "ticket_ref,customer_ref,opened_at,category\nt,ghost,2025-01-01,complaint\n"}
    folder = landing(tmp_path, "r,ghost,2025-01-01,2025-01-31,100\n", "p,ghost,2025-02-01,100\n", **tables)
    built = pipeline.run(folder, AS_OF)
    warned = built.rows(
        "select source_table, failed_count from marts.data_quality_rule_counts where rule_code = 'unknown_customer' order by 1"
    )
    assert warned == [("payments", 1), ("receivables", 1), ("tickets", 1)]
    assert built.rows("select customer_id, open_amount from marts.receivables") == [(None, None)]
