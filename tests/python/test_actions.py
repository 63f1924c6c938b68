"""What is due for whom: the playbook takes in everybody, days and channels at their bounds, who is left alone, and how a week is filled."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from .conftest import Built, Pipeline, write

AS_OF = date(2025, 6, 30)
OPEN = {"action_holdout_share": 0}


def day(before: int) -> str:
    return str(AS_OF - timedelta(before))


def firms(folder: Path, rows: list[dict[str, Any]], **tables: str) -> Path:
    """Prospects: organisations that have not bought yet, with a telephone, known for twenty days, of the owner `own`, unless said otherwise."""
    columns = ["customer_ref", "customer_kind", "name", "phone", "email", "country", "created_at", "account_owner", "do_not_contact",
               "preferred_channel"]  # fmt: skip
    with (folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number, row in enumerate(rows):
            given = {
                "customer_kind": "organisation", "phone": f"+49301234{number:04}", "created_at": day(20), "account_owner": "own", "country": "DE"
            } | row  # fmt: skip
            writer.writerow(given | {"name": f"Firm {given['customer_ref']} Ltd"})
    for name, text in tables.items():
        write(folder, f"{name}.csv", text)
    return folder


def listed(built: Built) -> dict[str, tuple[Any, ...]]:
    """Ref -> (action, status, channel) of who has one that is due."""
    return {
        ref: tuple(rest)
        for ref, *rest in built.rows(
            "select customer_ref, action_code, status, channel from marts.customer_actions join restricted.customer_refs using (customer_id)"
        )
    }


def test_the_playbook_takes_in_everybody(pipeline: Pipeline, tmp_path: Path) -> None:
    """Of 120 cells 40 cannot occur; of the others each has an action but old prospects, and each rule is the first of some cell."""
    built = pipeline.run(firms(tmp_path, [{"customer_ref": "a"}]), AS_OF)
    cells: dict[tuple[str, ...], list[tuple[int, str | None, str]]] = {}
    for *cell, position, condition, action in built.rows(
        "select value_tier, customer_type, lifecycle_stage, rule_position, condition, action_code from intermediate.int_playbook_cells"
    ):
        cells.setdefault(tuple(cell), []).append((position, condition, action))
    assert len(cells) == 4 * 5 * 6
    first = {cell: min(rule for rule in rules if rule[1] is None)[2] for cell, rules in cells.items()}
    impossible = {cell for cell in cells if (cell[0] == "none") != (cell[2] == "prospect")}
    assert len(impossible) == 40 and {cell for cell, action in first.items() if action == "impossible"} == impossible
    assert {cell for cell, action in first.items() if action == "monitor"} == {
        ("none", kind, "prospect") for kind in ("value", "convenience", "problem", "standard")
    }
    reached = {min(rule for rule in rules if rule[1] is None)[0] for rules in cells.values()}
    conditional = {position for rules in cells.values() for position, condition, _ in rules if condition}
    assert reached | conditional == set(range(1, 31))
    # In the funnel each customer is where its rule is once, and before it in every rule that speaks of it.
    assert built.value("select sum(customer_count) from marts.rule_funnel where outcome <> 'taken_before'") == 1
    assert built.rows("select rule_position, outcome from marts.rule_funnel where customer_count > 0 order by 1") == [
        (27, "planned"), (30, "taken_before")
    ]  # fmt: skip


def test_a_valuable_customer_that_leaves_is_visited(pipeline: Pipeline, tmp_path: Path) -> None:
    """Of the high tier, active by its rhythm, but twice its usual gap late: no quarterly review, and the reason says the lateness."""
    write(tmp_path, "orders.csv", "order_ref,customer_ref,ordered_at,amount,currency\n" + "".join(
        f"{ref}{number},{ref},{AS_OF - timedelta(days=late + 40 * number)},{amount},CNY\n"
        for ref, late, amount in (("late", 80, 90000), ("early", 79, 90000), *((f"low{other}", 10, 50) for other in range(18))) for number in range(5)
    ))  # fmt: skip
    built = pipeline.run(tmp_path, AS_OF, has_fallback_rates=True)
    found = {
        ref: row
        for ref, *row in built.rows(
            "select customer_ref, action_code, reason_code, reason_en, reason_zh from marts.customer_actions join restricted.customer_refs using (customer_id)"
        )
    }
    assert found["late"][:2] == ["win_back_visit", "leaving"], found["late"]
    assert (
        "bought 80 days ago, 2.0 times the usual gap" in found["late"][2] and "已达平常周期的2.0倍" in found["late"][3]
    )
    assert found.get("early", [None])[0] != "win_back_visit"


def test_days_at_their_bounds(pipeline: Pipeline, tmp_path: Path) -> None:
    """Qualify: within 14 days of the last contact, listed 7 days before it is due, of prospects known for 180 days."""
    rows = [
        {"customer_ref": "due", "created_at": day(7)},
        {"customer_ref": "not_yet", "created_at": day(6)},
        {"customer_ref": "young", "created_at": day(180)},
        {"customer_ref": "old", "created_at": day(181)},
        {"customer_ref": "called", "created_at": day(60)},
        {"customer_ref": "called_before", "created_at": day(60)},
        {"customer_ref": "done", "created_at": day(60)},
        {"customer_ref": "tomorrow", "created_at": day(60)},
    ]
    contacts = (
        f"interaction_ref,occurred_at,customer_ref\n1,{day(6)},called\n2,{day(7)},called_before\n3,{day(-1)},tomorrow\n"
    )
    done = f"customer_ref,action_code,done_at\ndone,qualify,{day(2)}\n"
    built = pipeline.run(
        firms(tmp_path, rows, interactions=contacts, actions_done=done, staff="staff_ref\nown\n"), AS_OF, numbers=OPEN
    )
    assert set(listed(built)) == {"due", "young", "called_before", "tomorrow"}
    found = built.rows(
        "select customer_ref, due_date, days_overdue, reason_en, reason_zh from marts.customer_actions "
        "join restricted.customer_refs using (customer_id) where customer_ref in ('called_before', 'young') order by 1"
    )
    assert found == [
        ("called_before", AS_OF + timedelta(7), 0, f"Has not bought yet, known since {day(60)}; last contact {day(7)}",
         f"尚未成交，{day(60)}建档；最近联系{day(7)}"),
        ("young", AS_OF - timedelta(166), 166, f"Has not bought yet, known since {day(180)}; no contact on record",
         f"尚未成交，{day(180)}建档；无联系记录"),
    ]  # fmt: skip
    assert built.rows("select last_contact_date from marts.customers where last_contact_date is not null order by 1") == [
        (AS_OF - timedelta(before),) for before in (7, 6, 2)
    ]  # fmt: skip


def test_channels_by_consent_country_and_preference(pipeline: Pipeline, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"customer_ref": "called"},
        {"customer_ref": "refused"},
        {"customer_ref": "mailed", "email": "m@m.example"},
        {"customer_ref": "prefers", "email": "p@p.example", "preferred_channel": "Email"},
        {"customer_ref": "silent", "email": "s@s.example", "phone": ""},
        {"customer_ref": "american", "email": "u@u.example", "phone": "", "country": "US"},
        {"customer_ref": "american_refused", "email": "v@v.example", "phone": "", "country": "US"},
        {"customer_ref": "unreachable", "phone": ""},
        {"customer_ref": "barred", "do_not_contact": "yes"},
        {"customer_ref": "by_contact", "phone": ""},
        {"customer_ref": "left_contact", "phone": ""},
        {"customer_ref": "person", "customer_kind": "person"},
        {"customer_ref": "person_granted", "customer_kind": "person"},
    ]
    consents = "customer_ref,channel,purpose,status,given_at\n" + "".join(
        f"{who},{channel},marketing,{status},2025-01-01\n"
        for who, channel, status in (
            ("refused", "phone", "denied"), ("mailed", "phone", "denied"), ("mailed", "email", "granted"), ("prefers", "email", "granted"),
            ("american_refused", "email", "denied"), ("person_granted", "phone", "granted")
        )
    )  # fmt: skip
    contacts = (
        f"contact_ref,customer_ref,phone,left_at\nk1,by_contact,+493055555,\nk2,left_contact,+493066666,{day(1)}\n"
    )
    built = pipeline.run(
        firms(tmp_path, rows, consents=consents, contacts=contacts, staff="staff_ref\nown\n"), AS_OF, numbers=OPEN
    )
    found = {ref: (status, channel) for ref, (_, status, channel) in listed(built).items()}
    assert found == {
        "called": ("planned", "phone"), "refused": ("no_channel", None), "mailed": ("planned", "email"), "prefers": ("planned", "email"),
        "silent": ("no_channel", None), "american": ("planned", "email"), "american_refused": ("no_channel", None),
        "unreachable": ("no_channel", None), "by_contact": ("planned", "phone"), "left_contact": ("no_channel", None),
        "person": ("no_channel", None), "person_granted": ("planned", "phone"),
    }  # fmt: skip
    assert built.value(
        "select outcome from marts.rule_funnel where rule_position = 27 and outcome = 'do_not_contact' and customer_count = 1"
    )


def test_hours_by_country_and_channel(pipeline: Pipeline, tmp_path: Path) -> None:
    rows = [
        {"customer_ref": "german"},
        {"customer_ref": "mailed", "phone": "", "email": "u@u.example", "country": "US"},
        {"customer_ref": "american", "customer_kind": "person", "country": "US"},
        {"customer_ref": "french", "customer_kind": "person", "country": "FR"},
    ]
    consents = "customer_ref,channel,purpose,status,given_at\nfrench,phone,marketing,granted,2025-01-01\n"
    built = pipeline.run(firms(tmp_path, rows, consents=consents, staff="staff_ref\nown\n"), AS_OF, numbers=OPEN)
    assert built.rows(
        "select customer_ref, channel, contact_from_hour, contact_until_hour from marts.customer_actions join restricted.customer_refs using (customer_id) order by 1"
    ) == [("american", "phone", 8, 21), ("french", "phone", 14, 20), ("german", "phone", 9, 18), ("mailed", "email", 0, 24)]  # fmt: skip


def test_lists_are_remembered(pipeline: Pipeline, tmp_path: Path) -> None:
    """What earlier publications planned: done, still open, or gone; who was merged keeps its list; a done action counts for the last list before it."""
    rows = [{"customer_ref": ref} for ref in ("done", "open", "bought", "twin")]
    query = ("select customer_ref, action_code, first_planned_date, last_planned_date, done_date, status from marts.action_log "
             "join restricted.customer_refs using (customer_id) where customer_ref <> 'again' order by 1, due_date")  # fmt: skip
    tables = {"staff": "staff_ref\nown\n"}
    first_day, second_day = date(2025, 6, 23), AS_OF
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    first = pipeline.run(firms(folders[0], rows, **tables), first_day, numbers=OPEN)
    assert {row[1:] for row in first.rows(query)} == {("qualify", first_day, first_day, None, "open")}
    tables |= {
        "actions_done": "customer_ref,action_code,done_at\ndone,qualify,2025-06-25\ndone,qualify,2025-06-20\n",
        "orders": "order_ref,customer_ref,ordered_at,amount\no1,bought,2025-06-29,10\n",
        "identifiers": "customer_ref,kind,value\ntwin,tax_id,DE136695976\nagain,tax_id,DE136695976\n",
    }
    rows.append({"customer_ref": "again"})
    second = pipeline.run(firms(folders[1], rows, **tables), second_day, numbers=OPEN, previous=first.keep())
    found = {(row[0], row[1]): row[2:] for row in second.rows(query)}
    assert found["done", "qualify"] == (first_day, first_day, date(2025, 6, 25), "done")
    assert found["open", "qualify"] == (first_day, second_day, None, "open")
    assert found["bought", "qualify"] == (first_day, first_day, None, "dropped")
    assert found["twin", "qualify"] == (first_day, second_day, None, "open")
    assert second.value("select count(*) from marts.action_log where action_code = 'qualify'") == 4


def test_gates_come_first(pipeline: Pipeline, tmp_path: Path) -> None:
    """An open case that is not the customer's own fault, of whatever tier; a finding of compliance, also for who is not to be contacted."""
    rows = [
        {"customer_ref": ref}
        for ref in ("hurt", "own_fault", "asks", "solved", "solved_today", "both", "old", "lapsed")
    ]
    rows.append({"customer_ref": "listed", "do_not_contact": "yes"})
    tickets = "ticket_ref,customer_ref,opened_at,category,responsibility,resolved_at\n" + "".join(
        f"{number},{who},{opened},{category},{whose},{resolved}\n"
        for number, (who, opened, category, whose, resolved) in enumerate([
            ("hurt", day(9), "complaint", "carrier", ""), ("own_fault", day(9), "complaint", "customer", ""),
            ("asks", day(9), "question", "ours", ""), ("solved", day(9), "claim", "ours", day(3)), ("solved_today", day(9), "claim", "ours", day(0)),
            ("both", day(9), "claim", "ours", ""), ("both", day(5), "dispute", "", ""), ("old", day(179), "claim", "ours", ""),
            ("lapsed", day(180), "claim", "ours", ""),
        ])
    )  # fmt: skip
    flags = "customer_ref,flag,from_date\nlisted,sanctions,2025-01-01\nboth,sanctions,2025-01-01\n"
    built = pipeline.run(
        firms(tmp_path, rows, tickets=tickets, customer_flags=flags, staff="staff_ref,weekly_capacity\nown,3\n"),
        AS_OF,
        numbers=OPEN,
    )
    found = {ref: action for ref, (action, *_) in listed(built).items()}
    assert found == {
        "hurt": "resolve_first", "own_fault": "qualify", "asks": "qualify", "solved": "qualify", "solved_today": "qualify",
        "both": "hold", "listed": "hold", "old": "resolve_first", "lapsed": "qualify"
    }  # fmt: skip
    assert listed(built)["listed"] == ("hold", "planned", "internal")
    # The two holds and the two cases take the three hours; then nothing fits any more.
    first, *rest = (
        set(built.rows(f"select action_code, status from marts.customer_actions where priority {which}"))
        for which in ("<= 4", "> 4")
    )
    assert first == {("hold", "planned"), ("resolve_first", "planned")} and rest == [{("qualify", "over_capacity")}]


def test_what_is_overdue_comes_before_selling(pipeline: Pipeline, tmp_path: Path) -> None:
    """From the thirty-first day on, and after an open case; never held out."""
    rows = [{"customer_ref": ref} for ref in ("owes", "not_yet", "complains")]
    receivables = "receivable_ref,customer_ref,due_at,amount,currency\n" + "".join(
        f"r{who},{who},{day(days)},2000,EUR\n" for who, days in (("owes", 31), ("not_yet", 30), ("complains", 90))
    )
    tickets = f"ticket_ref,customer_ref,opened_at,category,responsibility\nt,complains,{day(9)},claim,ours\n"
    order = f"order_ref,customer_ref,ordered_at,amount,currency\no,else,{day(300)},1,EUR\n"
    built = pipeline.run(
        firms(tmp_path, rows, receivables=receivables, tickets=tickets, staff="staff_ref\nown\n", orders=order),
        AS_OF,
        numbers={"action_holdout_share": 1},
        has_fallback_rates=True,
    )
    found = {ref: (action, status) for ref, (action, status, _) in listed(built).items() if ref != "else"}
    assert found == {
        "owes": ("collect", "planned"), "not_yet": ("qualify", "held_out"), "complains": ("resolve_first", "planned")
    }  # fmt: skip
    assert built.rows(
        "select reason_en, reason_zh, expected_value_amount from marts.customer_actions where action_code = 'collect'"
    ) == [
        (
            "Overdue for 31 days; no contact on record; 2,000 EUR overdue",
            "逾期31天；无联系记录；逾期金额2,000 EUR",
            1000,
        )
    ]


def test_who_is_left_alone(pipeline: Pipeline, tmp_path: Path) -> None:
    """Caps at their bounds; owners who left, are unknown or nobody; an hour is two calls of half an hour."""
    rows = [
        {"customer_ref": "two", "account_owner": "free"}, {"customer_ref": "one", "account_owner": "free"},
        {"customer_ref": "before", "account_owner": "free"}, {"customer_ref": "six", "account_owner": "free"},
        {"customer_ref": "five", "account_owner": "free"}, {"customer_ref": "nobody", "account_owner": ""},
        {"customer_ref": "left", "account_owner": "gone"}, {"customer_ref": "unlisted", "account_owner": "who"},
        *({"customer_ref": f"own{number}"} for number in range(3)),
    ]  # fmt: skip
    sent = [("two", 0), ("two", 6), ("one", 6), ("before", 7), ("before", 7), *(("six", 8 + number) for number in range(6)),
            *(("five", 8 + number) for number in range(5)), ("five", 30)]  # fmt: skip
    touches = "touch_ref,sent_at,customer_ref\n" + "".join(
        f"{n},{day(before)},{who}\n" for n, (who, before) in enumerate(sent)
    )
    staff = "staff_ref,weekly_capacity,is_active\nown,1,true\ngone,40,false\nfree,40,\n"
    built = pipeline.run(firms(tmp_path, rows, campaign_touches=touches, staff=staff), AS_OF, numbers=OPEN)
    found = {ref: status for ref, (_, status, _) in listed(built).items()}
    assert {ref: found[ref] for ref in ("two", "one", "before", "six", "five")} == {
        "two": "capped", "one": "planned", "before": "planned", "six": "capped", "five": "planned"
    }  # fmt: skip
    assert (found["nobody"], found["left"], found["unlisted"]) == ("unassigned", "unassigned", "planned")
    assert sorted(found[f"own{number}"] for number in range(3)) == ["over_capacity", "planned", "planned"]


def test_a_holdout_is_a_stable_share_of_marketing(pipeline: Pipeline, tmp_path: Path) -> None:
    """Who is held out at a tenth is held out at three tenths, too; service is never held out."""
    rows = [{"customer_ref": f"c{number}", "account_owner": f"o{number % 40}"} for number in range(300)]
    tickets = f"ticket_ref,customer_ref,opened_at,category,responsibility\nt,c0,{day(9)},complaint,ours\n"
    held = []
    for share in (0.1, 0.3, 1):
        built = pipeline.run(firms(tmp_path, rows, tickets=tickets), AS_OF, numbers={"action_holdout_share": share})
        held.append({ref for ref, (_, status, _) in listed(built).items() if status == "held_out"})
    assert held[0] < held[1] and len(held[2]) == 299 and "c0" not in held[2]
    assert 15 <= len(held[0]) <= 45 and 65 <= len(held[1]) <= 115


@pytest.mark.parametrize("week", [1, 3, 8])
def test_a_week_is_filled_nearly_as_well_as_it_can_be(
    pipeline: Pipeline, sample: Path, tmp_path: Path, week: int
) -> None:
    """Per owner the value of what is planned, against the best choice that integer programming finds with the same urgent actions in it."""
    import shutil

    folder = tmp_path / "in"
    shutil.copytree(sample, folder)
    with (folder / "staff.csv").open(newline="", encoding="utf-8") as file:
        staff = list(csv.DictReader(file))
    with (folder / "staff.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(staff[0]))
        writer.writeheader()
        writer.writerows(row | {"weekly_capacity": str(week)} for row in staff)
    built = pipeline.run(folder, numbers=OPEN | {"action_horizon_days": 90})
    planned = best = 0.0
    for (owner,) in built.rows(
        "select distinct account_owner from marts.customer_actions where account_owner is not null"
    ):
        rows = built.rows(
            "select expected_hours, expected_value_amount, urgency, action_status = 'planned' from intermediate.int_actions_placed "
            "where owner_ref = ? and action_status in ('planned', 'over_capacity') and expected_hours > 0", owner
        )  # fmt: skip
        if not rows:
            continue
        hours, values, urgency, is_planned = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
        room = max(week, 0)
        assert (hours * is_planned).sum() <= room
        must = (urgency < 3) * is_planned
        found = milp(
            -values, constraints=LinearConstraint(hours[None, :], 0, room), integrality=np.ones(len(rows)), bounds=Bounds(must, 1 - (urgency < 3) * (1 - is_planned))
        )  # fmt: skip
        planned, best = planned + (values * is_planned).sum(), best - found.fun
    print(f"{week} hours: planned {planned:,.0f} of {best:,.0f}, {100 * (1 - planned / best):.1f} % less")
    assert best > 0 and planned >= 0.9 * best
