"""The two gates of a refresh: at the entry, before anything is graded, and at the exit, before it is published.

The SQL observes (`models/intermediate/observations/`), the seeds say what is expected, `judging` judges. A gate fails closed. What
blocks can be let through by name and with a reason, which is logged.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from grading.contract import Project
from grading.criteria import nearest
from grading.database import BUILD, ENGINE_SETTINGS, PUBLISHED, built_database, literal, quiet
from grading.errors import BadInput, GateRefused
from grading.gates.judging import Expected, Figures, File, Verdict, serve

FIGURES_SEED = "criteria/quality/expectations.csv"
PUBLISHED_SEED = "criteria/quality/published_expectations.csv"
COLUMNS = ("measure", "subject", "value", "last_value", "weekday_value", "new_value", "rise", "percent_of_last",
           "percent_of_weekday", "is_small")  # fmt: skip
# The last model of what the gate at the entry needs.
ENTRY = "int_entry_observations"
RESULTS = "gates.json"
# From the best end of an expectation to the worst.
STATUSES = ("unasked", "met", "warned", "let_through", "blocked")
# An import and a judgement take seconds; a worker that has not answered by then never will.
PATIENCE_SECONDS = 900


@dataclass(frozen=True)
class Failing:
    """One thing that is not as expected."""

    expectation: str
    subject: str
    observed: float | None
    minimum: float | None
    maximum: float | None
    last: float | None
    is_blocking: bool
    label_en: str
    label_zh: str
    examples: list[str] = field(default_factory=list)
    let_through_because: str | None = None

    def __str__(self) -> str:
        if self.observed is None:
            return f"{self.expectation} ({self.subject}): {self.label_en} does not hold"
        bound = f"at least {self.minimum:g}" if self.minimum is not None and self.observed < self.minimum else None
        bound = bound or f"at most {self.maximum:g}"
        examples = f"; for example {', '.join(self.examples)}" if self.examples else ""
        return f"{self.expectation} ({self.subject}): {self.label_en}: {self.observed:,.6g}, expected {bound}{examples}"


@dataclass(frozen=True)
class Judged:
    """One expectation of a gate: of how many subjects it was asked, the one farthest out, and how it ended: met, unasked (there was
    nothing to compare), warned, let_through or blocked."""

    gate: str
    expectation: str
    subjects: int
    subject: str
    observed: float | None
    minimum: float | None
    maximum: float | None
    last: float | None
    status: str
    label_en: str
    label_zh: str


@dataclass
class Gates:
    """Both gates of one refresh. `let_through` is expectation -> reason."""

    project: Project
    release: Path
    let_through: Mapping[str, str]
    failing: dict[str, list[Failing]] = field(default_factory=dict)
    observed: dict[str, int] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = [row["expectation"] for seed in (FIGURES_SEED, PUBLISHED_SEED) for row in self.project.seed(seed)]
        for name in self.let_through:
            if name not in known:
                raise BadInput(f"--let-through {name}: there is no such expectation{nearest(name, known)}.")

    @property
    def warnings(self) -> list[Failing]:
        """What is not as expected and was published all the same."""
        return [one for found in self.failing.values() for one in found]

    def entry(self) -> None:
        """Judge what was landed. Raises GateRefused."""
        with quiet(duckdb.connect(str(self.release / BUILD), read_only=True, config=ENGINE_SETTINGS)) as database:
            self._judge("entry", self.of_figures(database, "entry"), [])

    def exit(self, mart_columns: dict[str, dict[str, str]]) -> None:
        """Judge what is about to be published: the figures of the build, and the file itself. `mart_columns` is table -> column -> type.
        Raises GateRefused."""
        with built_database(self.release) as database:
            found = self.of_figures(database, "exit")
            expected = self.expected_of_file(database, mart_columns)
        verdicts = judged(File(str((self.release / PUBLISHED).resolve()), expected))
        self._judge("exit", found, verdicts)

    def of_figures(self, database: duckdb.DuckDBPyConnection, gate: str) -> list[Failing]:
        """What is not as expected of the figures that a build observed."""
        rows = database.execute(
            f"select {', '.join(COLUMNS)} from intermediate.int_{gate}_observations order by measure, subject"
        ).fetchall()
        columns = (
            dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
            if rows
            else {name: [] for name in COLUMNS}
        )
        seed = {row["expectation"]: row for row in self.project.seed(FIGURES_SEED) if row["gate"] == gate}
        expected = [
            Expected(
                name, _number(row["min_value"]), _number(row["max_value"]), measure=row["measure"], judged=row["judged"]
            )
            for name, row in seed.items()
        ]
        self.observed[gate], self.expected[gate] = len(rows), len(expected)
        self.judged = [one for one in self.judged if one.gate != gate]
        self.judged += [_farthest(gate, one, seed[one.name], columns) for one in expected]
        found = []
        for verdict in judged(Figures(columns, expected)):
            row = seed[verdict.name]
            if not verdict.is_met and not verdict.places:
                raise GateRefused(f"The gate at the {gate} could not judge {verdict.name}; nothing was published.")
            for place in verdict.places:
                subject = str(columns["subject"][place])
                found.append(
                    Failing(
                        verdict.name, subject, columns[row["judged"]][place], _number(row["min_value"]), _number(row["max_value"]),
                        columns["last_value"][place], row["severity"] == "block" and not columns["is_small"][place],
                        row["label_en"], row["label_zh"], self._examples(database, subject, row["examples"]),
                    )
                )  # fmt: skip
        return found

    def _examples(self, database: duckdb.DuckDBPyConnection, raw_table: str, kind: str) -> list[str]:
        """File, line and code of three rows behind a figure, without their values."""
        files = f"read_parquet({literal(self.release / 'raw' / 'grading' / 'files' / '*.parquet')}) as files"
        if kind == "rejected":
            query = (
                f"select files.published_file, _line, rule_codes from intermediate.int_record_statuses join {files} "
                "on _file = files.file where record_status = 'rejected' and raw_table = ?"
            )
        elif kind == "unreadable":
            lines = self.release / "raw" / "grading" / "unreadable_lines" / "*.parquet"
            query = (
                f"select files.published_file, _line, code from read_parquet({literal(lines)}) as lines join {files} "
                "on _file = files.file where concat(lines.source_name, '.', lines.source_table) = ?"
            )
        else:
            return []
        rows = database.execute(f"{query} order by 1, 2 limit 3", [raw_table]).fetchall()
        return [f"{file} line {line} ({code})" for file, line, code in rows]

    def expected_of_file(
        self, database: duckdb.DuckDBPyConnection, mart_columns: dict[str, dict[str, str]]
    ) -> list[Expected]:
        """What is expected of the published file of a build."""
        expected = []
        for row in self.project.seed(PUBLISHED_SEED):
            codes: tuple[str, ...] = ()
            minimum, maximum = _number(row["min_value"]), _number(row["max_value"])
            columns = tuple(name for name in row["column_names"].split(";") if name)
            if row["kind"] == "class":
                codes = tuple(code for (code,) in database.execute(
                    "select code from seeds.class_labels_seed where class_family = ? order by code", [row["class_family"]]
                ).fetchall())  # fmt: skip
            elif row["kind"] in ("row_count_of", "sum_of"):
                measure = "customers" if row["kind"] == "row_count_of" else columns[0]
                count, total = database.execute(
                    "select count(*), coalesce(sum(value), 0) from intermediate.int_graded_figures where measure = ?",
                    [measure],
                ).fetchall()[0]
                if row["kind"] == "sum_of" and not count:
                    # Of nobody there is no sum.
                    continue
                minimum, maximum = total - 0.01, total + 0.01
            for mart in mart_columns if row["mart_name"] == "*" else [row["mart_name"]]:
                if row["kind"] == "columns":
                    columns = tuple(mart_columns[mart])
                elif row["kind"] == "no_addresses":
                    columns = tuple(name for name, kind in mart_columns[mart].items() if kind == "string")
                expected.append(
                    Expected(
                        row["expectation"], minimum, maximum, mart=mart, kind=row["kind"], columns=columns, codes=codes
                    )
                )
        return expected

    def _judge(self, gate: str, found: list[Failing], verdicts: list[Verdict]) -> None:
        seed = {row["expectation"]: row for row in self.project.seed(PUBLISHED_SEED)}
        self.expected[gate] += len(verdicts)
        for verdict in verdicts:
            if not verdict.is_met:
                row = seed[verdict.name]
                found.append(
                    Failing(verdict.name, f"marts.{verdict.mart}", None, None, None, None, row["severity"] == "block",
                            row["label_en"], row["label_zh"])
                )  # fmt: skip
        found = [
            Failing(
                **{
                    **vars(one),
                    "let_through_because": self.let_through.get(one.expectation) if one.is_blocking else None,
                }
            )
            for one in found
        ]
        self.failing[gate] = found
        for name, row in seed.items():
            if asked := sum(one.name == name for one in verdicts):
                words = row["label_en"], row["label_zh"]
                self.judged.append(Judged(gate, name, asked, "marts", None, None, None, None, "met", *words))
        for one in found:
            status = ("let_through" if one.let_through_because else "blocked") if one.is_blocking else "warned"
            self.judged = [
                replace(known, status=max(known.status, status, key=STATUSES.index))
                if known.expectation == one.expectation
                else known
                for known in self.judged
            ]
        (self.release / RESULTS).write_text(
            json.dumps(
                {"expected": self.expected, "observed": self.observed,
                 "failing": {name: [asdict(one) for one in some] for name, some in self.failing.items()}},
                ensure_ascii=False, indent=1,
            ),
            encoding="utf-8",
        )  # fmt: skip
        blocking = {
            one.expectation: one for one in reversed(found) if one.is_blocking and one.let_through_because is None
        }
        if blocking:
            *others, first = blocking
            more = f" (and {', '.join(reversed(others))}: {self.release / RESULTS})" if others else ""
            let = " ".join(f"--let-through {name}" for name in reversed(blocking))
            raise GateRefused(
                f"The gate at the {gate} refused {blocking[first]}{more}. The publication is as it was. Mend the files and refresh "
                f'again, or let it through: {let} --because "...".'
            )


def _farthest(gate: str, expected: Expected, row: dict[str, str], columns: dict[str, list[Any]]) -> Judged:
    """The observation nearest to a bound, or farthest beyond it."""
    places = [
        place
        for place, measure in enumerate(columns["measure"])
        if measure == expected.measure and columns[expected.judged][place] is not None
    ]

    def beyond(place: int) -> float:
        value = columns[expected.judged][place]
        sides = [side for side in (
            None if expected.maximum is None else value - expected.maximum, None if expected.minimum is None else expected.minimum - value
        ) if side is not None]  # fmt: skip
        return float(max(sides, default=0))

    worst = max(places, key=beyond, default=None)
    return Judged(
        gate, expected.name, len(places), "" if worst is None else str(columns["subject"][worst]),
        None if worst is None else columns[expected.judged][worst], expected.minimum, expected.maximum,
        None if worst is None else columns["last_value"][worst], "unasked" if worst is None else "met", row["label_en"], row["label_zh"],
    )  # fmt: skip


def _number(text: str) -> float | None:
    return float(text) if text else None


class _Worker:
    """The process that judges; one for all refreshes of this process."""

    def __init__(self) -> None:
        # Spawned, not forked: a forked child would keep the lock of the warehouse.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        """Let it end by itself."""
        self.connection.close()
        self.process.join(5)


_workers: list[_Worker] = []


def start() -> None:
    """Let the library be imported while other things are done."""
    if not _workers or not _workers[0].process.is_alive():
        _workers[:] = [_Worker()]
        atexit.unregister(_stop)
        atexit.register(_stop)


def worker_pid() -> int:
    """The process that judges."""
    return int(_workers[0].process.pid or 0)


def _stop() -> None:
    while _workers:
        _workers.pop().stop()


def judged(request: Figures | File) -> list[Verdict]:
    """What the worker says. Raises GateRefused if it says nothing, or that it could not judge."""
    start()
    connection: Connection = _workers[0].connection
    try:
        connection.send(request)
        answer: Any = connection.recv() if connection.poll(PATIENCE_SECONDS) else "no answer"
    except (EOFError, OSError) as error:
        answer = f"its process ended ({error or type(error).__name__})"
    if isinstance(answer, str):
        _workers[0].process.kill()
        _workers.clear()
        last = answer.strip().splitlines()[-1]
        raise GateRefused(
            f"A gate could not judge: {last}; nothing was published. Refresh again; if it stays, report it."
        )
    return list(answer)
