"""Points, first in first out, against a ledger kept lot by lot; levels at their bounds; a programme that is simulated; days to think of a customer."""

from __future__ import annotations

import random
from collections import deque
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import cnlunar
import holidays
import pytest

from .conftest import HOME, Pipeline, write

AS_OF = date(2025, 6, 30)
HEADER = "entry_ref,customer_ref,entry_at,ledger,kind,points,expires_at\n"


def lot_by_lot(movements: list[tuple[date, int, date | None]], until: date) -> tuple[int, int]:
    """Balance on a day and what expires in the 30 days after it if nothing moves: each lot is used up before the next one is touched."""
    moments = sorted(
        [(day, 0, points, expires) for day, points, expires in movements if day <= until]
        + [(expires, 1, 0, expires) for _, points, expires in movements if points > 0 and expires is not None],
        key=lambda moment: moment[:2],
    )
    lots: deque[list[int | date]] = deque()
    debt = balance = 0
    for day, step, points, expires in moments:
        if day > until + timedelta(30):
            break
        if day > until and step == 0:
            continue
        if day > until and balance == 0:
            balance = 1 + sum(int(lot[0]) for lot in lots) - debt
        if step == 1:
            while lots and lots[0][1] <= day:  # type: ignore[operator]
                lots.popleft()
        elif points > 0:
            paid = min(points, debt)
            debt -= paid
            assert expires is not None
            lots.append([points - paid, expires])
        else:
            left = -points
            while left and lots:
                taken = min(left, int(lots[0][0]))
                lots[0][0] = int(lots[0][0]) - taken
                left -= taken
                if lots[0][0] == 0:
                    lots.popleft()
            debt += left
    end = sum(int(lot[0]) for lot in lots) - debt
    at_once = balance - 1 if balance else end
    return at_once, at_once - end


def test_first_in_first_out(pipeline: Pipeline, tmp_path: Path) -> None:
    """Three hundred random ledgers: what is left on the day and at a month end, and what expires next."""
    dice, rows, ledgers = random.Random(5), [], {}
    for number in range(300):
        movements: list[tuple[date, int, date | None]] = []
        for day in sorted(dice.sample(range(1, 800), dice.randrange(1, 12))):
            moved = AS_OF - timedelta(800 - day)
            points = dice.choice([10, 30, 50, 100, -20, -60, -150]) if movements else 50
            movements.append((moved, points, moved + timedelta(365) if points > 0 else None))
        ledgers[f"m{number}"] = movements
        rows += [
            f"{number}-{place},m{number},{day},points,{'earn' if points > 0 else 'redeem'},{points},{expires or ''}\n"
            for place, (day, points, expires) in enumerate(movements)
        ]
    write(tmp_path, "loyalty_entries.csv", HEADER + "".join(rows))
    write(tmp_path, "customers.csv", "customer_ref\n" + "".join(f"{ref}\n" for ref in ledgers))
    built = pipeline.run(tmp_path, AS_OF, has_fallback_rates=True)
    found = {
        ref: (int(balance), int(expiring))
        for ref, balance, expiring in built.rows(
            "select customer_ref, points_balance, points_expiring_30d from marts.loyalty_members join restricted.customer_refs using (customer_id)"
        )
    }
    assert found == {ref: lot_by_lot(movements, AS_OF) for ref, movements in ledgers.items()}
    assert any(balance < 0 for balance, _ in found.values()) and any(expiring for _, expiring in found.values())
    month = date(2025, 3, 31)
    assert built.value(
        f"select points_balance from marts.loyalty_performance where period_end = date '{month}'"
    ) == sum(max(0, lot_by_lot(movements, month)[0]) for movements in ledgers.values())
    assert not built.value("select bool_or(is_simulated) from marts.loyalty_members") and built.failed_tests() == {}


def test_levels_at_their_bounds(pipeline: Pipeline, tmp_path: Path) -> None:
    """Up at once, down after thirty days of grace, and by one level a year."""
    growth = {
        "below": [(10, 1999)], "at": [(10, 2000)], "gold": [(10, 8000)], "graced": [(394, 8000)], "fallen": [(395, 8000)],
        "one_down": [(500, 50000)], "last_day": [(364, 2000)], "day_after": [(365, 2000)], "none": [],
    }  # fmt: skip
    rows = [
        f"{ref}-{before},{ref},{AS_OF - timedelta(before)},growth,earn,{points},\n"
        for ref, of in growth.items()
        for before, points in of
    ]
    rows += [f"{ref}-p,{ref},2025-01-01,points,earn,5,\n" for ref in growth]
    write(tmp_path, "loyalty_entries.csv", HEADER + "".join(rows))
    write(tmp_path, "customers.csv", "customer_ref\n" + "".join(f"{ref}\n" for ref in growth))
    built = pipeline.run(tmp_path, AS_OF, has_fallback_rates=True)
    found = dict(
        built.rows(
            "select customer_ref, loyalty_level from marts.loyalty_members join restricted.customer_refs using (customer_id)"
        )
    )
    assert found == {
        "below": "member", "at": "silver", "gold": "gold", "graced": "gold", "fallen": "silver", "one_down": "platinum",
        "last_day": "silver", "day_after": "silver", "none": "member",
    }  # fmt: skip
    assert built.rows(
        "select next_level, points_to_next_level from marts.loyalty_members join restricted.customer_refs using (customer_id) "
        "where customer_ref = 'below'"
    ) == [("silver", 1)]


def test_a_programme_is_simulated_and_says_so(pipeline: Pipeline, tmp_path: Path) -> None:
    """A point for each CNY once fifteen days have passed, twice in the month of the birthday; a refund takes back its share; 29 February."""
    write(tmp_path, "customers.csv", "customer_ref,customer_kind,birth_date,currency,country\np,person,1990-05-09,CNY,CN\nq,person,1992-02-29,CNY,CN\n"
          "o,organisation,,CNY,CN\n")  # fmt: skip
    write(tmp_path, "orders.csv", "order_ref,customer_ref,ordered_at,amount,currency\n1,p,2025-03-01,100.90,CNY\n2,p,2025-05-02,50,CNY\n"
          "3,p,2025-06-15,70,CNY\n4,p,2025-06-16,70,CNY\n5,q,2025-03-01,10,CNY\n6,o,2025-03-01,10,CNY\n")  # fmt: skip
    write(tmp_path, "refunds.csv", "refund_ref,refunded_at,order_ref,amount,currency\nr,2025-04-01,1,50.45,CNY\n")
    built = pipeline.run(tmp_path, AS_OF)
    rows = built.rows(
        "select customer_ref, is_simulated, points_balance, growth, next_care_date, care_occasion "
        "from marts.loyalty_members join restricted.customer_refs using (customer_id) order by 1"
    )
    # 100 less half of it, twice 50, and 70 of the order whose fifteen days are over on the as-of date.
    assert rows == [
        ("p", True, 220, 170, date(2025, 8, 29), "qixi"), ("q", True, 10, 10, date(2025, 8, 29), "qixi")
    ]  # fmt: skip
    later = pipeline.run(tmp_path, date(2026, 2, 20))
    assert later.rows(
        "select next_care_date, care_occasion from marts.loyalty_members join restricted.customer_refs using (customer_id) where customer_ref = 'q'"
    ) == [(date(2026, 2, 28), "birthday")]
    assert built.value(
        "select liability_amount from marts.loyalty_performance where period_end = date '2025-06-30'"
    ) == Decimal("2.3")
    off = pipeline.run(tmp_path, AS_OF, numbers={"loyalty_simulation_counts": 0})
    assert off.rows("from marts.loyalty_members") == [] and off.rows("from marts.loyalty_performance") == []


def test_points_count_by_the_level_of_the_day(pipeline: Pipeline, tmp_path: Path) -> None:
    """Gold counts 1.2 for each while the growth of 365 days is there, on the last of them, and no longer the day after."""
    days = {"within": "2024-01-01", "after": "2024-01-02"}
    rows = [f"{ref}0,{ref},2023-01-01,9000,CNY\n{ref}1,{ref},{day},100,CNY\n" for ref, day in days.items()]
    write(
        tmp_path,
        "customers.csv",
        "customer_ref,customer_kind,currency\n" + "".join(f"{ref},person,CNY\n" for ref in days),
    )
    write(tmp_path, "orders.csv", "order_ref,customer_ref,ordered_at,amount,currency\n" + "".join(rows))
    built = pipeline.run(tmp_path, date(2024, 6, 30))
    assert built.rows(
        "select customer_ref, points_balance from marts.loyalty_members join restricted.customer_refs using (customer_id) order by 1"
    ) == [("after", 9100), ("within", 9120)]


@pytest.mark.parametrize(
    ("occasion", "country", "days"),
    [
        ("spring_festival", "CN", ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]),
        ("mid_autumn", "CN", ["2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"]),
        ("laba", "CN", ["2024-01-18", "2025-01-07", "2026-01-26", "2027-01-15"]),
        ("easter", "DE", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]),
        ("thanksgiving", "US", ["2024-11-28", "2025-11-27", "2026-11-26", "2027-11-25"]),
        ("factory_shutdown", "*", ["2023-12-27", "2024-12-15", "2026-01-03", "2026-12-23"]),
        ("eid_al_fitr", "AE", ["2024-04-10", "2025-03-30", "2026-03-20", "2027-03-09"]),
    ],
)
def test_festivals_fall_on_their_days(occasion: str, country: str, days: list[str]) -> None:
    lines = (HOME / "seeds/reference/care_occasions.csv").read_text().splitlines()[1:]
    found = [day for name, where, day in (line.split(",") for line in lines) if (name, where) == (occasion, country)]
    assert found[:4] == days


def test_the_calendar_is_that_of_two_libraries() -> None:
    """Lunar days from 2024 to 2030 by cnlunar, the others by holidays: none is missing, none is another day."""
    found: dict[tuple[str, str], set[date]] = {}
    for line in (HOME / "seeds/reference/care_occasions.csv").read_text().splitlines()[1:]:
        name, country, day = line.split(",")
        found.setdefault((name, country), set()).add(date.fromisoformat(day))
    lunar = {
        "laba": (12, 8), "spring_festival": (1, 1), "lantern": (1, 15), "dragon_boat": (5, 5), "qixi": (7, 7), "mid_autumn": (8, 15), "chongyang": (9, 9)
    }  # fmt: skip
    expected: dict[str, set[date]] = {name: set() for name in lunar}
    for number in range((date(2031, 1, 1) - date(2024, 1, 1)).days):
        day = datetime(2024, 1, 1, 12) + timedelta(number)
        moon = cnlunar.Lunar(day)
        for name, month_and_day in lunar.items():
            if (moon.lunarMonth, moon.lunarDay) == month_and_day and not moon.isLunarLeapMonth:
                expected[name].add(day.date())
    assert {name: found[name, "CN"] for name in lunar} == expected
    for name, country, title, shift in [
        ("thanksgiving", "US", "Thanksgiving", 0), ("black_friday", "US", "Thanksgiving", 1), ("diwali", "IN", "Diwali", 0),
        ("easter", "DE", "Easter Monday", -1), ("eid_al_fitr", "AE", "Eid al-Fitr", 0), ("eid_al_adha", "AE", "Eid al-Adha", 0),
        ("christmas", "GB", "Christmas Day", 0), ("spring_festival", "SG", "Chinese New Year", 0),
    ]:  # fmt: skip
        calendar = holidays.country_holidays(country, years=range(2024, 2031), language="en_US")
        days = {
            day for day, text in calendar.items() if title in text and "Holiday" not in text and "observed" not in text
        }
        assert found[name, country] <= {day + timedelta(shift) for day in days}, name
