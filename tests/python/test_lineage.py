"""No score is made of what it must not look at: the lineage of every score, column by column through the SQL that ran, never meets a barred one.

Barred are sensitive attributes and what may stand for them (docs/privacy.md): sex, age, income, occupation, education, place below the country,
language, names, interests. What is followed is how a value is made: what joins, filters and the status of a record look at decides who is in a row, not
what it is worth, and is not followed. Two things read such columns on purpose and are no score: the identity of records, and what is
published of customers as attributes.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from grading.build.replay import SCHEMAS, Node, nodes_of
from grading.database import BUILD, PUBLISHED
from grading.fitting.parameters import STATISTICS
from grading.refresh import Outcome

from .conftest import PARAMETERS
from .test_documents import current
from .test_documents import table as table_of

BARRED = {
    "gender", "birth_date", "age_years", "age_band", "annual_income", "income_band", "occupation", "education_level", "region", "city",
    "postal_code", "address", "language", "name", "interests", "needs", "display_name",
}  # fmt: skip
SCORES = {
    "customer_grades": [
        "overall_score", "grade", "value_tier", "customer_type", "lifecycle_stage", "rfm_cell", "rfm_segment", "clv_amount", "probability_alive",
        "risk_grade", "risk_score", "potential_score", "history_score", "influence_score", "safety_score", "loyalty_score", "gate_code",
    ],
    "customer_rankings": ["overall_rank", "overall_score"],
    "customer_actions": ["action_code", "expected_value_amount", "is_held_out", "priority"],
}  # fmt: skip
# They decide which rows are there and whose: a contradiction of two records is looked for in all their columns.
ROWS = {
    "record_status",
    "customer_key",
    "record_key",
    "parent_record_key",
    "as_of_date",
    "criteria_version",
    "is_current",
    "*",
}
Column = tuple[str, str]


class Lineage:
    """From which columns of which relations a column is made, through all models."""

    def __init__(self, nodes: list[Node], release: Path) -> None:
        # Staging types what was landed, column by column of the same name: the way ends there.
        self.nodes = {node.name: node for node in nodes if node.kind == "model" and not node.name.startswith("stg_")}
        self.schema: dict[str, dict[str, dict[str, dict[str, str]]]] = {"build": {}}
        self.scopes: dict[str, tuple[exp.Expression, Scope]] = {}
        self.found: dict[Column, set[Column]] = {}
        for name in (BUILD, PUBLISHED):
            with duckdb.connect(str(release / name), read_only=True) as database:
                for schema, table, column, kind in database.execute(
                    "select schema_name, table_name, column_name, data_type from duckdb_columns() where list_contains(?, schema_name)", [list(SCHEMAS)]
                ).fetchall():  # fmt: skip
                    self.schema["build"].setdefault(schema, {}).setdefault(table, {})[column] = kind

    def of(self, model: str, column: str) -> set[Column]:
        """The columns that a column of a model is made of, one step back."""
        if (model, column) not in self.found:
            if model not in self.scopes:
                query = qualify(
                    sqlglot.parse_one(self.nodes[model].sql, dialect="duckdb"), schema=self.schema, dialect="duckdb", validate_qualify_columns=False
                )  # fmt: skip
                scope = build_scope(query)
                assert scope is not None
                self.scopes[model] = (query, scope)
            query, scope = self.scopes[model]
            steps = lineage(column, query, schema=self.schema, dialect="duckdb", scope=scope, trim_selects=False).walk()
            made_of = {
                (step.expression.name, step.name.rpartition(".")[2].strip('"'))
                for step in steps
                if isinstance(step.expression, exp.Table)
            }
            if model == PARAMETERS:
                # What is fitted is read back from a file: it is made of the statistics.
                made_of |= {(STATISTICS, name) for name in self.schema["build"]["intermediate"][STATISTICS]}
            else:
                assert all(name != "*" or table in self.nodes for table, name in made_of), (model, column, made_of)
            self.found[model, column] = {step for step in made_of if step[1] not in ROWS and step[0]}
        return self.found[model, column]

    def way_to_barred(self) -> tuple[list[list[Column]], set[Column]]:
        """Each way from a score to a barred column, and all columns that were looked at."""
        ways, seen = [], set()
        left = [[(mart, column)] for mart, columns in SCORES.items() for column in columns]
        while left:
            way = left.pop()
            if way[-1] in seen:
                continue
            seen.add(way[-1])
            table, column = way[-1]
            if column in BARRED and (table in self.nodes or table.startswith("stg_")):
                ways.append(way)
            elif table in self.nodes:
                left += [[*way, step] for step in self.of(table, column)]
        return ways, seen


@pytest.fixture(scope="module")
def sound(published: Outcome) -> Lineage:
    """That of the project as it is; what it has found is not looked for again where a leak is planted."""
    return Lineage(nodes_of(published.release), published.release)


def test_no_score_is_made_of_a_barred_attribute(sound: Lineage) -> None:
    ways, seen = sound.way_to_barred()
    assert ways == [], "\n".join(" <- ".join(".".join(step) for step in way) for way in ways)
    # It went all the way: to what was landed of orders, payments and surveys.
    assert {table for table, _ in seen} >= {
        "int_orders_unioned",
        "int_payments_unioned",
        "int_survey_responses_unioned",
    }
    assert len(seen) > 400


@pytest.mark.parametrize(
    ("model", "column", "leak"),
    [
        ("int_history_scored", "history_score", "case when leak.gender = 'female' then 1 else 0 end"),
        ("int_risk_scored", "risk_score", "length(leak.city)"),
        ("int_expected_amounts", "expected_amount", "leak.age_years"),
    ],
)
def test_a_planted_leak_is_found(sound: Lineage, model: str, column: str, leak: str) -> None:
    node = sound.nodes[model]
    planted = (
        f"select score.* exclude ({column}), score.{column} + {leak} as {column} from ({node.sql}) as score "
        'left join "build"."intermediate"."int_customer_attributes" as leak on score.customer_key = leak.customer_key'
    )
    planting = copy(sound)
    planting.nodes = {**sound.nodes, model: replace(node, sql=planted)}
    planting.scopes = {name: scope for name, scope in sound.scopes.items() if name != model}
    planting.found = {step: made_of for step, made_of in sound.found.items() if step[0] != model}
    ways, _ = planting.way_to_barred()
    assert ways and all((model, column) in way for way in ways)


def test_the_page_of_lineage_is_current(sound: Lineage) -> None:
    """Each published score, and the columns of records that it is made of."""
    rows = []
    for mart, columns in SCORES.items():
        for column in columns:
            seen, left, made_of = set(), [(mart, column)], {}
            while left:
                table, name = step = left.pop()
                if step in seen:
                    continue
                seen.add(step)
                if table.endswith("_unioned"):
                    entity = table.removeprefix("int_").removesuffix("_unioned")
                    made_of.setdefault(entity, set()).add(name)
                elif table in sound.nodes:
                    left += sound.of(table, name)
            said = "; ".join(f"{entity}: {', '.join(sorted(names))}" for entity, names in sorted(made_of.items()))
            rows.append((f"{mart}.{column}", said or "a class, looked up by scores of the row in the seeds"))
    current("lineage.md", "# Of what scores are made\n\nEach published score, and the columns of the records of all sources that its value is made of, followed "
            "through the SQL that ran, column by column, by sqlglot. What joins and filters look at decides who is in a row, and is not followed. "
            "Made by `make docs`; what no score may be made of is in [Privacy](privacy.md).\n\n" + table_of(["score", "made of"], rows))  # fmt: skip
