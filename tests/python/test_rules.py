"""Rules bite: what is wrong in a seed is refused with its file and line; what is right is read; nothing in it is executed."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from grading.contract import HOME, Project
from grading.criteria import check
from grading.database import PUBLISHED
from grading.errors import BadInput
from grading.refresh import Request, refresh
from grading.world.generating import generate

from .conftest import Built, Pipeline, write
from .test_grading import put, read

SEEDS = yaml.safe_load((HOME / "seeds/seeds.yml").read_text())["seeds"]


def checked(folder: Path, seed: str, old: str, new: str) -> str:
    """What is said of the seeds after a replacement in one of them; empty if nothing."""
    seeds = folder / "seeds"
    shutil.copytree(HOME / "seeds", seeds)
    path = next(seeds.rglob(f"{seed}.csv"))
    text = path.read_text()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    try:
        check(Project(seeds=seeds))
    except BadInput as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("seed", "old", "new", "says"),
    [
        ("criteria_numbers", "active_max_days", "active_max_day", ["line 4", "'active_max_day'", "is active_max_days meant?"]),
        ("criteria_numbers", "tier_high_share,0.10", "tier_high_share,7", ["line 14 has 7 for tier_high_share", "0.0 to 1.0"]),
        ("criteria_numbers", "new_max_days,90,", "new_max_days,ninety,", ["line 2 has 'ninety'", "a number"]),
        ("criteria_numbers", "new_max_days,90,", "new_max_days,90.5,", ["line 2", "whole numbers"]),
        ("criteria_numbers", "new_max_days,90,", "new_max_days,-1,", ["line 2 has -1", "0 to 36500"]),
        ("criteria_numbers", "rfm_monetary_bins,5", "rfm_monetary_bins,7", ["asks for 7 bins", "no rule for cell 116"]),
        ("criteria_numbers", "rfm_monetary_bins,5", "rfm_monetary_bins,4", ["asks for 4 bins", "has rules for more"]),
        ("criteria_numbers", "v1,person,new_max_days,90,days,New: first purchase at most this long ago\n", "", ["lacks the row of person, new_max_days"]),
        ("criteria_numbers", "criteria_version,customer_kind", "criteria_version,customer_kid", ["line 1 has the unknown column 'customer_kid'", "is customer_kind meant?"]),
        ("criteria_numbers", "customer_kind,name,value,unit,description", "customer_kind,name,value,unit", ["line 1 lacks the column description"]),
        ("criteria_numbers", "active_max_days,180,", "active_max_days,,", ["line 4 has nothing in the column value"]),
        ("criteria_numbers", "new_max_days,90,", "new_max_days,９0,", ["line 2 has '９0'"]),
        ("criteria_numbers", "tier_high_min_amount,,", "tier_high_min_amount,9999999999999,", ["it takes 0.0 to"]),
        ("criteria_versions", "v1,1900-01-01", "v1,", ["line 2 has nothing in the column valid_from"]),
        ("currencies", "EUR\n", "EUR\nEUR\n", ["repeats line"]),
        ("grade_bands", "v1,E,0\n", "v1,E,0\r\n", ["mixes line ends"]),
        ("component_weights", "person,buyer,history,40", "person,buyer,history,-40", ["line 3 has -40 in the column weight"]),
        ("component_weights", "v1,person,buyer,history,40\n", "", ["lacks the row of person, buyer, history in version v1"]),
        ("component_weights", "buyer,history", "buyer,histoy", ["line 3 has the unknown component 'histoy'; is history meant?"]),
        ("component_weights", "v1,person,buyer,history,40\n", "v1,person,buyer,history,40\nv1,person,buyer,history,40\n", ["line 4 repeats line 3"]),
        ("component_weights", "buyer,history,40", "buyer,history,40,5", ["line 3 has 6 cells, the header has 5"]),
        ("component_weights", ",50\nv1,person,buyer,history,40\nv1,person,buyer,influence,5\nv1,person,buyer,safety,5", ",0\nv1,person,buyer,history,0\nv1,person,buyer,influence,0\nv1,person,buyer,safety,0", ["all weights of v1, person, buyer are 0"]),
        ("measure_weights", "net_amount,65", "net_amont,65", ["unknown measure 'net_amont'; is net_amount meant?"]),
        ("grade_bands", "v1,D,35\n", "", ["lacks the row of D"]),
        ("grade_bands", "v1,E,0\n", "v1,E,5\n", ["leaves scores below 5 without a grade"]),
        ("grade_bands", "v1,B,65", "v1,B,85", ["out of order"]),
        ("score_cuts", "v1,person,recency_days,3,91\n", "", ["lacks the row of person, recency_days, 3"]),
        ("score_cuts", "v1,person,recency_days,3,91", "v1,person,recency_days,3,400", ["out of order"]),
        ("rfm_segments", "v1,12,lost", "v1,12,losst", ["unknown rfm_segment 'losst'; is lost meant?"]),
        ("rfm_segments", "v1,12,lost,1,1,1,5,1,5\n", "", ["no rule for cell 111"]),
        ("rfm_segments", "v1,12,lost,1,1,1,5,1,5", "v1,12,lost,1,1,5,1,1,5", ["line 13 has a largest score below the smallest"]),
        ("rfm_segments", "v1,11,hibernating,2,2,1,5,1,5", "v1,11,hibernating,3,3,1,5,1,5", ["line 12 is never reached"]),
        ("customer_types", "high;mid;low;none", "high;mid;lo", ["unknown value_tiers 'lo'; is low meant?"]),
        ("score_parts", "growth_share,30,0,0.5", "growth_share,30,0,0", ["line 9 has one value for zero_at and full_at"]),
        ("score_parts", "loyalty,attitude", "value_type,attitude", ["gives attitude to value_type; it belongs to loyalty"]),
        ("criteria_versions", "1900-01-01", "2020-01-01", ["no version is valid from 1900-01-01"]),
        ("criteria_versions", "1900-01-01", "1900-1-1", ["takes a date"]),
        ("data_quality_rules", "*,*,invalid_email,accept", "*,*,invalid_email,acept", ["unknown severity 'acept'; is accept meant?"]),
        ("data_quality_rules", "*,*,invalid_email", "*,*,invalid_mail", ["unknown rule_code 'invalid_mail'; is invalid_email meant?"]),
        ("data_quality_rules", "orders,amount,missing", "order,amount,missing", ["unknown source_table 'order'; is orders meant?"]),
        ("identity_keys", "tax_id,0.99,20,,true", "tax_id,0.99,20,,yes", ["true or false"]),
        ("source_settings", "Asia/Shanghai", "Asia/Shangai", ["'Asia/Shangai' as time zone"]),
        ("column_aliases", "landing,customers,", "landing,customer,", ["unknown source_table 'customer'; is customers meant?"]),
        ("landing_limits", "max_line_bytes", "max_line_byte", ["is max_line_bytes meant?"]),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused(tmp_path: Path, seed: str, old: str, new: str, says: list[str]) -> None:
    said = checked(tmp_path, seed, old, new)
    assert f"/{seed}.csv" in said and all(text in said for text in says), said


def test_semicolons_and_other_encodings(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(HOME / "seeds", seeds)
    path = seeds / "criteria/grading/component_weights.csv"
    text = path.read_text()
    for content, says in (
        (text.replace(",", ";").encode(), "is separated by ';'"),
        (text.encode("utf-16"), "not UTF-8"),
        (b"", "lacks the column"),
    ):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=says):
            check(Project(seeds=seeds))


def test_a_byte_order_mark_is_no_letter(tmp_path: Path) -> None:
    """As spreadsheet programs save "CSV UTF-8"."""
    seeds = tmp_path / "seeds"
    shutil.copytree(HOME / "seeds", seeds)
    for path in seeds.rglob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    project = Project(seeds=seeds)
    check(project)
    assert project.limits == Project().limits and project.aliases == Project().aliases


def test_a_wrong_rule_publishes_nothing(tmp_path: Path, warm: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at,amount\n1,2025-01-01,5\n")
    text = (HOME / "seeds/criteria/criteria_numbers.csv").read_text()
    write(tmp_path / "rules", "criteria_numbers.csv", text.replace("active_max_days", "active_max_day", 1))
    before = (warm / "current").resolve()
    with pytest.raises(BadInput, match="is active_max_days meant"):
        refresh(Request(landing=tmp_path / "in", warehouse=warm, criteria=tmp_path / "rules"))
    assert (warm / "current").resolve() == before


def test_known_names_are_those_that_models_read() -> None:
    numbers = next(seed for seed in SEEDS if seed["name"] == "criteria_numbers")["config"]["meta"]["numbers"]
    text = "".join(path.read_text() for path in (HOME / "models").rglob("*.sql"))
    assert not [name for name in numbers if f"'{name}'" not in text]


# ---- every row is read


@pytest.fixture(scope="module")
def rich(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A world over four systems, and what it lacks: orders of nothing, a purchase that was undone, every kind of key."""
    folder = tmp_path_factory.mktemp("rich")
    generate(220, 21, folder)
    header, rows = read(folder, "orders.csv")
    for ref, amount in (("zero", "0"), ("undone", "50")):
        row = dict.fromkeys(header, "")
        row.update(order_ref=ref, ordered_at="2025-06-01", customer_ref=f"c_{ref}", amount=amount, currency="EUR")
        rows.append([row[name] for name in header])
    put(folder, "orders.csv", header, rows)
    header, rows = read(folder, "refunds.csv")
    row = dict.fromkeys(header, "")
    row.update(refund_ref="undone", refunded_at="2025-07-01", order_ref="undone", amount="50", currency="EUR")
    put(folder, "refunds.csv", header, [*rows, [row[name] for name in header]])
    header, rows = read(folder, "customers.csv")
    columns = [*header, "tax_id"]
    pairs = []
    for kind in ("tax_id", "member_no", "wechat", "web_user", "phone", "contact"):
        for number in (1, 2):
            row = dict.fromkeys(columns, "")
            row.update(customer_ref=f"{kind}{number}", name=f"{kind} {number}", created_at="2024-01-01", updated_at="2024-01-01",
                       customer_kind="organisation" if kind in ("tax_id", "contact") else "person", tax_id="DE77" if kind == "tax_id" else "",
                       phone="+493012345678" if kind == "phone" else "", annual_income="1", currency="CNY")  # fmt: skip
            pairs.append([row[name] for name in columns])
    put(folder, "customers.csv", columns, [*[[*row, ""] for row in rows], *pairs])
    identifiers = "".join(
        f"{kind}{number},{kind},x77\n" for kind in ("member_no", "wechat", "web_user") for number in (1, 2)
    )
    write(folder, "identifiers.csv", "customer_ref,kind,value\n" + identifiers)
    write(folder, "contacts.csv", "contact_ref,customer_ref,name,email,source_system,customer_ref_source_system\n"
          "k1,contact1,Someone,someone@both.example,,\nk2,contact2,Someone,someone@both.example,elsewhere,landing\n")  # fmt: skip
    add_business(folder)
    # A third of the customers had two messages in the last week, a third six in the weeks before.
    header, rows = read(folder, "customers.csv")
    refs = [row[header.index("customer_ref")] for row in rows]
    days = {0: [30, 31], 1: [3, 5, 7, 9, 11, 13], 2: []}
    add_rows(folder, "campaign_touches.csv", [
        {"touch_ref": f"late{number}-{day}", "campaign_ref": "CM9", "customer_ref": ref, "sent_at": f"2025-12-{day:02}"}
        for number, ref in enumerate(refs)
        for day in days[number % 3]
    ])  # fmt: skip
    # Of half of the staff nobody knows the hours.
    header, rows = read(folder, "staff.csv")
    hours = header.index("weekly_capacity")
    put(
        folder,
        "staff.csv",
        header,
        [[*row[:hours], "" if number % 2 else row[hours], *row[hours + 1 :]] for number, row in enumerate(rows)],
    )
    # Both kinds thin, telephone numbers as keys of their own, models on few customers: then those numbers are read, too.
    numbers = {
        "score_min_population": 60,
        "tier_min_population": 60,
        "clv_min_customers": 50,
        "clv_min_repeaters": 12,
        "next_product_min_customers": 3,
    }
    built = pipeline.run(folder, numbers=numbers, has_fallback_rates=True)
    assert built.failed_tests() == {}
    return built


@pytest.fixture(scope="module")
def comers(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Organisations of whom some keep buying and some left early: a model with dropout is fitted to them, as it is not to the few of `rich`."""
    folder = tmp_path_factory.mktemp("comers")
    dice, end, orders, firms = random.Random(2), date(2025, 6, 30), [], [f"firm{number}" for number in range(60)]
    for ref in firms:
        rate, leaves, day = (
            dice.gammavariate(0.8, 1 / 60),
            dice.betavariate(0.5, 1.2),
            date(2023, 1, 1) + timedelta(dice.randrange(300)),
        )
        while day <= end:
            orders.append(
                {
                    "order_ref": f"{ref}-{day}",
                    "customer_ref": ref,
                    "ordered_at": str(day),
                    "amount": "50",
                    "currency": "EUR",
                }
            )
            if dice.random() <= leaves:
                break
            day += timedelta(max(1, round(dice.expovariate(max(rate, 0.001)))))
    add_rows(folder, "customers.csv", [{"customer_ref": ref, "customer_kind": "organisation"} for ref in firms])
    add_rows(folder, "orders.csv", orders)
    return pipeline.run(folder, numbers={"clv_min_customers": 30, "clv_min_repeaters": 12})


def add_rows(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Rows after those of a landing file, by column; columns and the file come as they are needed."""
    header, before = read(folder, name) if (folder / name).exists() else ([], [])
    columns = [*header, *sorted({column for row in rows for column in row} - set(header))]
    padded = [[*row, *[""] * (len(columns) - len(header))] for row in before]
    put(folder, name, columns, [*padded, *[[row.get(column, "") for column in columns] for row in rows]])


def add_business(folder: Path) -> None:
    """What the world lacks and rules look at: credit, short and late payments, disputes, undelivered orders, deciders who left, seasons,
    deals and quotes that keep an account, prospects with an open deal, findings of compliance."""
    plain = {"created_at": "2024-01-01", "updated_at": "2024-01-01", "currency": "EUR"}
    firms = [
        {"customer_ref": "biz1", "name": "Biz One", "credit_rating": "C", "credit_limit": "1000", "insured_credit_limit": "500",
         "credit_reviewed_at": "2024-01-01", "is_reference_customer": "yes", "market_share": "0.2", "social_followers": "1000"},
        {"customer_ref": "biz2", "name": "Biz Two", "credit_rating": "D", "credit_limit": "90000", "market_share": "0.1", "social_followers": "50"},
        {"customer_ref": "biz3", "name": "Biz Three"}, {"customer_ref": "biz4", "name": "Biz Four"}, {"customer_ref": "biz5", "name": "Biz Five"},
        {"customer_ref": "biz6", "name": "Biz Six"},
        {"customer_ref": "biz7", "name": "Biz Seven", "credit_limit": "5000"},
    ]  # fmt: skip
    people = [
        {"customer_ref": "per1", "name": "Per One", "is_reference_customer": "yes", "market_share": "0.3", "social_followers": "10"},
        {"customer_ref": "per2", "name": "Per Two", "social_followers": "900"}, {"customer_ref": "per3", "name": "Per Three"},
        {"customer_ref": "per4", "name": "Per Four"},
    ]  # fmt: skip
    add_rows(
        folder,
        "customers.csv",
        [{**plain, "customer_kind": "organisation", **row} for row in firms]
        + [{**plain, "customer_kind": "person", **row} for row in people],
    )
    orders = [("b1", "biz1", "2024-06-01", 5000), ("b2", "biz1", "2025-03-01", 2000), ("b3", "biz2", "2025-10-01", 300), ("b4", "biz3", "2024-02-01", 400),
              ("b5", "biz3", "2024-03-01", 400), ("b6", "biz4", "2024-02-01", 700), ("p1", "per1", "2023-12-18", 40), ("p2", "per1", "2024-12-20", 50),
              ("p3", "per2", "2025-11-01", 60),
              ("p4", "per4", "2025-03-01", 70)]  # fmt: skip
    add_rows(folder, "orders.csv", [
        {"order_ref": ref, "customer_ref": who, "ordered_at": day, "amount": str(amount), "currency": "EUR"} for ref, who, day, amount in orders
    ] + [{"order_ref": "b7", "customer_ref": "biz1", "ordered_at": "2025-12-01", "amount": "600", "currency": "EUR", "promised_at": "2025-12-10"}])  # fmt: skip
    owed = [("w1", "biz1", "2025-06-01", 100), ("w2", "biz1", "2025-07-01", 100), ("w3", "biz1", "2024-08-01", 300), ("w4", "biz1", "2025-10-01", 900),
            ("w5", "biz2", "2025-05-01", 80), ("w6", "biz2", "2025-06-01", 80), ("w7", "biz2", "2025-07-01", 80), ("w8", "per1", "2025-08-01", 30),
            ("w9", "per2", "2025-10-01", 30),
            ("x1", "biz7", "2025-10-01", 500), ("x2", "biz7", "2025-12-31", 1000)]  # fmt: skip
    add_rows(folder, "receivables.csv", [
        {"receivable_ref": ref, "customer_ref": who, "due_at": day, "amount": str(amount), "currency": "EUR"} for ref, who, day, amount in owed
    ])  # fmt: skip
    paid = [("w1", "2025-06-01", 98.5), ("w2", "2025-07-03", 100), ("w3", "2024-10-20", 300), ("w5", "2025-05-01", 80), ("w6", "2025-06-01", 80),
            ("w7", "2025-07-30", 80), ("w9", "2025-10-20", 30),
            ("x1", "2025-10-03", 500)]  # fmt: skip
    add_rows(folder, "payments.csv", [
        {"payment_ref": f"y{ref}", "line_number": "1", "receivable_ref": ref, "paid_at": day, "amount": str(amount), "currency": "EUR"} for ref, day, amount in paid
    ])  # fmt: skip
    add_rows(
        folder,
        "tickets.csv",
        [{"ticket_ref": "k1", "customer_ref": "biz2", "opened_at": "2025-09-20", "category": "dispute"}]
        + [
            {
                "ticket_ref": f"k{who}{number}",
                "customer_ref": who,
                "opened_at": "2025-08-20",
                "category": "claim",
                "responsibility": "customer",
                "claimed_amount": "20",
                "currency": "EUR",
            }
            for who in ("biz1", "per1")
            for number in (1, 2)
        ],
    )
    add_rows(folder, "interactions.csv", [
        {"interaction_ref": f"{who}{number}", "occurred_at": f"2025-12-0{number}", "customer_ref": who, "direction": "inbound",
         "sentiment": "negative" if number < 3 else "neutral"}
        for who, count in (("biz1", 5), ("biz2", 3), ("per1", 5), ("per2", 3)) for number in range(1, count + 1)
    ])  # fmt: skip
    write(folder, "opportunities.csv", "opportunity_ref,customer_ref,opened_at,closed_at,outcome,amount,currency\n"
          "d1,biz3,2025-09-01,2025-11-01,won,500,EUR\nd2,biz5,2025-08-01,,open,4000,EUR\n")  # fmt: skip
    add_rows(folder, "referrals.csv", [
        {"referrer_customer_ref": "biz1", "referred_customer_ref": "biz3", "referred_at": "2024-02-01"},
        {"referrer_customer_ref": "per2", "referred_customer_ref": "per1", "referred_at": "2023-12-01"},
    ])  # fmt: skip
    add_rows(folder, "survey_responses.csv", [
        {"response_ref": f"n{who}", "responded_at": "2025-08-01", "survey": "nps", "score": score, "customer_ref": who}
        for who, score in (("biz1", "10"), ("biz2", "3"), ("biz3", "8"), ("per1", "9"))
    ])  # fmt: skip
    write(
        folder,
        "quotes.csv",
        "quote_ref,customer_ref,quoted_at,amount,currency\nq1,biz4,2025-11-20,300,EUR\nq2,biz6,2025-12-01,900,EUR\nq3,per4,2025-12-20,50,EUR\n",
    )
    write(folder, "customer_flags.csv", "customer_ref,flag,from_date\nbiz6,legal,2025-01-01\nper3,legal,2025-01-01\n")
    add_rows(
        folder,
        "contacts.csv",
        [{"contact_ref": "k9", "customer_ref": "biz2", "is_primary": "yes", "left_at": "2025-11-01"}],
    )


def moves(rich: Built, seed: str, column: str, row: dict[str, str], values: list[object]) -> bool:
    """Whether one of the values in a column of one row of a seed changes a mart other than criteria."""
    where = " and ".join(f"{name} = '{value}'" for name, value in row.items())
    return any(
        rich.moved_by(seed, f"update seeds.{seed} set {column} = {value} where {where}", row.get("name")) is not None
        for value in values
    )


def test_every_number_moves_something(rich: Built) -> None:
    still = []
    for kind, name, value, unit in rich.rows("select customer_kind, name, value, unit from seeds.criteria_numbers"):
        steps: list[object] = [value / 2, 2 * value + 1, 0] if value is not None else [10**9]
        if value is None and unit == "share":
            steps = [0.5]
        elif unit == "flag":
            steps = [1 - value]
        elif unit == "share":
            steps = [value / 2, 2 * value]
        elif name in ("clv_period_count", "clv_sample_customers"):
            steps = [3, 15]
        elif name.startswith("clv_min_"):
            steps.append(10**5)
        if not moves(rich, "criteria_numbers", "value", {"customer_kind": kind, "name": name}, steps):
            still.append((kind, name))
    assert still == []


@pytest.mark.parametrize(
    ("seed", "key", "column"),
    [
        ("score_cuts", ("customer_kind", "measure", "score"), "lower_bound"),
        ("grade_bands", ("grade",), "lower_bound"),
        ("grade_reasons", ("reason_code",), "weight"),
        ("bands", ("band_family", "code"), "lower_bound"),
        ("completeness_fields", ("customer_kind", "field"), "weight"),
        ("customer_types", ("customer_kind", "customer_type"), "min_score"),
        ("identity_keys", ("key_kind",), "max_records"),
        ("identity_keys", ("key_kind",), "match_confidence"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_row_moves_something(rich: Built, seed: str, key: tuple[str, ...], column: str) -> None:
    still = []
    for *values, value in rich.rows(f"select {', '.join(key)}, {column} from seeds.{seed}"):
        row = dict(zip(key, map(str, values), strict=True))
        steps: list[object] = [value + 7, value // 2, 2 * value + 30]
        if seed == "identity_keys":
            # A key that is switched off moves something when it is used.
            steps = [
                f"{1 if column == 'max_records' else 0.5}, is_active = not (key_kind <> 'phone' and not is_active)"
            ]
        elif column in ("weight", "min_score"):
            steps += [0, 500]
        if not moves(rich, seed, column, row, steps):
            still.append(row)
    assert still == []


@pytest.mark.parametrize(
    ("seed", "key", "rule_name"),
    [
        ("component_weights", ("customer_kind", "population", "component"), "concat(population, ' ', component)"),
        ("measure_weights", ("customer_kind", "component", "measure"), "concat(component, ' ', measure)"),
        ("score_parts", ("customer_kind", "score", "part"), "concat(score, ' ', part)"),
    ],
    ids=["component_weights", "measure_weights", "score_parts"],
)
def test_a_weight_moves_something_or_says_that_it_is_not_measured(
    rich: Built, comers: Built, seed: str, key: tuple[str, ...], rule_name: str
) -> None:
    """The only measured component of a score may weigh what it likes, but not nothing."""
    family = seed.removesuffix("s")
    for *values, weight, is_measured in rich.rows(
        f"select {', '.join(f'seed.{name}' for name in key)}, weight, is_measured from seeds.{seed} as seed join marts.criteria as rules "
        f"on rules.rule_family = '{family}' and rules.customer_kind = seed.customer_kind and rules.rule_name = {rule_name}"
    ):
        row = dict(zip(key, map(str, values), strict=True))
        # Who left is known where a model with dropout is fitted: to the organisations of the second world, not to those of the first.
        world = comers if row.get("part") == "probability_alive" and row["customer_kind"] == "organisation" else rich
        assert moves(world, seed, "weight", row, [weight + 7, 0]) is is_measured, row


def test_every_segment_that_somebody_is_in_is_read(rich: Built) -> None:
    for (segment,) in rich.rows("select distinct rfm_segment from marts.customer_grades where r_score is not null"):
        assert moves(
            rich,
            "rfm_segments",
            "rfm_segment",
            {"rfm_segment": segment},
            ["case when rfm_segment = 'lost' then 'new' else 'lost' end"],
        )


# ---- nothing is executed

HOSTILE = [
    "'); create table marts.pwned as select 1; --",
    "' || (select 1/0) || '",
    "{{ 1/0 }}",
    "\\",
    "([",
    "^a",
    "$'$",
    'x"y',
    "%",
    "--",
    "/*",
]


def test_hostile_words_are_only_words(tmp_path: Path, warm: Path) -> None:
    """In seeds, settings, headers, file names and values; the refresh is published, and nothing of it ran."""
    landing, rules = tmp_path / "in", tmp_path / "rules"
    for name in ("name_words", "shared_identifiers", "category_values", "column_aliases", "country_names", "region_names", "source_settings",
                 "identity_overrides", "criteria_versions", "grade_reasons", "completeness_fields", "countries", "currencies"):  # fmt: skip
        path = next((HOME / "seeds").rglob(f"{name}.csv"))
        with path.open(newline="") as file:
            header, *rows = list(csv.reader(file))
        for number, text in enumerate(HOSTILE):
            if name == "source_settings":
                rows.append([text, "", "EUR", "person", "", "", "", str(number), "true"])
            elif name == "identity_overrides":
                rows.append(["merge", text, text, "landing", text, text, "2025-01-01", text])
            elif name == "name_words":
                rows += [[text, "words", "title"], [text + "x", "endings", "activity"]]
            elif name == "column_aliases":
                rows.append(["landing", "orders", text, "channel"])
            elif name == "criteria_versions":
                rows[0][2] = text
            elif name in (
                "shared_identifiers",
                "category_values",
                "column_aliases",
                "country_names",
                "region_names",
                "countries",
            ):
                rows.append([text + str(position) for position in range(len(header))])
        path = rules / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    (landing / "customers").mkdir(parents=True)
    header = ["customer_ref", "name", "email", "country", "source_system", *HOSTILE]
    put(
        landing,
        "customers/it's [x] {y}; drop.csv",
        header,
        [[text, text, text, text, text, *HOSTILE] for text in HOSTILE],
    )
    put(
        landing,
        "orders.csv",
        ["order_ref", "ordered_at", "customer_ref", "amount", "currency"],
        [[text, "2025-01-01", text, "5", text if number else ""] for number, text in enumerate(HOSTILE)],
    )
    outcome = refresh(Request(landing=landing, warehouse=warm, criteria=rules))
    with duckdb.connect(str(outcome.release / PUBLISHED), read_only=True) as database:
        tables = {row[0] for row in database.execute("select table_name from duckdb_tables()").fetchall()}
        assert "pwned" not in tables
        assert database.execute("select count(*) from marts.customers").fetchall() == [
            (len(HOSTILE) - 1,)  # what begins with a brace is a nested value, and rejected
        ]
    with duckdb.connect(str(outcome.release / "build.duckdb"), read_only=True) as database:
        assert "pwned" not in {row[0] for row in database.execute("select table_name from duckdb_tables()").fetchall()}
