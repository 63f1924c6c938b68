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
    assert built.rows(
        "select count(*), count(case when is_convenience_type then 1 end) from marts.customer_grades"
    ) == [(2, 0)]


def test_what_serving_it_costs(pipeline: Pipeline, tmp_path: Path) -> None:
    """Of its own making only, in the window only; refunds by a hinge; four contacts say nothing, five do."""
    orders = "".join(f"p{number},p,2025-0{number}-01,100,,\n" for number in range(1, 6))
    tickets = "ticket_ref,customer_ref,opened_at,category,responsibility,claimed_amount\n" + "".join(
        f"t{number},p,{day},{category},{whose},{claimed}\n"
        for number, (day, category, whose, claimed) in enumerate(
            [("2025-03-01", "complaint", "customer", ""), ("2025-03-02", "claim", "customer", "20"),
             ("2025-03-03", "claim", "ours", "400"), ("2025-03-04", "question", "customer", ""), ("2021-03-01", "claim", "customer", "9")]
        )
    ) + "x1,x,2025-03-01,claim,customer,5\nx2,x,2025-03-02,claim,customer,5\n"  # fmt: skip
    contacts = "interaction_ref,occurred_at,customer_ref,sentiment\n" + "".join(
        f"{who}{number},2025-04-01,{who},{'negative' if number < 2 else 'neutral'}\n"
        for who, count in (("p", 5), ("b", 4))
        for number in range(count)
    )
    refunds = "refund_ref,refunded_at,order_ref,amount\nr,2025-06-01,p1,100\n"
    tables = {"tickets": tickets, "interactions": contacts, "refunds": refunds, "customers": "customer_ref\nx\n"}
    built = pipeline.run(world(tmp_path, orders=orders, **tables), AS_OF)
    found = of(built, "p", "own_fault_rate, claimed_share, negative_share, refund_share, int_types_scored.ticket_count")
    assert found == (4, Decimal("0.05"), Decimal("0.4"), Decimal("0.2"), 4)
    assert of(built, "b", "own_fault_rate, claimed_share, negative_share") == (0, 0, None)
    # 35 x 100 (four, from three on), 25 x 33.3333 (0.2 between 0.1 and 0.4), 15 x 50, 15 x 40; days past due are not known.
    expected = (3500 + 25 * Decimal("33.3333") + 750 + 600) / 90
    score, known = of(built, "p", "problem_type_score, problem_type_known_percent")
    assert abs(score - expected) < Decimal("0.001") and known == 90
    said = built.rows(
        "select reason_en from marts.customer_grade_reasons where reason_code = 'complaints_high' order by 1"
    )
    assert said == [("2 complaints or claims of its own making in 730 days",)] * 2
    # Who claims twice and never bought is one, too.
    assert of(built, "x", "own_fault_rate, claimed_share, problem_type_score") == (10, 10, 100)
    assert built.value("select count(*) from marts.customer_grades where is_problem_type") == 2


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
    """The same customer as a promoter, as one in between, as a detractor: loyalty falls, and with it the type value; convenience rises."""
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


@pytest.mark.parametrize(
    ("share", "refund", "amount"),
    [
        (None, 0, 10400),
        (Decimal("0.9"), 0, 500),
        (Decimal("0.95"), 0, 10400),
        (None, 10000, 400),
        (Decimal("0.9"), 10000, 400),
    ],
)
def test_amounts_out_of_the_ordinary(
    pipeline: Pipeline, tmp_path: Path, share: Decimal | None, refund: int, amount: int
) -> None:
    """Of 15 purchase days one of 10,000: with a share of 0.9 (14 days reach it) it counts like the largest of the others, and so does the
    refund of it; what was claimed of what was bought is not concerned."""
    orders = "o1,o,2025-02-01,100,,\no2,o,2025-03-01,100,,\no3,o,2025-04-01,100,,\no4,o,2025-05-01,100,,\no5,o,2025-05-20,10000,,\n"
    refunds = f"refund_ref,refunded_at,customer_ref,amount\nr,2025-06-01,o,{refund}\n" if refund else ""
    built = pipeline.run(world(tmp_path, orders=orders, **({"refunds": refunds} if refunds else {})), AS_OF)
    built.database.execute("update seeds.criteria_numbers set value = ? where name = 'rfm_amount_cap_share'", [share])
    for node in built.models:
        if node.name in ("int_criteria_by_date", "int_purchases_summed", "int_purchases_measured"):
            built.database.execute(node.create)
    found = built.rows(
        "select rfm_net_amount, rfm_whole_net_amount from intermediate.int_purchases_measured where purchase_days = 5 and "
        "gross_amount > 1000 and is_current"
    )
    assert found == [(amount, 10400 - refund)]


def test_who_defaulted_is_asked_of_who_could(pipeline: Pipeline, tmp_path: Path) -> None:
    """Of amounts that could become 60 days past due in the 90 days after: one did, one was paid in time, one 61 days late; who had paid
    before the start, or was 60 days past due then, is not asked."""
    owed = "receivable_ref,customer_ref,due_at,amount,invoiced_at\n"
    paid = "payment_ref,customer_ref,paid_at,amount,receivable_ref\n"
    for who, due, when in (
        ("open", "2025-03-01", ""), ("late", "2025-03-01", "2025-05-01"), ("just", "2025-03-01", "2025-04-30"),
        ("before", "2025-03-01", "2025-02-20"), ("already", "2025-01-05", ""), ("later", "2025-05-10", ""),
    ):  # fmt: skip
        owed += f"{who},{who},{due},100,2025-01-02\n"
        paid += f"{who},{who},{when},100,{who}\n" if when else ""
    orders = "".join(
        f"{who},{who},2025-01-02,100,,\n" for who in ("open", "late", "just", "before", "already", "later")
    )
    built = pipeline.run(world(tmp_path, orders=orders, receivables=owed, payments=paid), date(2025, 6, 29))
    assert built.rows(
        "select customer_ref, has_defaulted from intermediate.int_defaults_observed join intermediate.int_records_resolved "
        "using (customer_key) where horizon_days = 90 and period_start = date '2025-03-31' order by 1"
    ) == [("just", False), ("late", True), ("open", True)]
    assert set(
        built.rows("select customer_count, defaulted_count from marts.risk_backtest where horizon_days = 90")
    ) == {(3, 2)}


def test_segments_in_words(pipeline: Pipeline, tmp_path: Path) -> None:
    """The words have the cuts, the window and the bins of the kind; the first rule does not speak of rules before it."""
    built = pipeline.run(world(tmp_path), AS_OF)
    rules = built.rows(
        "select rule_en, rule_zh, cell_count from marts.rfm_segment_rules where customer_kind = 'organisation' order by rule_position"
    )
    assert rules[0] == (
        "last purchase at most 150 days ago; purchase days in 1095 days: at least 7; net amount among the upper 40 % of who has one in 1095 days",
        "最近购买在150天以内；1095天内至少7个购买日；在1095天内净额为正的客户中位居前40%",
        8,
    )
    assert rules[6][0].startswith(
        "Of whom no rule before takes: last purchase 151 to 270 days ago; purchase days in 1095 days: at least 2;"
    )
    assert sum(row[2] for row in rules) == 125


BETTER = {
    "an answer": ("survey_responses", "n1,2025-05-01,nps,7,c1", "n1,2025-05-01,nps,9,c1"),
    "a friendlier contact": ("interactions", "i1,2025-04-01,c1,negative", "i1,2025-04-01,c1,positive"),
    "its market share": ("customers", "c1,organisation,0.10,50,", "c1,organisation,0.20,50,"),
    "its followers": ("customers", "c1,organisation,0.10,50,", "c1,organisation,0.10,900,"),
    "a reference": ("customers", "c1,organisation,0.10,50,no", "c1,organisation,0.10,50,yes"),
    "a payment": ("payments", "p1,c1,2025-03-20,100,r1", "p1,c1,2025-03-01,100,r1"),
    "an amount": ("orders", "o1,c1,2025-03-01,100", "o1,c1,2025-03-01,180"),
    "a referral": ("referrals", "c2,c8,2025-01-01", "c2,c8,2025-01-01\nc1,c7,2025-01-01"),
}


@pytest.fixture(scope="module")
def known(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Decimal]:
    """Eight organisations of whom every measure is known, and the score of the first."""
    tables = {
        "customers": "customer_ref,customer_kind,market_share,social_followers,is_reference_customer\n"
        + "".join(f"c{n},organisation,0.1{n - 1},5{n - 1},{'yes' if n == 2 else 'no'}\n" for n in range(1, 9)),
        "orders": "order_ref,customer_ref,ordered_at,amount\n"
        + "".join(f"o{n},c{n},2025-03-01,{100 + 10 * (n - 1)}\nb{n},c{n},2025-0{n % 3 + 4}-01,50\n" for n in range(1, 9)),
        "survey_responses": "response_ref,responded_at,survey,score,customer_ref\n"
        + "".join(f"n{n},2025-05-01,nps,{7 if n == 1 else n},c{n}\n" for n in range(1, 9)),
        "interactions": "interaction_ref,occurred_at,customer_ref,sentiment\n"
        + "".join(f"i{n},2025-04-01,c{n},{'negative' if n % 2 else 'positive'}\n" for n in range(1, 9)),
        "receivables": "receivable_ref,customer_ref,due_at,amount,invoiced_at\n" + "".join(f"r{n},c{n},2025-03-05,100,2025-02-01\n" for n in range(1, 9)),
        "payments": "payment_ref,customer_ref,paid_at,amount,receivable_ref\n"
        + "".join(f"p{n},c{n},2025-03-{20 if n == 1 else n + 3:02d},100,r{n}\n" for n in range(1, 9)),
        "referrals": "referrer_customer_ref,referred_customer_ref,referred_at\nc2,c8,2025-01-01\n",
    }  # fmt: skip
    return tables, score_of_first(pipeline, tmp_path_factory.mktemp("known"), tables)


def score_of_first(pipeline: Pipeline, folder: Path, tables: dict[str, str]) -> Decimal:
    for name, text in tables.items():
        write(folder, f"{name}.csv", text)
    score: Decimal = pipeline.run(folder, AS_OF).value(
        "select overall_score from marts.customer_grades join marts.customer_records using (customer_id) where customer_ref = 'c1'"
    )
    return score


@pytest.mark.parametrize("what", BETTER)
def test_one_better_input_never_lowers_the_score(
    pipeline: Pipeline, tmp_path: Path, known: tuple[dict[str, str], Decimal], what: str
) -> None:
    tables, before = known
    table, old, new = BETTER[what]
    assert old in tables[table]
    after = score_of_first(pipeline, tmp_path, {**tables, table: tables[table].replace(old, new)})
    assert after > before, what
