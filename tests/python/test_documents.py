"""Documents that are made from the project itself: current, or this fails. `make docs` writes them again."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import duckdb
import yaml

from grading.cli import main
from grading.database import PUBLISHED
from grading.evaluation.answering import monday_questions
from grading.evaluation.metrics import known_classes
from grading.refresh import Outcome

from .conftest import Built, Pipeline
from .test_assistant import ask

HOME = Path(__file__).resolve().parents[2]
DOCS = HOME / "docs"
KINDS = {"person": "persons", "organisation": "organisations", "all": "both"}


def seed(name: str) -> list[dict[str, str]]:
    path = next((HOME / "seeds").rglob(f"{name}.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join("" if cell is None else str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(header), "|" + "---|" * len(header), *map(line, rows)]) + "\n"


def current(name: str, text: str) -> None:
    """Write the document if asked to, else compare."""
    path = DOCS / name
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(text, encoding="utf-8")
    assert path.exists() and path.read_text(encoding="utf-8") == text, f"docs/{name} is stale: run `make docs`"


def test_parameters_are_current() -> None:
    parts = ["# Parameters\n\nMade from `seeds/criteria/` by `make docs`; edit the CSV files, not this page.\n"]
    for version in seed("criteria_versions"):
        name = version["criteria_version"]
        parts.append(
            f"## Version {name}, from {version['valid_from']}\n\n{version['description_en']} ({version['description_zh']})\n"
        )
        values: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for row in seed("criteria_numbers"):
            if row["criteria_version"] == name:
                values[row["name"], row["unit"], row["description"]][row["customer_kind"]] = row["value"] or "off"
        parts.append("### Numbers\n\n" + table(
            ["name", "persons", "organisations", "unit", "what it decides"],
            [(f"`{key[0]}`", kinds.get("person", kinds.get("all")), kinds.get("organisation", kinds.get("all")), key[1], key[2])
             for key, kinds in values.items()],
        ))  # fmt: skip
        parts.append("### Score cuts\n\nA value has the score of the greatest lower bound that is not above it.\n\n" + table(
            ["measure", "kind", "score", "from"],
            [(f"`{row['measure']}`", KINDS[row["customer_kind"]], row["score"], row["lower_bound"])
             for row in seed("score_cuts") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Grades\n\n" + table(
            ["grade", "overall score from"],
            [(row["grade"], row["lower_bound"]) for row in seed("grade_bands") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Weights\n\n" + table(
            ["component", "kind", "population", "weight"],
            [(row["component"], KINDS[row["customer_kind"]], row["population"], row["weight"])
             for row in seed("component_weights") if row["criteria_version"] == name],
        ) + "\n" + table(
            ["component", "measure", "kind", "weight"],
            [(row["component"], row["measure"], KINDS[row["customer_kind"]], row["weight"])
             for row in seed("measure_weights") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Loyalty and types\n\nA part is 0 at one end of its scale and 100 at the other; what is not known is left out.\n\n" + table(
            ["score", "part", "kind", "weight", "0 at", "100 at"],
            [(row["score"], f"`{row['part']}`", KINDS[row["customer_kind"]], row["weight"], row["zero_at"], row["full_at"])
             for row in seed("score_parts") if row["criteria_version"] == name],
        ) + "\n" + table(
            ["type", "kind", "place", "score from", "known at least", "purchase days", "orders, or", "tickets", "value tiers"],
            [(f"`{row['customer_type']}`", KINDS[row["customer_kind"]], row["precedence"], row["min_score"], f"{row['min_known_percent']} %",
              row["min_purchase_days"], row["min_order_count"], row["min_ticket_count"], row["value_tiers"].replace(";", ", "))
             for row in seed("customer_types") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Segments\n\nThe first rule that holds counts; in words, with the cuts of each kind: the mart `rfm_segment_rules`.\n\n" + table(
            ["place", "segment", "R", "F", "M"],
            [(row["position"], f"`{row['rfm_segment']}`", *(f"{row[f'min_{score}_score']} to {row[f'max_{score}_score']}" for score in "rfm"))
             for row in seed("rfm_segments") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Triggers of risk\n\nOf one measure the highest bound that is reached counts.\n\n" + table(
            ["trigger", "kind", "measure", "from", "and at least", "risk"],
            [(f"`{row['trigger_code']}`", KINDS[row["customer_kind"]], f"`{row['measure']}`",
              ("above " if row["is_strict"] == "true" else "") + row["lower_bound"],
              f"`{row['min_measure']}` {row['min_value']} {row['min_unit']}".strip() if row["min_measure"] else "", row["risk_grade"])
             for row in seed("risk_triggers") if row["criteria_version"] == name],
        ) + "\n" + table(
            ["risk grade", "risk score at least"],
            [(row["risk_grade"], row["min_score"]) for row in seed("risk_grades") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Gates\n\n" + table(
            ["of", "gate", "best grade"],
            [(row["gate_family"], f"`{row['gate_code']}`", row["max_grade"])
             for row in seed("grade_gates") if row["criteria_version"] == name],
        ))  # fmt: skip
        parts.append("### Reasons\n\nThose of the component that moved the score most come first, notes last.\n\n" + table(
            ["reason", "component", "speaks", "weight"],
            [(f"`{row['reason_code']}`", row["component"], row["direction"], row["weight"])
             for row in seed("grade_reasons") if row["criteria_version"] == name],
        ))  # fmt: skip
    current("parameters.md", "\n".join(parts))


def test_classes_are_current() -> None:
    families: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in seed("class_labels_seed"):
        families[row["class_family"]].append(row)
    parts = [
        "# Classes\n\nMade from `seeds/reference/class_labels_seed.csv` by `make docs`. Codes as they stand in the marts.\n"
    ]
    for family, rows in families.items():
        parts.append(f"## {family}\n\n" + table(
            ["code", "English", "中文", "definition", "定义"],
            [(f"`{row['code']}`", row["label_en"], row["label_zh"], row["definition_en"], row["definition_zh"]) for row in rows],
        ))  # fmt: skip
    current("classes.md", "\n".join(parts))


def shown(built: Built, query: str) -> str:
    result = built.database.execute(query)
    header = [column[0] for column in result.description or []]
    return table(header, result.fetchall())


def test_trace_is_current(pipeline: Pipeline) -> None:
    """One customer through every layer, as it really comes out."""
    built = pipeline.run(HOME / "tests" / "fixtures" / "trace")
    key = "(select record_key from intermediate.int_records where customer_ref = 'CU-7')"
    steps = [
        ("The files", "`tests/fixtures/trace/orders.csv`, as landed: all text, with file and line.",
         "select _file, _line, order_ref, ordered_at, status, currency, amount from raw_orders order by _line"),
        ("Staging", "Typed, each record with the rules it breaks and its record_status. Line 4 equals line 3; line 6 may be the third "
         "of June or the sixth of March, and nobody says which.",
         "select _line, order_ref, ordered_at, status, currency, amount, rule_codes, record_status "
         "from intermediate.int_orders_unioned order by _line"),
        ("Orders valued", "SO-1 has no amount: its lines decide, less the postage, which is no merchandise. It has no currency: "
         "its customer's.",
         "select order_ref, status_class, is_countable, stated_currency, original_amount from intermediate.int_orders_valued "
         f"where record_key = {key} order by order_ref"),
        ("Orders converted", "The reporting currency is that of most orders. The rate is the last one before. SO-3 was cancelled: "
         "no purchase.",
         "select order_ref, original_currency, exchange_rate, is_pending, is_purchase, gross_amount "
         f"from intermediate.int_orders_converted where record_key = {key} order by order_ref"),
        ("Refunds applied", "",
         "select refund_ref, effective_date, refunded_amount, excess_amount from intermediate.int_refunds_applied"),
        ("Customer days", "All money of a customer, summed once.",
         "select activity_date, order_count, gross_amount, refunded_amount from intermediate.int_customer_days "
         f"where record_key = {key} order by activity_date"),
        ("Measures", "Per graded date; here the last month ends and the as-of date. The kind was not stated: the industry says "
         "organisation.",
         "select as_of_date, customer_kind, order_count, purchase_days, recency_days, tenure_days, net_amount "
         f"from intermediate.int_purchases_measured where customer_key = {key} and as_of_date >= '2025-03-01' order by as_of_date"),
        ("Classes and grade", "",
         "select as_of_date, lifecycle_stage, rfm_cell, rfm_segment, value_tier, overall_score, grade "
         f"from intermediate.int_grades where customer_key = {key} and as_of_date >= '2025-03-01' order by as_of_date"),
        ("Published", "`marts.customer_rankings` with `marts.customer_grade_reasons`.",
         "select overall_rank, kind_rank, grade, position, reason_en, reason_zh from marts.customer_rankings "
         "join marts.customer_grade_reasons using (customer_id) join marts.customers using (customer_id) "
         "where display_name = '远航贸易有限公司' order by position"),
        ("What did not count", "",
         "select source_table, source_line, column_names, rule_codes from marts.rejected_records"),
    ]  # fmt: skip
    raw = built.landed[[entry.table for entry in built.landed].index("orders")].stored
    store = next(pipeline.folder.glob(f"run*/store/{raw}"))
    built.database.execute(f"create temp view raw_orders as from read_parquet('{store}')")
    parts = [
        "# One customer through every layer\n\nExecuted by the tests on `tests/fixtures/trace/`; `make docs` writes it again.\n"
    ]
    for number, (title, words, query) in enumerate(steps, 1):
        parts.append(f"## {number}. {title}\n\n" + (f"{words}\n\n" if words else "") + shown(built, query))
    current("trace.md", "\n".join(parts))


def test_monday_questions_are_current(published: Outcome) -> None:
    """Each question is one query that runs as it is printed, in the DuckDB shell, on the published file; its answer is that of the sample."""
    parts = [
        "# Monday\n\nThe questions that are asked every week. Each is one query on the marts: paste it into the DuckDB shell, opened on "
        "`warehouse/current/customer_grading.duckdb`, or into a BI tool. The answers, their first five rows, are those of the sample: "
        "`grading generate --customers 500 --seed 7`. Made from `analyses/` by `make docs`.\n"
    ]
    numbers = []
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        for number, (question, query) in monday_questions().items():
            assert "{" not in query, f"question {number} is plain SQL but for ref"
            numbers.append(number)
            result = database.execute(query)
            header, rows = [column[0] for column in result.description or []], result.fetchall()
            answer = table(header, rows[:5]) if rows else "No row.\n"
            parts.append(f"## {number}. {question}\n\n```sql\n{query}```\n\n{len(rows):,} rows.\n\n{answer}")
    assert numbers == list(range(1, 18))
    current("monday.md", "\n".join(parts))


def test_the_talk_with_the_assistant_is_current(published: Outcome) -> None:
    """What a program that speaks the protocol is answered, tool by tool."""
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        owner, customer = database.execute(
            "select account_owner, customer_id from marts.customer_actions where status = 'planned' and account_owner is not null "
            "and customer_id in (select customer_id from marts.customer_grade_reasons where direction = 'against') "
            "order by expected_value_amount desc, customer_id limit 1"
        ).fetchall()[0]
    questions = [
        ("due_actions", {"account_owner": owner, "status": "planned"}), ("due_actions", {"customer_id": customer, "language": "zh"}),
        ("explain_grade", {"customer_id": customer}), ("explain_grade", {"customer_id": customer, "language": "zh"}),
        ("what_lifts", {"customer_id": customer}), ("define", {"word": "churned"}), ("monday_question", {"number": 11}),
    ]  # fmt: skip
    tools, said = ask(published.release.parent.parent, questions)
    parts = [
        "# A talk with the assistant\n\nWhat `grading serve` answers on the sample, asked by the protocol's own client; tables are cut after five rows. "
        f"Its tools: {', '.join(f'`{tool}`' for tool in tools)}. Made by `make docs`.\n"
    ]
    for (tool, arguments), answer in zip(questions, said, strict=True):
        parts.append(f"## {tool} {json.dumps(arguments, ensure_ascii=False)}\n")
        for name, content in answer.items():
            if isinstance(content, dict) and content["rows"]:
                parts.append(f"{name}\n\n{table(content['columns'], content['rows'][:5])}")
    current("assistant.md", "\n".join(parts))


def test_the_command_page_is_current() -> None:
    """`--help` of every command, each with its examples."""

    def said(command: click.Command, name: str, parent: click.Context | None) -> list[str]:
        context = click.Context(
            command, parent=parent, info_name=name, max_content_width=100, terminal_width=100, help_option_names=["-h", "--help"]
        )  # fmt: skip
        parts = [f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"]
        for inner, one in sorted(command.commands.items()) if isinstance(command, click.Group) else ():
            parts += said(one, inner, context)
        if not isinstance(command, click.Group):
            assert f"  {context.command_path}" in parts[0].split("Options:")[0].split("\n", 4)[-1], (
                f"{context.command_path} shows no example"
            )
        return parts

    words = '# The command\n\nWhat `--help` says, made by `make docs`. Completion: `eval "$(_GRADING_COMPLETE=bash_source grading)"`.\n'
    current("command.md", "\n".join([words, *said(main, "grading", None)]))


def test_the_page_of_metrics_is_current() -> None:
    parts = [
        "# Metrics\n\nDeclared beside the marts, in dbt's own YAML (`semantic_model`, `metrics`), and asked through MetricFlow (extra `metrics`), so that "
        "every tool says the same:\n\n    grading metric net_revenue average_order_value --by customer__market\n    grading metric nps --by customer__value_tier --json\n\n"
        "MetricFlow's own command works, too: `dbt parse`, then `GRADING_TARGET=published mf query --metrics nps --group-by customer__value_tier`; the "
        "target `published` reads `warehouse/current/customer_grading.duckdb`. `tests/python/test_metrics.py` compares each with SQL written by "
        "hand. This page is made by `make docs`.\n"
    ]
    made_of: list[tuple[str, ...]] = []
    classes = known_classes()
    for path in sorted((HOME / "models/marts").rglob("*.yml")):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        made_of += [
            (metric["name"], metric["label"], metric["description"], f"{metric['numerator']} / {metric['denominator']}")
            for metric in file.get("metrics", [])
        ]
        for model in file.get("models", []):
            if "metrics" not in model:
                continue
            rows = [
                (metric["name"], metric["label"], metric["description"], f"{metric['agg']}({metric['expr']})")
                for metric in model["metrics"]
            ]
            by = ", ".join(f"`{name}`" for name in classes[model["metrics"][0]["name"]])
            parts.append(f"## {model['name']}\n\nBy {by}.\n\n{table(['metric', 'label', 'meaning', 'formula'], rows)}")
    parts.append(
        f"## Made of these\n\nBy what both parts can be asked by.\n\n{table(['metric', 'label', 'meaning', 'formula'], made_of)}"
    )
    current("metrics.md", "\n".join(parts))


def picture_of_entities(one: list[str], many: list[str], of_orders: list[str]) -> str:
    """Tables of a customer left and right of it, of an order right of that; a line is a join."""
    step, height, width = 34, 24, 200
    left, middle, right, far = 20, 300, 580, 860
    rows = max(len(one), len(many))
    parts = []

    def box(x: int, y: int, name: str, fill: str = "#fff") -> None:
        parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="#3f51b5"/>')
        parts.append(f'<text x="{x + width // 2}" y="{y + 16}" text-anchor="middle">{name}</text>')

    def column(x: int, names: list[str], title: str, first: int, start: tuple[int, int]) -> dict[str, int]:
        parts.append(f'<text x="{x + width // 2}" y="{first - 12}" text-anchor="middle" class="small">{title}</text>')
        places = {name: first + step * number for number, name in enumerate(names)}
        edge = x if start[0] <= x else x + width
        for name, y in places.items():
            bend = (start[0] + edge) // 2
            parts.append(
                f'<path d="M{start[0]} {start[1]}H{bend}V{y + height // 2}H{edge}" fill="none" stroke="#9aa5d8"/>'
            )
            box(x, y, name)
        return places

    centre = 40 + step * rows // 2
    column(left, one, "one row of a customer: customer_id", 40, (middle, centre))
    places = column(right, many, "many rows of a customer: customer_id", 40, (middle + width, centre))
    column(far, of_orders, "many rows of an order: source_system, order_ref", places["orders"] - step * (len(of_orders) - 1),
           (right + width, places["orders"] + height // 2))  # fmt: skip
    box(middle, centre - height // 2, "customers", "#e8eaf6")
    style = "text{font:13px system-ui,sans-serif;fill:#222}.small{font-size:12px;fill:#666}"
    size = f"{far + width + 60} {40 + step * rows}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'


def test_the_diagram_of_entities_is_current() -> None:
    """Which table leads to which, by the columns that name rows of another."""
    keys, columns = {}, {}
    for path in sorted((HOME / "models/marts").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            columns[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
            for test in model.get("data_tests", []):
                if isinstance(test, dict) and (unique := test.get("unique_combination_of_columns")):
                    keys.setdefault(model["name"], unique["arguments"]["combination_of_columns"])
    of_orders = ["order_lines", "receivables", "refunds", "tickets"]
    assert all("order_ref" in columns[name] for name in of_orders)
    of_customers = [name for name in sorted(columns) if "customer_id" in columns[name] and name != "customers"]
    one = [name for name in of_customers if keys.get(name) == ["customer_id"]]
    many = [name for name in of_customers if name not in (*one, *of_orders, "orders")]
    current("img/entities.svg", picture_of_entities(one, [*many, "orders"], of_orders))
    rows = [(f"`{name}`", ", ".join(keys.get(name, ["–"])), len(columns[name])) for name in sorted(columns)]
    current(
        "entities.md",
        "# Tables and keys\n\nEvery table of the schema `marts`, its key, and how many columns it has; what they mean is in each table's comments. Classes in "
        f"words, in both languages: `class_labels`, by class_family and code. Made by `make docs`.\n\n{table(['table', 'key', 'columns'], rows)}\n"
        "## Which leads to which\n\n![Tables and the columns that join them](img/entities.svg)\n",
    )


def test_the_site_is_whole(tmp_path: Path) -> None:
    """No link leads nowhere, every page is in the menu, and nothing is fetched from elsewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(tmp_path.rglob("*.html"))
    names = {path.name.split(".")[0] for path in DOCS.glob("*.md")}
    assert (
        {page.stem for page in tmp_path.glob("*.html")} - {"404"}
        == names
        == {page.stem for page in (tmp_path / "zh").glob("*.html")} - {"404"}
    )
    menu = (HOME / "mkdocs.yml").read_text(encoding="utf-8").split("nav:")[-1]
    assert not [name for name in names if f"{name}.md" not in menu]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(
            r"<(?:script|img|iframe)[^>]+src=\"?https?:|<link[^>]+rel=\"?stylesheet\"?[^>]+href=\"?https?:", text
        ), page.name
