"""The command `grading`."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from grading import __version__
from grading.cli.screen import Screen, terminal
from grading.cli.summary import show_summary, unused_columns
from grading.contract import Project
from grading.database import BUILD, PUBLISHED, connect_published, publication_of
from grading.errors import BadInput, Defect, GradingError, grading_error, plain
from grading.refresh import Outcome, Request
from grading.refresh import refresh as run_refresh
from grading.releases.alerts import alert
from grading.releases.exports import TARGETS, export
from grading.releases.report import REPORT
from grading.releases.warehouse import Warehouse

# Of a customer, what `grading compare` can look at.
CLASSES = ("grade", "value_tier", "customer_type", "lifecycle_stage", "rfm_segment", "risk_grade")

WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    default=Path("warehouse"),
    show_default=True,
    help="The warehouse folder.",
)


# The commands as a reader meets them.
SECTIONS = {
    "Every night": ["refresh", "status", "runs", "rollback"],
    "Look": ["explain", "boards", "metric", "docs", "serve"],
    "Take it elsewhere": ["publish", "crm", "contracts", "export-person"],
    "Change rules": ["compare", "backtest", "rule-impact", "link"],
    "Try it": ["generate", "scorecard"],
}


RUN_COLUMNS = ("run", "ended", "seconds", "rows", "rejected", "customers", "findings")

JSON = click.option("--json", "as_json", is_flag=True, help="For a program to read.")


class Commands(click.Group):
    """Every error ends as one sentence and its exit code; a traceback is for defects only."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(80)) for name in names])

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
                if columns := unused_columns(known.landed):
                    click.echo(f"grading: columns that nothing reads: {', '.join(columns[:12])}", err=True)
                # What ended before dbt began has nothing to look into; what was tried in a folder of its own is gone with it.
                if known.release is not None and (known.release / "target").exists():
                    click.echo(f"grading: {_where_it_lies(known.release)}", err=True)
            raise SystemExit(known.exit_code) from None


def _alert(event: str, warehouse: Path, message: str, **more: Any) -> None:
    for wrong in alert(event, warehouse, message, **more):
        click.echo(f"grading: {plain(wrong)}", err=True)


def _where_it_lies(release: Path) -> str:
    """Where a failed refresh can be looked into, and how."""
    log = f"its page is {release / REPORT}, dbt's log and SQL are in {release / 'logs'} and {release / 'target'}"
    build = release / BUILD
    if build.exists():
        return f"{log}; its private build is {build}: open it with `duckdb -readonly {build}`."
    return f"{log}; --keep-failed keeps its private build, too."


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Classify, grade and rank every customer, from raw files to published tables.

    \b
    grading refresh --landing my_folder     # read the files, grade, check, publish into warehouse/
    grading explain CUSTOMER                # why a customer has its grade
    grading COMMAND --help                  # options and examples

    Exit codes: 0 published; 1 a gate refused; 2 bad input or usage; 3 a defect; 4 locked; 5 no disk space; 6 published, but not where it
    was to be copied; 130 and 143 stopped. Whenever it is not 0, the publication is as it was.

    Completion: eval "$(_GRADING_COMPLETE=bash_source grading)" in ~/.bashrc; zsh_source, fish_source for other shells.
    """


@main.command(short_help="Read a folder, grade, check and publish.")
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
@click.option(
    "--keep-failed",
    is_flag=True,
    help="Keep the private build of a refresh that fails, until the next one, to look into it.",
)
@click.option(
    "--let-through",
    multiple=True,
    metavar="EXPECTATION",
    help="Publish although this expectation of a gate is not met; may be repeated, needs --because.",
)
@click.option("--because", metavar="REASON", help="Why it is let through; logged.")
@click.option("--quiet", is_flag=True, help="Only say what went wrong.")
def refresh(
    landing: Path,
    warehouse: Path,
    as_of: str | None,
    criteria: Path | None,
    encoding: str | None,
    full_refresh: bool,
    keep_failed: bool,
    let_through: tuple[str, ...],
    because: str | None,
    quiet: bool,
) -> None:
    """Land, build, check and publish.

    Two gates compare what came and what it would publish with what is expected of it and with the last publications
    (seeds/criteria/quality/expectations.csv); what they refuse can be let through by name, with a reason.

    Safe to kill and to repeat: a release is written beside the publication and replaces it in one step, or not at all.

    \b
    grading refresh                                  # landing/ into warehouse/
    grading refresh --landing data --as-of yesterday --quiet
    grading refresh --criteria my_rules --warehouse try_rules
    """
    begun = time.perf_counter()
    request = Request(
        landing=landing,
        warehouse=warehouse,
        as_of=as_of,
        criteria=criteria,
        encoding=encoding,
        full_refresh=full_refresh,
        keep_failed=keep_failed,
        let_through=let_through,
        because=because,
    )
    screen = Screen(terminal(stderr=True), quiet)
    try:
        outcome = run_refresh(request, screen)
    except Exception as error:
        known = grading_error(error)
        page = {"page": known.release / REPORT} if known.release else {}
        _alert("failed", warehouse, known.logged(Project().is_public), exit_code=known.exit_code, **page)
        raise
    finally:
        screen.clear()
    for target in os.environ.get(TARGETS, "").split():
        try:
            roles = (os.environ.get(f"GRADING_PUBLISH_{name}") for name in ("READER", "PRIVATE_READER"))
            outcome.warnings += export(Warehouse(warehouse), target, *roles).warnings
        except GradingError as error:
            # The publication stands: it is told, and `grading status` says where the newest run is missing.
            outcome.warnings.append(f"published, but not to {error}")
            _alert("not_exported", warehouse, error.logged(Project().is_public))
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


@main.command(short_help="What is published, how old it is, how the last runs ended.")
@WAREHOUSE
@click.option("--max-age", type=float, metavar="HOURS", help="Exit with 1 if the publication is older than this.")
@JSON
def status(warehouse: Path, max_age: float | None, as_json: bool) -> None:
    """Say what is published, how old it is and how the last runs ended.

    With --max-age it is what a scheduler asks when nothing may have run: too old is exit code 1, and an alert if one is configured
    (GRADING_ALERT_COMMAND, GRADING_ALERT_WEBHOOK).

    \b
    grading status
    grading status --max-age 26 || echo "nobody refreshed last night"
    grading status --json
    """
    console = terminal(stderr=as_json)
    if not as_json:
        for entry in _last_runs(Warehouse(warehouse).log_entries()):
            console.print(plain(entry))
    if max_age is not None and not (warehouse / "current" / PUBLISHED).exists():
        _alert("stale", warehouse, f"{warehouse} has no publication.")
    with connect_published(warehouse) as database:
        run_id, published_at, as_of = database.execute(
            "select run_id, published_at, as_of_date from marts.publication"
        ).fetchall()[0]
    copies = _exports(Warehouse(warehouse).log_entries())
    age = (datetime.now(UTC) - published_at.replace(tzinfo=UTC)).total_seconds() / 3600
    if as_json:
        said = {
            "run_id": run_id,
            "published_at": published_at,
            "as_of_date": as_of,
            "hours_old": round(age, 2),
            "copies": copies,
        }
        click.echo(json.dumps(said, default=str))
    else:
        for entry in copies:
            console.print(plain(entry))
        console.print(f"Published: run {run_id}, as of {as_of}, {age:.1f} hours old.")
    if max_age is not None and age > max_age:
        console.print(f"It is older than {max_age:g} hours.")
        _alert(
            "stale",
            warehouse,
            f"The publication {run_id} is {age:.1f} hours old, more than {max_age:g}.",
            run_id=run_id,
        )
        raise SystemExit(1)


@main.command(short_help="The last runs: how each ended, what came, how long it took.")
@WAREHOUSE
@click.option("--last", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Runs to show.")
@JSON
def runs(warehouse: Path, last: int, as_json: bool) -> None:
    """List the last runs: how each ended, how long it took, what came and what was published.

    \b
    grading runs --last 7
    grading runs --json
    """
    if not warehouse.is_dir():
        raise BadInput(f"{warehouse} is no warehouse; `grading refresh` makes one.")
    rows = _runs(Warehouse(warehouse).log_entries(), last)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(title="Runs", title_justify="left")
    for name in RUN_COLUMNS:
        table.add_column(name, justify="left" if name in ("run", "ended") else "right")
    for row in rows:
        table.add_row(
            *(
                "" if cell is None else f"{cell:,}" if isinstance(cell, int | float) else plain(cell)
                for cell in row.values()
            )
        )
    terminal(width=None if sys.stdout.isatty() else 140).print(table)


@main.command(short_help="Copy the publication to PostgreSQL, Parquet files or Tableau.")
@WAREHOUSE
@click.option(
    "--to", "targets", multiple=True, required=True, envvar=TARGETS, metavar="URI|FOLDER|FILE.hyper",
    help=f"postgresql://... (the password by PGPASSWORD or a password file; or postgresql:///?service=NAME), a folder for Parquet "
    f"files, or a file for Tableau; may be repeated. From {TARGETS} every refresh publishes there, too.",
)  # fmt: skip
@click.option(
    "--reader", envvar="GRADING_PUBLISH_READER", metavar="ROLE", help="This role of the database may read marts."
)
@click.option(
    "--private-reader", envvar="GRADING_PUBLISH_PRIVATE_READER", metavar="ROLE",
    help="Publish restricted.customer_contacts and customer_refs as well: this role may read them, and marts.",
)  # fmt: skip
def publish(warehouse: Path, targets: tuple[str, ...], reader: str | None, private_reader: str | None) -> None:
    """Copy the publication to PostgreSQL, to Parquet files, or to an extract of Tableau.

    \b
    grading publish --to postgresql:///?service=grading --reader bi
    grading publish --to /srv/share/grading           # Parquet: Power BI, Spark
    grading publish --to /srv/share/grading.hyper     # Tableau (extra `tableau`)

    In PostgreSQL the views in the schema marts change to the new run all at once; grants, comments and views on them stay.
    """
    for target in targets:
        screen = Screen(terminal(stderr=True), quiet=False)
        done = export(Warehouse(warehouse), target, reader, private_reader, reporter=screen)
        screen.clear()
        for warning in done.warnings:
            click.echo(f"grading: {plain(warning)}", err=True)
        terminal().print(
            f"{done.target}: run {done.run_id}, {done.tables} tables, {done.rows:,} rows in {done.seconds:.1f} s."
        )


@main.command(short_help="Write a data contract for each mart (ODCS).")
@WAREHOUSE
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("contracts"),
    show_default=True,
    help="Folder of the files.",
)
def contracts(warehouse: Path, out: Path) -> None:
    """Write a data contract for each mart, in the words of the Open Data Contract Standard.

    What a table and its columns mean, types, keys, what is never missing: for catalogues, and for those who use the tables.

    \b
    grading contracts --out contracts
    """
    from grading.releases.contracts import write_contracts

    files = write_contracts(publication_of(warehouse), out)
    terminal().print(f"{len(files)} contracts in {out}.")


@main.group(short_help="Tell the CRM what changed: Zoho, Fxiaoke, WeCom.")
def crm() -> None:
    """Tell the CRM what changed: export it, import it there, take over what was accepted.

    \b
    grading crm export zoho_crm --out zoho     # Accounts-001.zip and the body of its job, for bulk write
    grading crm export fxiaoke --out fxiaoke   # bodies of data/update, and the workbook of the import screen
    grading crm export wecom --out wecom       # bodies of mark_tag
    grading crm accept zoho_crm --report result.csv

    What was not accepted is told again by the next export. Which field goes where is seeds/mappings/crm_fields.csv. The files name
    records as the CRM does: they are for those who may see customer data.
    """


@crm.command("export", short_help="Write what changed for one system.")
@click.argument("system")
@WAREHOUSE
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the files.")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="zh", show_default=True, help="Language of labels and reasons."
)
def crm_export(system: str, warehouse: Path, out: Path, lang: str) -> None:
    """Write what changed since the last accepted export, in the import shape of SYSTEM: zoho_crm, fxiaoke or wecom.

    \b
    grading crm export zoho_crm --out zoho
    """
    from grading.crm.deltas import export_delta

    delta = export_delta(Warehouse(warehouse), system, out, lang)
    terminal().print(
        f"{system}: {delta.told:,} records to tell, {delta.cleared:,} to clear, {delta.unchanged:,} unchanged."
    )
    for file in delta.files:
        terminal().print(f"  {file}")


@crm.command("accept", short_help="Take over what the CRM accepted.")
@click.argument("system")
@WAREHOUSE
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The import report of the CRM; without it all is accepted.",
)
def crm_accept(system: str, warehouse: Path, report: Path | None) -> None:
    """Take what was exported as accepted, as far as the report says so.

    \b
    grading crm accept zoho_crm --report result.csv
    """
    from grading.crm.deltas import accept_delta

    taken, left = accept_delta(Warehouse(warehouse), system, report)
    terminal().print(f"{system}: {taken:,} records accepted, {left:,} to be told again.")


@main.command(short_help="Publish an earlier release again.")
@WAREHOUSE
@click.argument("run_id", required=False)
def rollback(warehouse: Path, run_id: str | None) -> None:
    """Publish the release before the current one again, or the one named RUN_ID.

    \b
    grading rollback                     # the one before
    grading rollback 20260131T020000Z
    """
    place = Warehouse(warehouse)
    place.prepare()
    with place.lock():
        target = place.rollback(run_id)
    terminal().print(f"Published again: {target.name}.")


@main.command("export-person", short_help="Everything known of one customer, as JSON.")
@WAREHOUSE
@click.argument("customer")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; default person-<CUSTOMER>.json."
)
def export_person(warehouse: Path, customer: str, out: Path | None) -> None:
    """Write everything that is known of CUSTOMER (an id or a reference) as JSON: a person's right to know, and to take it along.

    To erase a person, or to leave it out of grading, add a row to privacy_requests in the landing folder (docs/privacy.md).

    \b
    grading export-person CU0000012 --out person.json
    """
    from grading.evaluation.person import export_person as write

    target = out or Path(f"person-{re.sub(r'[^A-Za-z0-9]', '_', customer)}.json")
    rows = write(warehouse, customer, target)
    terminal().print(
        f"{target}: {sum(rows.values()):,} rows of {len(rows)} tables. It holds personal data; only you can read it."
    )


@main.command(short_help="Write a synthetic folder to try the product on.")
@click.option(
    "--customers", type=click.IntRange(1, 50_000_000), default=2000, show_default=True, help="Number of customers."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("landing"), show_default=True, help="The folder to write."
)
def generate(customers: int, seed: int, out: Path) -> None:
    """Write a synthetic landing folder, dirt included, to try the product on.

    \b
    grading generate --customers 500 --seed 7 --out landing
    """
    from grading.world.generating import generate as write

    for name, rows in write(customers, seed, out).items():
        terminal(stderr=True).print(f"  {name}: {rows:,} rows")


@main.command(short_help="Propose records that may be one customer.")
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

    \b
    grading link --threshold 0.98 --show 20
    """
    from grading.identity.linking import link as propose

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


@main.command(short_help="What the warehouse recovered of what was planted.")
@click.option(
    "--landing", type=click.Path(path_type=Path), default=Path("landing"), show_default=True, help="A generated folder."
)
@WAREHOUSE
def scorecard(landing: Path, warehouse: Path) -> None:
    """Compare what the warehouse recovered with what `grading generate` planted.

    \b
    grading generate --out landing
    grading refresh
    grading scorecard
    """
    from grading.world.scorecard import measure

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


@main.command(short_help="Why a customer has its grade, and what to do.")
@click.argument("customer")
@WAREHOUSE
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of labels and reasons."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="MONTH-END",
    help="A month end of the history instead of today.",
)
@JSON
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page to this file instead, to read or print.",
)
def explain(
    customer: str, warehouse: Path, lang: str, as_of: datetime | None, as_json: bool, page: Path | None
) -> None:
    """Say why a customer has its grade.

    CUSTOMER is a customer_id, a reference in a source system, or a published hash of one. Reads the private build, too: what it prints is
    for those who may see customer data.

    \b
    grading explain CU0000012
    grading explain C08cc526cd4a95e4 --lang zh --as-of 2025-09-30
    grading explain CU0000012 --html page.html
    """
    from grading.evaluation.explaining import Explainer

    explainer, day = Explainer(publication_of(warehouse), lang), as_of.date() if as_of else None
    if page is not None:
        from grading.boards.pages import write_customer_page

        write_customer_page(explainer, customer, page, as_of=day)
        click.echo(f"{page} is written.")
        return
    explanation = explainer.explain(customer, day)
    if as_json:
        click.echo(json.dumps(explanation.head | {"sections": dict(explanation.sections)}, ensure_ascii=False))
        return
    screen = terminal(width=None if sys.stdout.isatty() else 140)
    for title, lines in explanation.sections:
        table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column()
        for what, value in lines:
            table.add_row(f"  {what}", value)
        screen.print(table)


@main.command(short_help="Draw six boards as pages, in two languages.")
@WAREHOUSE
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dashboard"),
    show_default=True,
    help="Folder of the pages.",
)
@click.option("--quiet", is_flag=True, help="Only say what went wrong.")
def boards(warehouse: Path, out: Path, quiet: bool) -> None:
    """Draw the boards of the publication as pages.

    Executive, sales desk, marketing, service, data quality, model quality, in English and Chinese, with a page of each customer that they
    name. They need no network and no server; charts/ says what is on them. Needs the extra `boards`. With GRADING_BOARDS=1 every refresh
    draws them into its release, warehouse/current/boards.

    \b
    grading boards --out dashboard
    """
    from grading.boards.drawing import draw_boards

    screen = Screen(terminal(stderr=True), quiet)
    pages = draw_boards(publication_of(warehouse), out, screen)
    screen.clear()
    if not quiet:
        click.echo(f"{pages[0]} is the first of {len(pages)} boards.")


@main.command(short_help="Write dbt's documents as one page.")
@WAREHOUSE
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("docs.html"),
    show_default=True,
    help="The page.",
)
def docs(warehouse: Path, out: Path) -> None:
    """Write dbt's documents of the project as one page: every model, its SQL, columns, tests, who reads it.

    With GRADING_DOCS=1 every refresh writes it into its release, warehouse/current/boards/docs.html. Takes about half a minute.

    \b
    grading docs --out docs.html
    """
    from grading.build.linked import write_docs

    published = publication_of(warehouse) / PUBLISHED
    with terminal(stderr=True).status("writing dbt's documents"):
        write_docs(published, out)
    terminal().print(f"{out} is written.")


@main.command(short_help="Ask a metric, as a whole or by classes.")
@click.argument("names", nargs=-1)
@WAREHOUSE
@click.option(
    "--by", "groups", multiple=True, metavar="CLASS", help="Group by this, such as customer__market; may be repeated."
)
@JSON
def metric(names: tuple[str, ...], warehouse: Path, groups: tuple[str, ...], as_json: bool) -> None:
    """Ask one or more metrics of the publication; without a name, list them (docs/metrics.md).

    Through MetricFlow, so that the answer is that of every other tool that asks it. Needs the extra `metrics`; takes some ten seconds.

    \b
    grading metric
    grading metric net_revenue average_order_value --by customer__market
    grading metric nps --by customer__value_tier --json
    """
    from grading.evaluation.metrics import ask, known_classes, known_metrics

    if not names:
        classes = known_classes()
        for name, about in known_metrics().items():
            terminal().print(f"{name}: {about['description']}")
            terminal().print(f"    by {', '.join(classes[name])}", style="dim")
        return
    published = publication_of(warehouse) / PUBLISHED
    with terminal(stderr=True).status("asking MetricFlow"):
        (answer,) = ask(published, [(list(names), list(groups))])
    if as_json:
        click.echo(
            json.dumps(
                [dict(zip(answer.columns, row, strict=True)) for row in answer.rows], ensure_ascii=False, default=str
            )
        )
        return
    table = Table()
    for column in answer.columns:
        table.add_column(column, justify="left" if column in groups else "right")
    for row in answer.rows:
        table.add_row(
            *(f"{cell:,.4f}" if isinstance(cell, float) else "–" if cell is None else plain(str(cell)) for cell in row)
        )
    terminal(width=None if sys.stdout.isatty() else 140).print(table)


@main.command(short_help="Answer an assistant's questions (Model Context Protocol).")
@WAREHOUSE
def serve(warehouse: Path) -> None:
    """Answer an assistant's questions from the publication.

    A server of the Model Context Protocol over stdio, for a program that speaks it: name this command there. It reads the published file
    only, and never writes. Needs the extra `assistant`.

    \b
    grading serve --warehouse warehouse   # as the command in the configuration of the assistant
    """
    from grading.evaluation.answering import serve as run_server

    run_server(warehouse)


@main.command(short_help="Whether earlier grades came true.")
@WAREHOUSE
@click.option(
    "--days", type=click.IntRange(1, 400), default=90, show_default=True, help="Look at what happened in so many days."
)
@click.option(
    "--challenger", is_flag=True, help="Also gradient boosting, fitted on the days before (needs the extra ml)."
)
def backtest(warehouse: Path, days: int, challenger: bool) -> None:
    """Do grades come true? Earlier grades against what customers bought since.

    Takes the grades of the last month end from which so many days have passed, and orders the buyers of each kind by our scores and by
    naive ones. Capture is the share of the later net sales that the first tenth made; the difference to the best naive order has the
    interval of paired resamples; AUC is the chance that one who came back stands before one who did not. The tables behind it:
    marts.clv_backtest, clv_calibration, tier_backtest.

    \b
    grading backtest
    grading backtest --days 365 --challenger
    """
    from grading.evaluation.backtest import NAIVE
    from grading.evaluation.backtest import backtest as compare

    screen = terminal(width=None if sys.stdout.isatty() else 140)
    for result in compare(warehouse, days, has_challenger=challenger):
        table = Table(
            title=f"{result.kind.capitalize()}s, graded as of {result.start}, the {result.days} days after: {result.returned:,} of "
            f"{result.buyers:,} buyers came back, net {result.later_amount:,.0f}",
            title_justify="left",
        )
        table.add_column("order")
        for name in ("capture %", f"against {result.best_naive}", "95 % interval", "AUC"):
            table.add_column(name, justify="right")
        for line in result.lines:
            differs = line.order not in ("perfect", result.best_naive)
            table.add_row(
                f"{line.order}{' (naive)' if line.order in NAIVE else ''}", f"{100 * line.capture:.1f}",
                f"{100 * line.difference:+.1f}" if differs else "", f"{100 * line.low:+.1f} to {100 * line.high:+.1f}" if differs else "",
                "" if math.isnan(line.auc) else f"{line.auc:.3f}",
            )  # fmt: skip
        screen.print(table)
        if result.challenge:
            ours, difference, low, high = result.challenge
            verdict = (
                "wins, and would be worth publishing"
                if low > 0
                else "does not win outside its error, and stays out of the marts"
            )
            interval = f"{100 * difference:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"
            screen.print(f"Boosting captures {interval} against {ours}, our best: it {verdict}.")


@main.command("compare", short_help="Who would move under other rules.")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option(
    "--landing",
    type=click.Path(path_type=Path),
    default=Path("landing"),
    show_default=True,
    help="What rules are tried on.",
)
@WAREHOUSE
@click.option(
    "--by",
    type=click.Choice(CLASSES),
    default="grade",
    show_default=True,
    help="The class whose changes are looked at.",
)
@click.option("--days", type=click.IntRange(1, 400), default=90, show_default=True, help="Backtest over so many days.")
@click.option("--show", type=click.IntRange(0, 1000), default=10, show_default=True, help="Customers to print.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    default=Path("compare.html"),
    show_default=True,
    help="Where to draw who moves.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def compare_sides(
    first: str, second: str, landing: Path, warehouse: Path, by: str, days: int, show: int, picture: Path, quiet: bool
) -> None:  # fmt: skip
    """Try rules: who would move, from where to where, by what, and would it foresee more?

    A and B are each a folder of seed files, as `grading refresh --criteria` takes it, `seeds` for the rules as they stand, `current` for
    what is published, or the run id of a release. Rules are built in a scratch warehouse, which takes as long as a refresh for each;
    nothing that is published changes.

    \b
    cp seeds/criteria/grading/grade_bands.csv trial/    # and change it
    grading compare current trial
    """
    from grading.cli.comparison import comparison_tables
    from grading.evaluation.comparing import compare
    from grading.evaluation.picture import draw

    progress = Screen(terminal(stderr=True), quiet)
    try:
        result = compare(first, second, landing, warehouse, by, days, show, progress)
    finally:
        progress.clear()
    screen = terminal(width=None if sys.stdout.isatty() else 140)
    for table in comparison_tables(result):
        screen.print(table)
    draw(result, picture)
    screen.print(f"Drawn in {picture}.")


@main.command(short_help="What each cleaning rule is worth.")
@WAREHOUSE
def rule_impact(warehouse: Path) -> None:
    """Say what each cleaning rule is worth: switch one off at a time and grade again.

    Takes about as long as a refresh for each rule. Nothing that is published changes.

    \b
    grading rule-impact
    """
    from grading.build.impact import rule_impacts

    table = Table(title="What each cleaning rule is worth", title_justify="left")
    for name in ("rule", "without it"):
        table.add_column(name)
    for name in ("change tier", "share", "money moved, 365 days", "share of net"):
        table.add_column(name, justify="right")
    for impact in rule_impacts(warehouse):
        table.add_row(
            impact.rule.code, f"not: {impact.rule.label_en} / {impact.rule.label_zh}", f"{impact.tier_changes:,}",
            f"{impact.tier_changes / max(impact.customers, 1):.2%}", f"{impact.money_moved:,.2f}",
            f"{impact.money_moved / impact.net_amount:.2%}" if impact.net_amount else "",
        )  # fmt: skip
    terminal(width=None if sys.stdout.isatty() else 140).print(table)


def _last_runs(entries: list[dict[str, Any]]) -> list[str]:
    """The last five runs as lines."""
    return [
        f"{row['run']}  {row['ended']}" + (f" in {row['seconds']} s" if row["ended"] == "published" and row["seconds"] else "")
        for row in _runs(entries, 5)
    ]  # fmt: skip


def _exports(entries: list[dict[str, Any]]) -> list[str]:
    """The last export to each target as a line."""
    last = {str(entry.get("to")): entry for entry in entries if entry["event"] == "export"}
    return [
        f"{to}: run {entry['run_id']} since {entry.get('at')}" if "error" not in entry else
        f"{to}: run {entry['run_id']} could not be written ({entry['error']})"
        for to, entry in last.items()
    ]  # fmt: skip


def _runs(entries: list[dict[str, Any]], last: int) -> list[dict[str, Any]]:
    """The last runs, oldest first: run, how it ended, seconds, rows, rejected rows, customers, findings of the gates; None is not known. A
    start without an end was killed or is running."""
    ends = {entry["run_id"]: entry for entry in entries if entry["event"] == "end"}
    rows = []
    for entry in [entry for entry in entries if entry["event"] in ("start", "rollback")][-last:]:
        row: dict[str, Any] = dict.fromkeys(RUN_COLUMNS)
        rows.append(row)
        if entry["event"] == "rollback":
            row |= {"run": str(entry.get("at")), "ended": f"rolled back to {entry['run_id']}"}
            continue
        row |= {"run": entry["run_id"], "ended": "killed or still running"}
        if (end := ends.get(entry["run_id"])) is None:
            continue
        spent, counts = (end[name] if isinstance(end.get(name), dict) else {} for name in ("seconds", "counts"))
        seconds = [value for value in spent.values() if isinstance(value, int | float)]
        found = end.get("gates")
        row |= {name: counts[name] for name in ("rows", "rejected", "customers") if isinstance(counts.get(name), int)}
        row |= {
            "ended": "published" if end.get("exit_code") == 0 else f"exit code {end.get('exit_code')}: {str(end.get('error'))[:160]}",
            "seconds": round(sum(seconds), 1) if seconds else None,
            "findings": len(found) if isinstance(found, list) else None,
        }  # fmt: skip
    return rows
