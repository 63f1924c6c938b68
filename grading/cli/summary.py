"""What a refresh says when it has published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from grading.contract import Project, normalised_header
from grading.database import BUILD, PUBLISHED, connect_published
from grading.errors import plain
from grading.gates.gate import Gates
from grading.landing.store import Landed
from grading.refresh import Outcome
from grading.releases.report import REPORT

WIDE = 110
METHODS = {
    "nbd": "by the model without dropout, since the fit sees nobody leave",
    "own_rate": "by each customer's own rate, drawn towards the kind's: too few customers or too short a history for a model",
    "cohort_mean": "the mean of all buyers: too few of the kind",
}


def unused_columns(landed: Iterable[Landed]) -> list[str]:
    """Headers that mean nothing to us, each with the known name it is close to: those first."""
    project = Project()
    near, far = set(), set()
    for entry in landed:
        known = project.aliases[entry.source, entry.table]
        for header in entry.ignored_columns:
            close = get_close_matches(normalised_header(header), list(known), n=1, cutoff=0.8)
            if close:
                near.add(f"{header} in {entry.file} (meant to be {known[close[0]][0]}?)")
            else:
                far.add(header)
    return [plain(name) for name in (*sorted(near), *sorted(far))]


def _nobodys(rows: Callable[[str], list[tuple[Any, ...]]], currency: str) -> list[str]:
    """What of the net sales is in no graded customer's figures, and why."""
    total, unattributed, ungraded = rows(
        "with movements as ("
        "select customer_id, gross_amount as amount from marts.orders "
        "union all select customer_id, -refunded_amount from marts.refunds) "
        "select coalesce(sum(amount), 0), coalesce(sum(case when movements.customer_id is null then amount end), 0), "
        "coalesce(sum(case when not customers.is_graded then amount end), 0) "
        "from movements left join marts.customers using (customer_id)"
    )[0]
    return [
        f"{amount:,.2f} {currency} of net sales ({amount / total:.1%}) {whose}."
        for amount, whose in (
            (unattributed, "belong to no customer: their orders name none"),
            (
                ungraded,
                "belong to customers that are not graded: channel partners, test records, who refuses profiling",
            ),
        )
        if amount and total
    ]


def show_summary(console: Console, warehouse: Path, outcome: Outcome, seconds: float) -> None:
    """Print the top of the ranking, the tiers, the data-quality line and where things are."""
    with connect_published(warehouse) as database:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return database.execute(query).fetchall()

        as_of, currency, version, run_id = rows(
            "select as_of_date, reporting_currency, criteria_version, run_id from marts.publication"
        )[0]
        kinds = {"organisation": "organisations", "person": "persons"}
        for kind, many in kinds.items():
            top = rows(
                "select rankings.kind_rank, rankings.customer_id, coalesce(customers.display_name, ''), rankings.grade, "
                "rankings.overall_score, stages.label_en, grades.net_amount_365d, coalesce((select string_agg(reasons.reason_en, '; ' "
                "order by reasons.position) from marts.customer_grade_reasons as reasons where reasons.customer_id = rankings.customer_id "
                "and reasons.direction = 'for' and reasons.reason_code <> 'valuable'), '') "
                "from marts.customer_rankings as rankings join marts.customer_grades as grades using (customer_id) "
                "join marts.customers as customers using (customer_id) join marts.class_labels as stages "
                "on stages.class_family = 'lifecycle_stage' and stages.code = grades.lifecycle_stage "
                f"where rankings.customer_kind = '{kind}' and rankings.kind_rank <= 5 order by 1"
            )
            if not top:
                continue
            ranking = Table(title=f"First of the {many} as of {as_of}", title_justify="left")
            heads = (
                "rank",
                "customer",
                "name",
                "grade",
                "score",
                "stage",
                f"net {currency}, 365 days",
                "in favour",
            )
            # A narrow terminal has no place for what the customer's page says, too.
            shown = [
                place for place, name in enumerate(heads) if console.width >= WIDE or name not in ("name", "stage")
            ]
            for place in shown:
                is_number = place in (0, 4, 6)
                ranking.add_column(
                    heads[place], justify="right" if is_number else "left", no_wrap=place in (0, 1, 3, 4)
                )
            for row in top:
                texts = [f"{value:,.2f}" if place in (4, 6) else plain(value) for place, value in enumerate(row)]
                ranking.add_row(*(texts[place] for place in shown))
            console.print(ranking)
        tiers = Table(title="Tiers", title_justify="left")
        for name in ("kind", "tier", "customers", f"net {currency}"):
            tiers.add_column(name, justify="right" if name not in ("kind", "tier") else "left")
        for row in rows(
            "select grades.customer_kind, labels.label_en, count(*), sum(grades.net_amount) "
            "from marts.customer_grades as grades join marts.class_labels as labels "
            "on labels.class_family = 'value_tier' and labels.code = grades.value_tier "
            "group by grades.customer_kind, labels.label_en, labels.sort_order order by grades.customer_kind desc, labels.sort_order"
        ):
            tiers.add_row(row[0], row[1], f"{row[2]:,}", f"{row[3]:,.2f}")
        console.print(tiers)
        console.print(f"Net: sales less refunds of the whole history, in {currency}.")
        risky, exposure = rows(
            "select count(*), coalesce(sum(exposure_amount), 0) from marts.high_risk_customers where risk_grade in ('high', 'critical')"
        )[0]
        if risky:
            console.print(
                f"At high or critical risk: {risky:,} customers, exposure {exposure:,.2f} {currency}; marts.high_risk_customers lists them."
            )
        for kind, method in rows(
            "select customer_kind, clv_method from marts.customer_grades where clv_method <> 'mbg_nbd' group by 1, 2 order by 1, 2"
        ):
            console.print(
                f"CLV of {kinds[kind]}: {METHODS[method]} (clv_method {method}; marts.clv_parameters shows the fits)."
            )
        for line in _nobodys(rows, currency):
            console.print(line)
        raw, accepted, rejected, merged, pending, unreadable = rows(
            "select sum(raw_rows), sum(accepted_rows), sum(rejected_rows), sum(merged_rows), sum(pending_rows), "
            "sum(unreadable_lines) from marts.record_reconciliation"
        )[0]
        console.print(
            f"Data quality: {raw:,} rows = {accepted:,} accepted + {rejected:,} rejected + {merged:,} merged + "
            f"{pending:,} pending; {unreadable:,} unreadable lines.",
        )
        if rejected:
            reasons = rows(
                "select source_table || ': ' || rule_code || ' ' || count(distinct (source_file, source_line)) "
                "from (select *, unnest(string_split(rule_codes, ';')) as rule_code from marts.rejected_records) "
                "group by source_table, rule_code order by count(*) desc, source_table, rule_code limit 4"
            )
            console.print("  most often " + ", ".join(row[0] for row in reasons))
        for row in rows(
            "select ledger.source_name || '.' || ledger.source_table, ledger.raw_rows, records.rule_codes, records.source_file, "
            "records.source_line from marts.record_reconciliation as ledger "
            "join (select source_name, source_table, landing_table, rule_codes, source_file, source_line, row_number() over "
            "(partition by source_name, source_table, landing_table order by source_file, source_line) as position "
            "from marts.rejected_records) as records "
            "on ledger.source_name = records.source_name and ledger.source_table = records.source_table "
            "and ledger.landing_table = records.landing_table "
            "and records.position = 1 where ledger.rejected_rows = ledger.raw_rows order by 1"
        ):
            console.print(
                f"Warning: all {row[1]:,} rows of {row[0]} were rejected, for example {plain(row[3])} line {row[4]}: {row[2]}."
            )
    if outcome.gates:
        for line in _of_gates(outcome.gates):
            console.print(line)
    if outcome.is_as_of_today:
        console.print(f"No table with dated rows was landed: customers are graded as of today, {as_of}.")
    for currency_code in outcome.floors_not_applied:
        console.print(
            f"Not applied: the floor of the high tier in {currency_code}, for want of an exchange rate.",
        )
    if outcome.orders_off_their_lines:
        console.print(
            f"Warning: {outcome.orders_off_their_lines:,} orders differ from the sum of their lines by more than 0.01; "
            "their own amount counts.",
        )
    if outcome.unmapped_values:
        console.print(
            f"{outcome.unmapped_values:,} words that no map knows count as unknown: restricted.unmapped_values in "
            f"{warehouse / 'current' / BUILD} lists them, ready for seeds/mappings/category_values.csv."
        )
    if ignored := unused_columns(outcome.landed):
        names = ", ".join(ignored[:6])
        console.print(f"Columns kept in raw but not used: {names}{' ...' if len(ignored) > 6 else ''}")
    fresh = sum(entry.is_new for entry in outcome.landed)
    steps = ", ".join(f"{name} {value:.1f} s" for name, value in outcome.seconds.items())
    console.print(
        f"Run {run_id}, criteria {version}: {fresh} of {len(outcome.landed)} files landed anew, {outcome.dates_computed} of 13 dates "
        f"computed; {steps}; "
        f"{seconds:.1f} s in all.",
    )
    console.print(f"The page of this run: {warehouse / 'current' / REPORT}")
    console.print(f"Published: {warehouse / 'current' / PUBLISHED}, schema marts.")


def _of_gates(gates: Gates) -> Iterator[str]:
    """How many expectations there were, and those that were not met but let the refresh pass."""
    count = sum(gates.expected.values())
    found = f"{len(gates.warnings)} findings that do not block" if gates.warnings else "none of them broken"
    yield f"Gates: {count} expectations, {found}."
    for one in gates.warnings[:6]:
        because = f" (let through: {plain(one.let_through_because)})" if one.let_through_because else ""
        yield f"  {plain(one)}{because}"
