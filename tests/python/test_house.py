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


def test_the_text_of_sql_is_looked_at(tmp_path: Path) -> None:
    """Macros and models as they are written: length of lines, capitals, a comment that says what it is for."""
    folder = tmp_path / "macros"
    folder.mkdir()
    long = "-- " + "x" * 200
    (folder / "bad.sql").write_text(f"{{% macro bad() %}} \nSELECT 1\n{long}\n{{% endmacro %}}\n\n")
    command = [sys.executable, str(HOME / "tests/lint_text.py")]
    result = subprocess.run([*command, str(folder / "bad.sql")], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    for problem in (
        "203 characters",
        "blanks at the end",
        "a keyword in capitals",
        "begins with a comment",
        "one line end",
    ):
        assert problem in result.stdout, problem
    result = subprocess.run(command, capture_output=True, text=True, check=False)
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
    rules = Project().seed("criteria/quality/data_quality_rules.csv")
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


def test_every_problem_that_staging_writes_has_a_severity() -> None:
    """Each code that `problem_of` writes is a rule of the seed, for all tables and columns."""
    text = (HOME / "macros/cleaning/problem_of.sql").read_text()
    kinds = ("invalid", "ambiguous", "implausible", "unknown", "unmapped", "nested", "missing")
    codes = set(re.findall(rf"'((?:{'|'.join(kinds)})_[a-z]+)'", text)) | {
        "invalid_email",
        "invalid_phone",
        "invalid_integer",
    }
    rules = Project().seed("criteria/quality/data_quality_rules.csv")
    assert codes <= {row["rule_code"] for row in rules if (row["source_table"], row["column_name"]) == ("*", "*")}


# ---- the straight house

MART = 100


def reading_order(node: dict[str, Any]) -> int | None:
    """Staging, the rooms of intermediate in the order of dbt_project.yml, the marts; None for what may be read anywhere."""
    path = node["original_file_path"]
    if path.startswith("models/staging"):
        return 0
    if path.startswith("models/intermediate"):
        return int(node["config"]["meta"]["reading_order"])
    return MART if path.startswith(("models/marts", "models/restricted")) else None


def upward(manifest: dict[str, Any]) -> list[str]:
    """Models that read a model of a room below them."""
    models = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    return [
        f"{node['name']} reads {models[parent]['name']}"
        for node in models.values()
        for parent in node["depends_on"]["nodes"]
        if parent in models and (reading_order(models[parent]) or 0) > (reading_order(node) or 0)
    ]


def test_data_only_goes_down(manifest: dict[str, Any]) -> None:
    assert upward(manifest) == []
    broken = json.loads(json.dumps(manifest))
    node(broken, "int_orders_valued")["depends_on"]["nodes"].append("model.customer_grading.int_links")
    assert upward(broken) == ["int_orders_valued reads int_links"]


def undated(manifest: dict[str, Any]) -> list[str]:
    """What judgements by date read of the rooms above, other than facts whose rows are hashed, dates and settings."""
    models = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    hashed = set(node(manifest, "int_dates_fingerprinted")["depends_on"]["nodes"])
    rooms = {
        "as_of", "purchases", "lifecycle", "rfm", "value", "payments", "risk", "satisfaction", "influence", "potential", "types",
        "grading",
    }  # fmt: skip
    found = []
    for one in models.values():
        if Path(one["original_file_path"]).parent.name not in rooms:
            continue
        for parent in one["depends_on"]["nodes"]:
            room = Path(models[parent]["original_file_path"]).parent.name if parent in models else "run"
            is_fact = parent in hashed and parent in models and "known_from" in models[parent]["config"]["meta"]
            if room not in rooms and room != "run" and not is_fact:
                found.append(f"{one['name']} reads {models[parent]['name']}")
    return found


def test_judgements_by_date_read_hashed_facts_only(manifest: dict[str, Any]) -> None:
    assert undated(manifest) == []
    broken = json.loads(json.dumps(manifest))
    node(broken, "int_purchases_measured")["depends_on"]["nodes"].append("model.customer_grading.int_records_resolved")
    assert undated(broken) == ["int_purchases_measured reads int_records_resolved"]
    broken = json.loads(json.dumps(manifest))
    node(broken, "int_dates_fingerprinted")["depends_on"]["nodes"].remove("model.customer_grading.int_reference_rates")
    assert undated(broken) == ["int_reference_rates_by_date reads int_reference_rates"]


def test_each_raw_table_is_read_once(manifest: dict[str, Any]) -> None:
    """Each staging model of records is named by one model, its entity's union; where a file feeds several, its rows are claimed."""
    readers: dict[str, list[str]] = {}
    for one in manifest["nodes"].values():
        if one["resource_type"] == "model":
            for parent in one["depends_on"]["nodes"]:
                readers.setdefault(parent.rpartition(".")[2], []).append(one["name"])
    staged = [name for name in readers if name.startswith("stg_") and not name.startswith("stg_mappings")]
    assert len(staged) >= 60
    twice = {name: readers[name] for name in staged if len(readers[name]) != 1 and name != "stg_fxiaoke__payment"}
    assert twice == {}
    claimed = {
        one["test_metadata"]["kwargs"]["raw_table"]
        for one in manifest["nodes"].values()
        if one.get("test_metadata", {}).get("name") == "every_row_is_claimed"
    }
    assert claimed == {
        f"{source}.{name}" for (source, name), table in Project().tables.items() if len(table.maps_to) > 1
    }


def test_nothing_is_asked_while_sql_is_written() -> None:
    """Neither statements nor caches in macros and models; Spark's loop over components and its seeds are the exceptions."""
    asking = re.compile(r"run_query|get_relation|graph\.update|\bstatement\(|add_query|env_var")
    allowed = {"spark_label_components.sql", "duckdb__load_csv_rows.sql", "spark__load_csv_rows.sql", "source.sql"}
    files = [path for folder in ("macros", "models") for path in (HOME / folder).rglob("*.sql")]
    assert {path.name for path in files if asking.search(path.read_text())} == allowed


def test_one_public_macro_per_file() -> None:
    """A macro that other files call lives in the file of its name; helpers stay with the only file that calls them."""
    texts = {path: path.read_text() for path in (HOME / "macros").rglob("*.sql")}
    everything = {
        path: path.read_text() for folder in ("models", "tests/dbt") for path in (HOME / folder).rglob("*.sql")
    } | texts
    strays = []
    for path, text in texts.items():
        for name in re.findall(r"\{%-?\s*macro (\w+)\(", text):
            if name == path.stem or re.match(r"(duckdb|spark)__", name):
                continue
            if any(re.search(rf"\b{name}\(", other) for place, other in everything.items() if place != path):
                strays.append(f"{path.name}: {name}")
    assert strays == []
