"""The linters can fail: for each rule of the house, something that breaks it is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grading.contract import Project
from grading.refresh import Outcome

HOME = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def bouncer(manifest: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Run the project's rules on a manifest."""
    (folder / "manifest.json").write_text(json.dumps(manifest))
    config = (
        (HOME / "dbt-bouncer.yml").read_text().replace("dbt_artifacts_dir: target/lint", f"dbt_artifacts_dir: {folder}")
    )
    (folder / "rules.yml").write_text(config)
    result = subprocess.run(
        [BIN / "dbt-bouncer", "run", "--config-file", folder / "rules.yml"],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.fixture(scope="module")
def manifest(published: Outcome) -> dict[str, Any]:
    return dict(json.loads((published.release / "target" / "manifest.json").read_text()))


def test_the_project_keeps_its_rules(manifest: dict[str, Any], tmp_path: Path) -> None:
    code, output = bouncer(manifest, tmp_path)
    assert code == 0, output


def node(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return dict.__getitem__(manifest["nodes"], f"model.customer_grading.{name}")  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda m: node(m, "orders").update(name="fct_orders"), "check_model_names"),
        (lambda m: node(m, "orders")["depends_on"]["nodes"].append("model.customer_grading.stg_landing__orders"), "check_lineage_permitted_upstream_models"),
        (lambda m: node(m, "int_orders_netted")["depends_on"]["nodes"].append("model.customer_grading.orders"), "check_lineage_permitted_upstream_models"),
        (lambda m: node(m, "int_dates_due").update(raw_code="select 1\n" * 101), "check_model_max_number_of_lines"),
        (lambda m: node(m, "int_dates_due").update(description="Dates."), "check_model_description_contains_regexp_pattern"),
        (lambda m: node(m, "orders")["contract"].update(enforced=False), "check_model_has_contracts_enforced"),
        (lambda m: node(m, "orders")["columns"]["order_ref"].update(description=""), "check_model_column_description_populated"),
        (lambda m: node(m, "int_dates_due").update(raw_code="select current_date as as_of_date"), "check_model_code_does_not_contain_regexp_pattern"),
        (lambda m: node(m, "int_dates_due").update(raw_code="select a::int from b"), "check_model_code_does_not_contain_regexp_pattern"),
        (lambda m: node(m, "int_dates_due").update(raw_code="select a from b qualify row_number() over () = 1"), "check_model_code_does_not_contain_regexp_pattern"),
        (lambda m: m["unit_tests"].clear(), "check_model_has_unit_tests"),
        (lambda m: m["macros"]["macro.customer_grading.times"].update(macro_sql="{% macro times() %}now(){% endmacro %}"), "check_macro_code_does_not_contain_regexp_pattern"),
    ],
    ids=["name", "mart_on_staging", "intermediate_on_mart", "size", "description", "contract", "column", "clock", "cast", "qualify",
         "unit_tests", "clock_in_macro"],
)  # fmt: skip
def test_each_rule_can_fail(
    manifest: dict[str, Any], tmp_path: Path, breaks: Callable[[dict[str, Any]], None], says: str
) -> None:
    broken = json.loads(json.dumps(manifest))
    breaks(broken)
    code, output = bouncer(broken, tmp_path)
    assert code != 0 and says in output, output[-2000:]


def test_sqlfluff_can_fail(tmp_path: Path) -> None:
    (tmp_path / ".sqlfluff").write_text((HOME / ".sqlfluff").read_text().replace("templater = dbt", "templater = raw"))
    bad = "SELECT a , b FROM t, u order by 1\n"
    result = subprocess.run(
        [BIN / "sqlfluff", "lint", "-"], input=bad, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode != 0
    assert {"CP01", "LT01", "AM05"} <= set(result.stdout.replace("|", " ").split()) or "CP01" in result.stdout
    good = "select\n    a,\n    b\nfrom t\n"
    result = subprocess.run(
        [BIN / "sqlfluff", "lint", "-"], input=good, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 0, result.stdout


def test_a_deprecation_is_an_error(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("models", "macros", "seeds", "tests/dbt", "profiles"):
        shutil.copytree(HOME / name, project / name)
    text = (HOME / "dbt_project.yml").read_text()
    command = [
        BIN / "dbt", "parse", "--warn-error-options", '{"error": ["Deprecations"]}', "--profiles-dir", "profiles", "--quiet",
    ]  # fmt: skip
    (project / "dbt_project.yml").write_text(text + "\ntarget-path: elsewhere\n")
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode != 0 and "deprecat" in (result.stdout + result.stderr).lower()


@pytest.mark.parametrize(
    ("tool", "bad"),
    [(["ruff", "check", "-"], "import os\n"), (["mypy", "--strict", "-c"], "def f(x): return x")],
    ids=["ruff", "mypy"],
)
def test_python_linters_can_fail(tool: list[str], bad: str) -> None:
    command: list[str | Path] = [BIN / tool[0], *tool[1:]]
    stdin = bad if tool[-1] == "-" else None
    result = subprocess.run(
        command if stdin else [*command, bad], input=stdin, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0, result.stdout


def test_severities_cover_the_contract() -> None:
    """A starred column, an amount, a quantity, a price, a discount, a currency, a rate: a violation there rejects."""
    rules = Project().seed("criteria/data_quality_rules.csv")
    rejecting = {
        (row["source_table"], row["column_name"], row["rule_code"]) for row in rules if row["severity"] == "reject"
    }

    def rejects(table: str, column: str, code: str) -> bool:
        return any((t, c, code) in rejecting for t in ("*", table) for c in ("*", column))

    import yaml

    path = HOME / "models/staging/landing/_landing__sources.yml"
    codes = {"timestamp": "invalid_date", "date": "invalid_date", "number": "invalid_number", "rate": "invalid_number",
             "currency": "unknown_currency", "category": "unmapped_value"}  # fmt: skip
    money = {"amount", "quantity", "unit_price", "discount_amount", "currency", "exchange_rate", "rate"}
    for table in yaml.safe_load(path.read_text())["sources"][0]["tables"]:
        for column in table["columns"]:
            required = column.get("config", {}).get("meta", {}).get("is_required", False)
            if required:
                assert rejects(table["name"], column["name"], "missing_value")
            code = codes.get(column["data_type"])
            if code and (required or column["name"] in money):
                assert rejects(table["name"], column["name"], code), (table["name"], column["name"])


def test_every_problem_that_staging_writes_can_be_judged() -> None:
    """`possible_problems` names each code that `typed_columns` writes into a `__problem` column, and no other."""
    text = (HOME / "macros/cleaning/typed_columns.sql").read_text()
    listed = text[
        text.index("macro possible_problems") : text.index("{# The problem of a column whose typed value is there")
    ]
    written = text.replace(listed, "")
    kinds = ("invalid", "ambiguous", "implausible", "unknown", "unmapped", "nested", "missing")
    codes = re.compile(rf"'((?:{'|'.join(kinds)})_[a-z]+)'")
    assert set(codes.findall(listed)) == set(codes.findall(written))
