"""Types and loyalty on made-up customers, by hand: what each part is, what is left out, and what a better part may not do. Purchases at a
discount and amounts out of the ordinary in RFM."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import Built, Pipeline, write

AS_OF = date(2025, 6, 30)


def world(folder: Path, **tables: str) -> Path:
    """Orders of b and s, who neither have discounts nor complain; tables on top of them."""
    orders = "".join(
        f"{who}{number},{who},2025-0{number}-15,100,,\n" for who in ("b", "s") for number in range(1, 6)
    ) + tables.pop("orders", "")
    write(folder, "orders.csv", "order_ref,customer_ref,ordered_at,amount,discount_amount,channel\n" + orders)
    for name, text in tables.items():
        write(folder, f"{name}.csv", text)
    return folder


def of(built: Built, ref: str, columns: str) -> tuple[Any, ...]:
    """Columns of a customer in what is measured and scored of types."""
    return built.rows(
        f"select {columns} from intermediate.int_types_measured join intermediate.int_types_scored using (as_of_date, customer_key) "
        f"join intermediate.int_records_resolved using (customer_key) "
        f"where customer_ref = '{ref}' and as_of_date = date '{AS_OF}'"
    )[0]


def test_how_it_buys(pipeline: Pipeline, tmp_path: Path) -> None:
    """Three of four orders at a discount, one of them by its lines; two of the four in the web shop, one channel unsaid."""
    orders = "d1,d,2025-02-01,,,web\nd2,d,2025-03-01,90,10,WEB\nd3,d,2025-04-01,90,10,shop\nd4,d,2025-05-01,100,0,\n"
    lines = "order_ref,line_number,product_ref,quantity,unit_price,discount_amount\nd1,1,x,1,100,10\nd2,1,y,1,90,0\nd3,1,z,1,90,0\n"
    products = "product_ref,category\nx,Tea\ny,tea\nz,Coffee\n"
    built = pipeline.run(world(tmp_path, orders=orders, order_lines=lines, products=products), AS_OF)
    found = of(built, "d", "discounted_share, self_service_share, category_count")
    assert found == (Decimal("0.75"), Decimal("0.666666"), 2)
    assert of(built, "b", "discounted_share, self_service_share, category_count") == (0, None, None)
    # 35 x 100 (0.75 of 0.6) + 25 x 66.6666 + 20 x 50 (two categories), and 20 x what is not loyal.
    score, loyalty = of(built, "d", "convenience_type_score, int_types_scored.loyalty_score")
    assert abs(score - (Decimal(3500) + 25 * Decimal("66.6666") + 1000 + 20 * (100 - loyalty)) / 100) < Decimal("0.001")


def test_discounts_that_nobody_has_are_not_known(pipeline: Pipeline, tmp_path: Path) -> None:
    built = pipeline.run(world(tmp_path), AS_OF)
    assert of(built, "b", "discounted_share, convenience_type_known_percent") == (None, 20)
    assert set(built.rows("select customer_type, is_convenience_type from marts.customer_grades")) <= {
        ("value", False), ("standard", False)
    }  # fmt: skip


def test_what_serving_it_costs(pipeline: Pipeline, tmp_path: Path) -> None:
    """Of its own making only, in the window only; refunds by a hinge; four contacts say nothing, five do."""
    orders = "".join(f"p{number},p,2025-0{number}-01,100,,\n" for number in range(1, 6))
    tickets = "ticket_ref,customer_ref,opened_at,category,responsibility,claimed_amount\n" + "".join(
        f"t{number},p,{day},{category},{whose},{claimed}\n"
        for number, (day, category, whose, claimed) in enumerate(
            [("2025-03-01", "complaint", "customer", ""), ("2025-03-02", "claim", "customer", "20"),
             ("2025-03-03", "claim", "ours", "400"), ("2025-03-04", "question", "customer", ""), ("2021-03-01", "claim", "customer", "9")]
        )
    )  # fmt: skip
    contacts = "interaction_ref,occurred_at,customer_ref,sentiment\n" + "".join(
        f"{who}{number},2025-04-01,{who},{'negative' if number < 2 else 'neutral'}\n"
        for who, count in (("p", 5), ("b", 4))
        for number in range(count)
    )
    refunds = "refund_ref,refunded_at,order_ref,amount\nr,2025-06-01,p1,100\n"
    built = pipeline.run(world(tmp_path, orders=orders, tickets=tickets, interactions=contacts, refunds=refunds), AS_OF)
    found = of(built, "p", "own_fault_rate, claimed_share, negative_share, refund_share, int_types_scored.ticket_count")
    assert found == (4, Decimal("0.05"), Decimal("0.4"), Decimal("0.2"), 4)
    assert of(built, "b", "own_fault_rate, claimed_share, negative_share") == (0, 0, None)
    # 35 x 100 (four, from three on), 25 x 33.3333 (0.2 between 0.1 and 0.4), 15 x 50, 15 x 40; days past due are not known.
    expected = (3500 + 25 * Decimal("33.3333") + 750 + 600) / 90
    score, known = of(built, "p", "problem_type_score, problem_type_known_percent")
    assert abs(score - expected) < Decimal("0.001") and known == 90
    assert built.value("select count(*) from marts.customer_grades where is_problem_type") == 1


def test_what_speaks_for_more(pipeline: Pipeline, tmp_path: Path) -> None:
    """A prospect with an open deal and a fresh quote; growth by the half year; who never had a half year before has none."""
    orders = "g1,g,2024-09-01,100,,\ng2,g,2025-03-01,125,,\n"
    customers = "customer_ref,customer_kind\n" + "".join(f"{who},organisation\n" for who in ("g", "q", "b", "s"))
    deals = "opportunity_ref,customer_ref,opened_at,outcome,amount\no,q,2024-12-01,open,500\n"
    quotes = "quote_ref,customer_ref,quoted_at,amount,valid_until\nv,q,2025-06-01,50,2025-07-31\n"
    built = pipeline.run(world(tmp_path, orders=orders, customers=customers, opportunities=deals, quotes=quotes), AS_OF)
    assert of(built, "g", "growth_share, pipeline_share, intent_count") == (Decimal("0.25"), 0, 0)
    assert of(built, "q", "growth_share, pipeline_share, intent_count") == (None, 10, 1)
    # 25 x 100 and 25 x 50 of 50 that are known; nobody recommends, no size is known.
    assert of(built, "q", "potential_type_score, potential_type_known_percent") == (75, 50)
    assert built.rows("select lifecycle_stage from marts.customer_grades where is_potential_type") == [("prospect",)]


def test_who_recommends_is_not_less_loyal(pipeline: Pipeline, tmp_path: Path) -> None:
    """The same customer as a promoter, silent, as a detractor: loyalty falls, and with it the type value; convenience rises."""
    scores = []
    for name, score in (("promoter", "10"), ("passive", "8"), ("detractor", "0")):
        answers = f"response_ref,responded_at,survey,score,customer_ref\nn,2025-05-01,nps,{score},b\n"
        built = pipeline.run(world(tmp_path / name, survey_responses=answers), AS_OF)
        scores.append(of(built, "b", "int_types_scored.loyalty_score, value_type_score, -convenience_type_score"))
    assert all(
        before > after
        for first, second in itertools.pairwise(scores)
        for before, after in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(("counts", "days"), [(1, 4), (0, 2)])
def test_purchases_at_a_discount_in_frequency(pipeline: Pipeline, tmp_path: Path, counts: int, days: int) -> None:
    """A day counts where something was bought at the full price; recency and money stay what they are."""
    orders = "d1,d,2025-02-01,90,10,\nd2,d,2025-03-01,90,10,\nd3,d,2025-03-01,100,,\nd4,d,2025-04-01,100,0,\nd5,d,2025-05-01,90,10,\n"
    built = pipeline.run(world(tmp_path, orders=orders), AS_OF, numbers={"promotion_purchases_count": counts})
    found = built.rows(
        "select rfm_purchase_days, recency_days, rfm_net_amount from marts.customer_grades where recency_days = 60"
    )
    assert found == [(days, 60, Decimal(470))]


@pytest.mark.parametrize(("share", "amount"), [(None, 10400), (Decimal("0.9"), 600), (Decimal("0.95"), 10400)])
def test_amounts_out_of_the_ordinary(pipeline: Pipeline, tmp_path: Path, share: Decimal | None, amount: int) -> None:
    """Of 15 purchase days one of 10,000: with a share of 0.9 (14 days reach it) it counts like the largest of the others."""
    orders = "o1,o,2025-02-01,100,,\no2,o,2025-03-01,100,,\no3,o,2025-04-01,100,,\no4,o,2025-05-01,100,,\no5,o,2025-06-01,10000,,\n"
    built = pipeline.run(world(tmp_path, orders=orders), AS_OF)
    built.database.execute("update seeds.criteria_numbers set value = ? where name = 'rfm_amount_cap_share'", [share])
    for node in built.models:
        if node.name in ("int_criteria_by_date", "int_purchases_summed", "int_purchases_measured"):
            built.database.execute(node.create)
    found = built.value(
        "select max(rfm_net_amount) from intermediate.int_purchases_measured where last_purchase_date = date '2025-06-01' and is_current"
    )
    assert found == (amount if share != Decimal("0.9") else 500)
