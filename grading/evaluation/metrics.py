"""Metrics of the publication, asked through MetricFlow: by `grading metric`, by the assistant, by tests.

MetricFlow reads a dbt project, so it gets one that is linked to ours, parsed for the target `published`, in a process of its own: a file
can be open in one way only in a process, and what dbt prints must not come between the lines of a protocol.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from grading.build.linked import linked_project
from grading.contract import HOME
from grading.errors import BadInput

MOST_SECONDS = 120
TIMES = ("day", "week", "month", "quarter", "year")


@dataclass
class Answer:
    """Columns and rows of one question."""

    columns: list[str]
    rows: list[list[Any]]


def known_metrics() -> dict[str, dict[str, Any]]:
    """Name -> what the YAML beside the marts says of a metric, and by what it can be asked."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((HOME / "models/marts").rglob("*.yml")):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for place in (file, *file.get("models", [])):
            found |= {metric["name"]: metric for metric in place.get("metrics", [])}
    return found


def known_classes() -> dict[str, list[str]]:
    """Metric -> what it can be grouped by, as MetricFlow calls it: entity__class, and metric_time by day to year."""
    files = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((HOME / "models/marts").rglob("*.yml"))
    ]
    models = [model for file in files for model in file.get("models", []) if "semantic_model" in model]
    by_entity: dict[str, list[str]] = {}
    for model in models:
        by_entity.setdefault(_entities(model)[0], []).extend(
            column["name"] for column in model["columns"] if column.get("dimension", {}).get("type") == "categorical"
        )
    found: dict[str, list[str]] = {}
    for model in models:
        classes = sorted(f"{entity}__{name}" for entity in _entities(model) for name in by_entity.get(entity, []))
        times = [f"metric_time__{grain}" for grain in TIMES] if "agg_time_dimension" in model else []
        found |= {metric["name"]: classes + times for metric in model.get("metrics", [])}
    for ratio in (metric for file in files for metric in file.get("metrics", [])):
        below = found[ratio["denominator"]]
        found[ratio["name"]] = [name for name in found[ratio["numerator"]] if name in below]
    return found


def _entities(model: dict[str, Any]) -> list[str]:
    """What a row of a semantic model is, then what it leads to."""
    declared = {column["entity"]["name"]: column["entity"]["type"] for column in model["columns"] if "entity" in column}
    own = model.get("primary_entity") or next(name for name, kind in declared.items() if kind == "primary")
    return [own, *(name for name in declared if name != own)]


def ask(published: Path, questions: list[tuple[list[str], list[str]]]) -> list[Answer]:
    """An answer to each question, metrics and what to group them by. Raises BadInput for a metric or a class that is not known, and where
    the extra `metrics` is not installed."""
    for metrics, _ in questions:
        if unknown := set(metrics) - set(known_metrics()):
            raise BadInput(f"There is no metric {', '.join(sorted(unknown))}; there are {', '.join(known_metrics())}.")
    with linked_project(published) as (folder, environment):
        try:
            done = subprocess.run(
                [sys.executable, "-m", "grading.evaluation.metrics"], cwd=folder, env=environment, input=json.dumps(questions), text=True,
                capture_output=True, check=False, timeout=MOST_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise BadInput(f"This took longer than {MOST_SECONDS} seconds and was stopped.") from None
    if done.returncode:
        if "No module named 'dbt_metricflow'" in done.stderr:
            raise BadInput("Metrics need the extra `metrics`: pip install 'customer-grading[metrics]'.")
        if "Query Input" in done.stderr:
            raise BadInput(_not_by(questions))
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise BadInput(f"This cannot be asked: {' '.join(said[-12:])[:600]}")
    return [Answer(**answer) for answer in json.loads(done.stdout.splitlines()[-1])]


def _not_by(questions: list[tuple[list[str], list[str]]]) -> str:
    """Which metrics cannot be grouped by what, by what they can, and which of these is probably meant."""
    known = known_classes()
    for metrics, groups in questions:
        possible = [name for name in known[metrics[0]] if all(name in known[other] for other in metrics)]
        for wrong in (name for name in groups if name not in possible):
            close = [name for name in possible if name.split("__")[1] == wrong.split("__")[-1]]
            meant = f" Is {' or '.join(close)} meant?" if close else ""
            return f"{', '.join(metrics)}: not by {wrong}; by {', '.join(possible)}.{meant}"
    return "MetricFlow refuses the question."


def _work() -> None:
    """In the linked project: questions come in, answers go out."""
    questions = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        from dbt.cli.main import dbtRunner
        from dbt_metricflow.cli.cli_configuration import CLIConfiguration
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        if not dbtRunner().invoke(["--quiet", "parse"]).success:
            raise RuntimeError("the project cannot be parsed")
        flow = CLIConfiguration()
        flow.setup(dbt_profiles_path=Path("profiles"), dbt_project_path=Path.cwd(), configure_file_logging=False)
        answers = []
        for metrics, groups in questions:
            request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=groups, order_by_names=groups)
            table = flow.mf.query(request).result_df
            if table is None:
                raise RuntimeError("no answer")
            rows = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in table.rows]
            answers.append({"columns": list(table.column_names), "rows": rows})
    print(json.dumps(answers, default=str))


if __name__ == "__main__":
    _work()
