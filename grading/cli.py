"""The command `grading`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from grading import __version__
from grading.errors import Defect, GradingError, grading_error, plain
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


def terminal(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that takes no text for markup: names, files and messages come from data."""
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


class Commands(click.Group):
    """Every error ends as one sentence and its exit code; a traceback is for defects only."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            known = grading_error(error)
            if not isinstance(error, GradingError) and isinstance(known, Defect):
                traceback.print_exc()
            with suppress(OSError):
                click.echo(f"grading: {plain(known)}", err=True)
            raise SystemExit(known.exit_code) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
            with self._heard():
                self.console.print(name, style="bold")

    def landing(self, file: str, lines: int) -> None:
        """Show how far a file is read."""
        self._show(f"  {plain(file)}: {lines:,} lines")

    def node(self, name: str, done: int, total: int) -> None:
        """Show how many nodes are built."""
        self._show(f"  {done}/{total} {name}")

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Progress that nobody can read, on a full device or a closed pipe, is no reason to stop."""
        try:
            yield
        except (OSError, SystemExit):
            self.quiet = True
            self.width = 0

    def _show(self, text: str) -> None:
        if self.quiet:
            return
        with self._heard():
            self._write(text)

    def _write(self, text: str) -> None:
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
            with self._heard():
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
    begun = time.perf_counter()
    request = Request(
        landing=landing,
        warehouse=warehouse,
        as_of=as_of,
        criteria=criteria,
        encoding=encoding,
        full_refresh=full_refresh,
    )
    screen = Screen(terminal(stderr=True), quiet)
    try:
        outcome = run_refresh(request, screen)
    finally:
        screen.clear()
    _say_what_was_published(warehouse, outcome, time.perf_counter() - begun, quiet)


def _say_what_was_published(warehouse: Path, outcome: Outcome, seconds: float, quiet: bool) -> None:
    """Published is exit code 0, whatever becomes of the printing: a full device, a closed pipe, a signal."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os._exit(0))
    try:
        for warning in outcome.warnings:
            click.echo(f"grading: {plain(warning)}", err=True)
        if not quiet:
            show_summary(terminal(width=None if sys.stdout.isatty() else 120), warehouse, outcome, seconds)
        sys.stdout.flush()
    except (Exception, SystemExit) as error:
        # A console whose pipe was closed raises SystemExit.
        with suppress(OSError):
            click.echo(f"grading: published, but the summary could not be shown: {plain(error)}", err=True)
        _silence_stdout()
    finally:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)


def _silence_stdout() -> None:
    """What is still in the buffer of a device that takes nothing must not fail at the end of the process."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command()
@WAREHOUSE
@click.option("--max-age", type=float, metavar="HOURS", help="Exit with 1 if the publication is older than this.")
def status(warehouse: Path, max_age: float | None) -> None:
    """Say what is published, how old it is and how the last runs ended."""
    console = terminal()
    for entry in _last_runs(Warehouse(warehouse).log_entries()):
        console.print(plain(entry))
    with connect_published(warehouse) as database:
        run_id, published_at, as_of = database.execute(
            "select run_id, published_at, as_of_date from marts.publication"
        ).fetchall()[0]
    age = (datetime.now(UTC) - published_at.replace(tzinfo=UTC)).total_seconds() / 3600
    console.print(f"Published: run {run_id}, as of {as_of}, {age:.1f} hours old.")
    if max_age is not None and age > max_age:
        console.print(f"It is older than {max_age:g} hours.")
        raise SystemExit(1)


@main.command()
@WAREHOUSE
@click.argument("run_id", required=False)
def rollback(warehouse: Path, run_id: str | None) -> None:
    """Publish the release before the current one again, or the one named RUN_ID."""
    place = Warehouse(warehouse)
    place.prepare()
    with place.lock():
        target = place.rollback(run_id)
    terminal().print(f"Published again: {target.name}.")


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

    for name, rows in write(customers, seed, out).items():
        terminal(stderr=True).print(f"  {name}: {rows:,} rows")


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

    proposals = propose(warehouse, threshold)
    table = Table(title=f"{len(proposals)} pairs from {threshold:g} on", title_justify="left")
    for name in ("record", "other record", "probability", "agree"):
        table.add_column(name)
    for one in proposals[:show]:
        table.add_row(
            plain(f"{one.source_system} {one.customer_ref}"), plain(f"{one.other_source_system} {one.other_customer_ref}"),
            f"{one.match_probability:.4f}", one.agreeing_fields,
        )  # fmt: skip
    terminal(width=None if sys.stdout.isatty() else 120).print(table)


@main.command()
@click.option(
    "--landing", type=click.Path(path_type=Path), default=Path("landing"), show_default=True, help="A generated folder."
)
@WAREHOUSE
def scorecard(landing: Path, warehouse: Path) -> None:
    """Compare what the warehouse recovered with what `grading generate` planted."""
    from grading.scorecard import measure

    lines = measure(landing, warehouse)
    table = Table(title="Recovered of the synthetic world", title_justify="left")
    for name in ("what", "measure"):
        table.add_column(name)
    for name in ("planted", "found", "precision or error", "recall"):
        table.add_column(name, justify="right")
    for line in lines:
        shares = ["" if share is None else f"{share:.4f}" for share in (line.precision, line.recall)]
        table.add_row(line.family, line.measure, f"{line.planted:,}", f"{line.found:,}", *shares)
    terminal(width=None if sys.stdout.isatty() else 140).print(table)


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
    for cost in costs(warehouse):
        table.add_row(
            cost.rule.code, f"not: {cost.rule.label_en} / {cost.rule.label_zh}", f"{cost.tier_changes:,}",
            f"{cost.tier_changes / max(cost.customers, 1):.2%}", f"{cost.money_moved:,.2f}",
            f"{cost.money_moved / cost.net_amount:.2%}" if cost.net_amount else "",
        )  # fmt: skip
    terminal(width=None if sys.stdout.isatty() else 140).print(table)


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
            (ungraded, "belong to customers that are not graded: channel partners, test records"),
        )
        if amount and total
    ]


def _last_runs(entries: list[dict[str, Any]]) -> list[str]:
    """The last five runs as lines; a start without an end was killed or is running."""
    ends = {entry["run_id"]: entry for entry in entries if entry["event"] == "end"}
    lines = []
    for entry in [entry for entry in entries if entry["event"] in ("start", "rollback")][-5:]:
        if entry["event"] == "rollback":
            lines.append(f"{entry.get('at')}  rolled back to {entry['run_id']}")
            continue
        end = ends.get(entry["run_id"])
        if end is None:
            lines.append(f"{entry['run_id']}  killed or still running")
        elif end.get("exit_code") == 0:
            spent = end.get("seconds")
            seconds = (
                [value for value in spent.values() if isinstance(value, int | float)] if isinstance(spent, dict) else []
            )
            lines.append(f"{entry['run_id']}  published{f' in {sum(seconds):.1f} s' if seconds else ''}")
        else:
            lines.append(f"{entry['run_id']}  exit code {end.get('exit_code')}: {end.get('error')}")
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
            ranking.add_row(*[f"{value:,.2f}" if index in (5, 8) else plain(value) for index, value in enumerate(row)])
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
        for line in _nobodys(rows, currency):
            console.print(line)
        raw, accepted, rejected, merged, waiting, unreadable = rows(
            "select sum(raw_rows), sum(accepted_rows), sum(rejected_rows), sum(merged_rows), sum(pending_rows), "
            "sum(unreadable_lines) from marts.record_reconciliation"
        )[0]
        console.print(
            f"Data quality: {raw:,} rows = {accepted:,} accepted + {rejected:,} rejected + {merged:,} merged + "
            f"{waiting:,} waiting; {unreadable:,} unreadable lines.",
        )
        if rejected:
            reasons = rows(
                "select source_table || ': ' || rule_codes || ' ' || count(*) from marts.rejected_records "
                "group by source_table, rule_codes order by count(*) desc, 1 limit 4"
            )
            console.print("  most often " + ", ".join(row[0] for row in reasons))
        for row in rows(
            "select ledger.source_name || '.' || ledger.source_table, ledger.raw_rows, records.rule_codes, records.source_file, "
            "records.source_line from marts.record_reconciliation as ledger "
            "join (select source_name, source_table, rule_codes, source_file, source_line, row_number() over "
            "(partition by source_name, source_table order by source_file, source_line) as position "
            "from marts.rejected_records) as records "
            "on ledger.source_name = records.source_name and ledger.source_table = records.source_table "
            "and records.position = 1 where ledger.rejected_rows = ledger.raw_rows order by 1"
        ):
            console.print(
                f"Warning: all {row[1]:,} rows of {row[0]} were rejected, for example {plain(row[3])} line {row[4]}: {row[2]}."
            )
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
    if ignored := _unused_columns(outcome):
        names = ", ".join(ignored[:6])
        console.print(f"Columns kept in raw but not used: {names}{' ...' if len(ignored) > 6 else ''}")
    fresh = sum(entry.is_new for entry in outcome.landed)
    steps = ", ".join(f"{name} {value:.1f} s" for name, value in outcome.seconds.items())
    console.print(
        f"Run {run_id}, criteria {version}: {fresh} of {len(outcome.landed)} files landed anew, {outcome.dates_computed} of 13 dates "
        f"computed; {steps}; "
        f"{seconds:.1f} s in all.",
    )
    console.print(f"Published: {warehouse / 'current' / PUBLISHED}, schema marts.")
