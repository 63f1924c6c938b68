"""The page of a run: what became of it, what came, what was rejected and why, what the gates saw, what moved, how long it took.

One file in the release, in both languages, without scripts and without anything from elsewhere. It holds counts, published names and
places in files, no values of records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from grading.database import ENGINE_SETTINGS, PUBLISHED, literal, quiet
from grading.gates.gate import STATUSES, Gates
from grading.landing.store import Landed

REPORT = "report.html"
CLASSES = (("grade", "Grade", "等级"), ("value_tier", "Value tier", "价值层级"), ("risk_grade", "Risk", "风险等级"))
QUERIES = {
    "tables": "select source_name || '.' || source_table as name, landing_table, raw_rows, accepted_rows, rejected_rows, merged_rows, "
    "pending_rows, unreadable_lines from published.marts.record_reconciliation where raw_rows + unreadable_lines > 0 order by 1, 2",
    "rules": "select counts.source_name || '.' || counts.source_table as name, counts.column_name, counts.failed_count, counts.severity, "
    "labels.label_en, labels.label_zh, example.place from published.marts.data_quality_rule_counts as counts "
    "join published.marts.class_labels as labels on labels.class_family = 'rule_code' and labels.code = counts.rule_code "
    "left join (select source_name, source_table, rule_codes, min(source_file || ':' || source_line) as place "
    "from published.marts.rejected_records group by all) as example on example.source_name = counts.source_name "
    "and example.source_table = counts.source_table and list_contains(string_split(example.rule_codes, ';'), counts.rule_code) "
    "qualify row_number() over (partition by counts.source_name, counts.source_table, counts.column_name, counts.rule_code "
    "order by example.place) = 1 order by counts.severity desc, counts.failed_count desc limit 15",
    "kinds": "select customer_kind as kind, count(*) as customers, sum(net_amount_365d) as net, sum(clv_amount) as clv, "
    "count(*) filter (risk_grade in ('high', 'critical')) as risky from {file}.marts.customer_grades group by 1 order by 1",
    "first": "select now.customer_kind as kind, now.kind_rank as rank, earlier.kind_rank as rank_before, now.customer_id, "
    "coalesce(customers.display_name, '') as name, now.grade, earlier.grade as grade_before, now.overall_score as score, "
    "now.main_reason_en, now.main_reason_zh from published.marts.customer_rankings as now "
    "join published.marts.customers as customers using (customer_id) "
    "left join before.marts.customer_rankings as earlier on now.customer_id = earlier.customer_id "
    "where now.kind_rank <= 10 order by 1, 2",
    "moves": "select now.customer_kind as kind, earlier.{column} as code_before, now.{column} as code, count(*) as customers, "
    "sum(now.net_amount_365d) as net from published.marts.customer_grades as now join before.marts.customer_grades as earlier "
    "using (customer_id) where now.{column} <> earlier.{column} group by 1, 2, 3 order by customers desc, 1, 2, 3 limit 12",
    "shares": "select customer_kind as kind, {column} as code, count(*) as customers from {file}.marts.customer_grades "
    "where {column} is not null group by 1, 2 order by 1, 2",
}


def write_report(
    release: Path,
    landed: Iterable[Landed],
    seconds: dict[str, float],
    gates: Gates | None,
    previous: Path | None,
    error: str | None = None,
) -> Path:
    """Write the page of a run. `previous` is the publication that it is compared with; `error` is why it was not published."""
    page: dict[str, Any] = {
        "run_id": release.name, "error": error, "seconds": seconds, "landed": list(landed), "models": _slowest(release),
        "judged": sorted(gates.judged, key=lambda one: -STATUSES.index(one.status)) if gates else [],
        "warnings": sum(one.status == "warned" for one in gates.judged) if gates else 0,
        "let_through": [one for one in gates.warnings if one.let_through_because] if gates else [],
        "failing": [one for found in gates.failing.values() for one in found] if gates else [],
        "publication": None, "before": None, "is_held": False,
    }  # fmt: skip
    if error is None:
        page |= _of_marts(release, previous)
    environment = Environment(
        loader=PackageLoader("grading.releases", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    path = release / REPORT
    path.write_text(environment.get_template("report.html.j2").render(page), encoding="utf-8")
    return path


def _of_marts(release: Path, previous: Path | None) -> dict[str, Any]:
    before = previous / PUBLISHED if previous is not None and (previous / PUBLISHED).exists() else release / PUBLISHED
    with quiet(duckdb.connect(config=ENGINE_SETTINGS)) as database:
        database.execute(f"attach {literal(release / PUBLISHED)} as published (read_only)")
        is_held = False
        if before != release / PUBLISHED:
            try:
                database.execute(f"attach {literal(before)} as before (read_only)")
            except duckdb.IOException:
                is_held = True
        if before == release / PUBLISHED or is_held:
            # On a first run nothing was before, and what another process holds open for writing cannot be read: the same tables, empty.
            database.execute("attach ':memory:' as before")
            database.execute("create schema before.marts")
            for name in ("customer_rankings", "customer_grades", "publication"):
                database.execute(f"create table before.marts.{name} as from published.marts.{name} limit 0")

        def rows(query: str, **names: str) -> list[dict[str, Any]]:
            relation = database.execute(query.format(**names) if names else query)
            columns = [column[0] for column in relation.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]

        labels = {
            (one["class_family"], one["code"]): (one["label_en"], one["label_zh"], one["sort_order"])
            for one in rows(
                "select class_family, code, label_en, label_zh, sort_order from published.marts.class_labels"
            )
        }
        publications = [rows(f"from {file}.marts.publication") for file in ("published", "before")]
        classes = []
        for column, label_en, label_zh in CLASSES:
            # A publication of an older release may lack a class.
            with suppress(duckdb.BinderException):
                sides = [rows(QUERIES["shares"], column=column, file=file) for file in ("published", "before")]
                moves = rows(QUERIES["moves"], column=column)
                classes.append({
                    "column": column, "label_en": label_en, "label_zh": label_zh, "moves": moves,
                    "kinds": [_bars(kind, column, sides, labels) for kind in sorted({one["kind"] for one in sides[0]})],
                })  # fmt: skip
        return {
            "publication": publications[0][0],
            "before": publications[1][0] if publications[1] else None,
            "is_held": is_held,
            "tables": rows(QUERIES["tables"]),
            "rules": rows(QUERIES["rules"]),
            "kinds": rows(QUERIES["kinds"], file="published"),
            "kinds_before": {one["kind"]: one for one in rows(QUERIES["kinds"], file="before")},
            "first": rows(QUERIES["first"]),
            "classes": classes,
            "labels": labels,
        }


def _bars(
    kind: str, column: str, sides: list[list[dict[str, Any]]], labels: dict[tuple[str, str], tuple[str, str, int]]
) -> dict[str, Any]:
    """The shares of a class now and before, in the order of its labels."""
    counts = [{one["code"]: one["customers"] for one in side if one["kind"] == kind} for side in sides]
    codes = sorted({*counts[0], *counts[1]}, key=lambda code: labels.get((column, code), ("", "", 99))[2])
    return {
        "kind": kind,
        "sides": [
            [(code, count.get(code, 0), 100 * count.get(code, 0) / sum(count.values())) for code in codes]
            if count
            else None
            for count in counts
        ],
    }


def _slowest(release: Path) -> list[tuple[str, float]]:
    """The models that took longest."""
    path = release / "target" / "run_results.json"
    try:
        results = json.loads(path.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return []
    times = [
        (one["unique_id"].rpartition(".")[2], float(one["execution_time"]))
        for one in results
        if one["unique_id"].startswith("model.")
    ]
    return sorted(times, key=lambda one: -one[1])[:8]
