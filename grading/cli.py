"""The command `grading`."""

from __future__ import annotations

import sys
import time
import traceback
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from grading import __version__
from grading.errors import Defect, GradingError
from grading.project import Project, normalised_header
from grading.refresh import Outcome, Reporter, Request, connect_published
from grading.refresh import refresh as run_refresh
from grading.warehouse import PUBLISHED, Warehouse

WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    default=Path("warehouse"),
    show_default=True,
    help="The warehouse folder.",
)
SECONDS_BETWEEN_LINES = 2.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Classify, grade and rank every customer, from raw files to published tables.

    \b
    grading generate     write a sample landing folder
    grading refresh      land, build, check and publish it
    grading status       what is published, and how old it is

    Exit codes: 0 published; 1 a gate refused; 2 bad input or usage; 3 a defect; 4 locked; 5 no disk space;
    130 and 143 stopped. Whenever it is not 0, the publication is as it was.
    """


class Screen(Reporter):
    """Shows progress on standard error: a changing line on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self.console = console
        self.quiet = quiet
        self.shown_at = time.monotonic()
        self.width = 0

    def step(self, name: str) -> None:
        """Show the step's name."""
        self.clear()
        if not self.quiet:
            self.console.print(f"[bold]{name}[/bold]", highlight=False)

    def landing(self, file: str, lines: int) -> None:
        """Show how far a file is read."""
        self._show(f"  {file}: {lines:,} lines")

    def node(self, name: str, done: int, total: int) -> None:
        """Show how many nodes are built."""
        self._show(f"  {done}/{total} {name}")

    def _show(self, text: str) -> None:
        if self.quiet:
            return
        if self.console.is_terminal:
            text = text[: self.console.width - 1]
            sys.stderr.write("\r" + text.ljust(self.width))
            sys.stderr.flush()
            self.width = len(text)
        elif time.monotonic() - self.shown_at > SECONDS_BETWEEN_LINES:
            self.shown_at = time.monotonic()
            sys.stderr.write(text + "\n")

    def clear(self) -> None:
        """Remove the changing line."""
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            self.width = 0


@main.command()
@click.option(
    "--landing", type=click.Path(path_type=Path), default=Path("landing"), show_default=True,
    help="The folder that is the complete current input: <table>.csv, .parquet, .jsonl, .xlsx, or folders of them.",
)  # fmt: skip
@WAREHOUSE
@click.option(
    "--as-of", metavar="DATE|yesterday", help="Grade as of this date; default: the latest dated row, not after today."
)
@click.option(
    "--criteria",
    type=click.Path(path_type=Path),
    help="A folder with seed files that replace those in seeds/ for this run.",
)
@click.option("--encoding", help="Encoding of the text files that are not UTF-8, for example cp1252 or big5.")
@click.option(
    "--full-refresh", is_flag=True, help="Compute every date again, also those whose inputs and code are unchanged."
)
@click.option("--quiet", is_flag=True, help="Only say what went wrong.")
def refresh(
    landing: Path,
    warehouse: Path,
    as_of: str | None,
    criteria: Path | None,
    encoding: str | None,
    full_refresh: bool,
    quiet: bool,
) -> None:
    """Land, build, check and publish.

    Safe to kill and to repeat: a release is written beside the publication and replaces it in one step, or not at all.
    """
    console = Console(stderr=True)
    begun = time.perf_counter()
    request = Request(
        landing=landing,
        warehouse=warehouse,
        as_of=as_of,
        criteria=criteria,
        encoding=encoding,
        full_refresh=full_refresh,
    )
    screen = Screen(console, quiet)
    try:
        outcome = run_refresh(request, screen)
    except GradingError as error:
        screen.clear()
        _fail(error)
    except Exception as error:
        screen.clear()
        traceback.print_exc()
        _fail(Defect(f"{type(error).__name__}: {error}; this is a bug, please report it with the lines above."))
    screen.clear()
    if not quiet:
        show_summary(
            Console(width=None if sys.stdout.isatty() else 120), warehouse, outcome, time.perf_counter() - begun
        )


@main.command()
@WAREHOUSE
@click.option("--max-age", type=float, metavar="HOURS", help="Exit with 1 if the publication is older than this.")
def status(warehouse: Path, max_age: float | None) -> None:
    """Say what is published, how old it is and how the last runs ended."""
    console = Console()
    place = Warehouse(warehouse)
    for entry in _last_runs(place.log_entries()):
        console.print(entry, highlight=False)
    try:
        with connect_published(warehouse) as database:
            run_id, published_at, as_of = database.execute(
                "select run_id, published_at, as_of_date from marts.publication"
            ).fetchall()[0]
    except GradingError as error:
        _fail(error)
    age = (datetime.now(UTC) - published_at.replace(tzinfo=UTC)).total_seconds() / 3600
    console.print(f"Published: run {run_id}, as of {as_of}, {age:.1f} hours old.", highlight=False)
    if max_age is not None and age > max_age:
        console.print(f"It is older than {max_age:g} hours.", highlight=False)
        raise SystemExit(1)


@main.command()
@WAREHOUSE
@click.argument("run_id", required=False)
def rollback(warehouse: Path, run_id: str | None) -> None:
    """Publish the release before the current one again, or the one named RUN_ID."""
    try:
        place = Warehouse(warehouse)
        place.prepare()
        with place.lock():
            target = place.rollback(run_id)
    except GradingError as error:
        _fail(error)
    Console().print(f"Published again: {target.name}.", highlight=False)


@main.command()
@click.option(
    "--customers", type=click.IntRange(1, 50_000_000), default=2000, show_default=True, help="Number of customers."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("landing"), show_default=True, help="The folder to write."
)
def generate(customers: int, seed: int, out: Path) -> None:
    """Write a synthetic landing folder, dirt included, to try the product on."""
    from grading.generating import generate as write

    try:
        for name, rows in write(customers, seed, out).items():
            Console(stderr=True).print(f"  {name}: {rows:,} rows", highlight=False)
    except GradingError as error:
        _fail(error)


@main.command()
@WAREHOUSE
@click.option(
    "--threshold",
    type=click.FloatRange(0.5, 1),
    default=0.95,
    show_default=True,
    help="Match probability from which a pair is proposed.",
)
@click.option("--show", type=int, default=10, show_default=True, help="Pairs to print.")
def link(warehouse: Path, threshold: float, show: int) -> None:
    """Propose records that may be one customer, by fuzzy comparison (needs splink).

    Nothing is merged: the next refresh publishes the proposals as marts.link_proposals, and a row in
    seeds/mappings/identity_overrides.csv (merge or never) decides one.
    """
    from grading.linking import link as propose

    try:
        proposals = propose(warehouse, threshold)
    except GradingError as error:
        _fail(error)
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title=f"{len(proposals)} pairs from {threshold:g} on", title_justify="left")
    for name in ("record", "other record", "probability", "agree"):
        table.add_column(name)
    for one in proposals[:show]:
        table.add_row(
            f"{one.source_system} {one.customer_ref}", f"{one.other_source_system} {one.other_customer_ref}",
            f"{one.match_probability:.4f}", one.agreeing_fields,
        )  # fmt: skip
    console.print(table)


@main.command()
@click.option(
    "--landing", type=click.Path(path_type=Path), default=Path("landing"), show_default=True, help="A generated folder."
)
@WAREHOUSE
def scorecard(landing: Path, warehouse: Path) -> None:
    """Compare what the warehouse recovered with what `grading generate` planted."""
    from grading.scorecard import measure

    try:
        lines = measure(landing, warehouse)
    except GradingError as error:
        _fail(error)
    table = Table(title="Recovered of the synthetic world", title_justify="left")
    for name in ("what", "measure"):
        table.add_column(name)
    for name in ("planted", "found", "precision or error", "recall"):
        table.add_column(name, justify="right")
    for line in lines:
        shares = ["" if share is None else f"{share:.4f}" for share in (line.precision, line.recall)]
        table.add_row(line.family, line.measure, f"{line.planted:,}", f"{line.found:,}", *shares)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


@main.command()
@WAREHOUSE
def dirt(warehouse: Path) -> None:
    """Say what dirt would cost: switch one cleaning rule off at a time and grade again.

    Takes about as long as a refresh for each rule. Nothing that is published changes.
    """
    from grading.dirt import costs

    table = Table(title="What each cleaning rule is worth", title_justify="left")
    for name in ("rule", "without it"):
        table.add_column(name)
    for name in ("change tier", "share", "money moved, 365 days", "share of net"):
        table.add_column(name, justify="right")
    try:
        for cost in costs(warehouse):
            table.add_row(
                cost.rule.code, f"not: {cost.rule.label_en} / {cost.rule.label_zh}", f"{cost.tier_changes:,}",
                f"{cost.tier_changes / max(cost.customers, 1):.2%}", f"{cost.money_moved:,.2f}",
                f"{cost.money_moved / cost.net_amount:.2%}" if cost.net_amount else "",
            )  # fmt: skip
    except GradingError as error:
        _fail(error)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _fail(error: GradingError) -> Any:
    click.echo(f"grading: {error}", err=True)
    raise SystemExit(error.exit_code)


def _unused_columns(outcome: Outcome) -> list[str]:
    """Headers that mean nothing to us, each with the known name it is close to: those first."""
    project = Project()
    near, far = set(), set()
    for entry in outcome.landed:
        known = project.aliases[entry.source, entry.table]
        for header in entry.ignored_columns:
            close = get_close_matches(normalised_header(header), list(known), n=1, cutoff=0.8)
            if close:
                near.add(f"{header} in {entry.file} (meant to be {known[close[0]][0]}?)")
            else:
                far.add(header)
    return [*sorted(near), *sorted(far)]


def _last_runs(entries: list[dict[str, Any]]) -> list[str]:
    """The last five runs as lines; a start without an end was killed or is running."""
    ends = {entry["run_id"]: entry for entry in entries if entry["event"] == "end"}
    lines = []
    for entry in [entry for entry in entries if entry["event"] in ("start", "rollback")][-5:]:
        if entry["event"] == "rollback":
            lines.append(f"{entry['at']}  rolled back to {entry['run_id']}")
            continue
        end = ends.get(entry["run_id"])
        if end is None:
            lines.append(f"{entry['run_id']}  killed or still running")
        elif end["exit_code"] == 0:
            lines.append(f"{entry['run_id']}  published in {sum(end['seconds'].values()):.1f} s")
        else:
            lines.append(f"{entry['run_id']}  exit code {end['exit_code']}: {end['error']}")
    return lines


def show_summary(console: Console, warehouse: Path, outcome: Outcome, seconds: float) -> None:
    """Print the top of the ranking, the tiers, the data-quality line and where things are."""
    with connect_published(warehouse) as database:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return database.execute(query).fetchall()

        as_of, currency, version, run_id = rows(
            "select as_of_date, reporting_currency, criteria_version, run_id from marts.publication"
        )[0]
        ranking = Table(title=f"Top of the ranking as of {as_of}", title_justify="left")
        for name in ("rank", "customer", "name", "kind", "grade", "score", "tier", "stage", f"net {currency}"):
            is_number = name in ("rank", "score") or name.startswith("net")
            ranking.add_column(name, justify="right" if is_number else "left", no_wrap=True)
        for row in rows(
            "select rankings.overall_rank, rankings.customer_id, coalesce(customers.display_name, ''), "
            "rankings.customer_kind, rankings.grade, rankings.overall_score, rankings.value_tier, grades.lifecycle_stage, "
            "grades.net_amount from marts.customer_rankings as rankings "
            "join marts.customer_grades as grades using (customer_id) "
            "join marts.customers as customers using (customer_id) where rankings.overall_rank <= 8 order by 1"
        ):
            ranking.add_row(*[f"{value:,.2f}" if index in (5, 8) else str(value) for index, value in enumerate(row)])
        console.print(ranking)
        tiers = Table(title="Tiers", title_justify="left")
        for name in ("kind", "tier", "customers", f"net {currency}, 365 days"):
            tiers.add_column(name, justify="right" if name not in ("kind", "tier") else "left")
        for row in rows(
            "select grades.customer_kind, labels.label_en, count(*), sum(grades.net_amount_365d) "
            "from marts.customer_grades as grades join marts.class_labels as labels "
            "on labels.class_family = 'value_tier' and labels.code = grades.value_tier "
            "group by grades.customer_kind, labels.label_en, labels.sort_order order by grades.customer_kind desc, labels.sort_order"
        ):
            tiers.add_row(row[0], row[1], f"{row[2]:,}", f"{row[3]:,.2f}")
        console.print(tiers)
        raw, accepted, rejected, merged, waiting, unreadable = rows(
            "select sum(raw_rows), sum(accepted_rows), sum(rejected_rows), sum(merged_rows), sum(waiting_rows), "
            "sum(unreadable_lines) from marts.record_reconciliation"
        )[0]
        console.print(
            f"Data quality: {raw:,} rows = {accepted:,} accepted + {rejected:,} rejected + {merged:,} merged + "
            f"{waiting:,} waiting; {unreadable:,} unreadable lines.",
            highlight=False,
        )
        if rejected:
            reasons = rows(
                "select source_table || ': ' || rule_codes || ' ' || count(*) from marts.rejected_records "
                "group by source_table, rule_codes order by count(*) desc, 1 limit 4"
            )
            console.print("  most often " + ", ".join(row[0] for row in reasons), highlight=False)
    for currency_code in outcome.floors_not_applied:
        console.print(
            f"Not applied: the floor of the high tier in {currency_code}, for want of an exchange rate.",
            highlight=False,
        )
    if outcome.orders_off_their_lines:
        console.print(
            f"Warning: {outcome.orders_off_their_lines:,} orders differ from the sum of their lines by more than 0.01; "
            "their own amount counts.",
            highlight=False,
        )
    if ignored := _unused_columns(outcome):
        names = ", ".join(ignored[:6])
        console.print(f"Columns kept in raw but not used: {names}{' ...' if len(ignored) > 6 else ''}", highlight=False)
    fresh = sum(entry.is_new for entry in outcome.landed)
    steps = ", ".join(f"{name} {value:.1f} s" for name, value in outcome.seconds.items())
    console.print(
        f"Run {run_id}, criteria {version}: {fresh} of {len(outcome.landed)} files landed anew, {outcome.dates_computed} of 13 dates "
        f"computed; {steps}; "
        f"{seconds:.1f} s in all.",
        highlight=False,
    )
    console.print(f"Published: {warehouse / 'current' / PUBLISHED}, schema marts.", highlight=False)
