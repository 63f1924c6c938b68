"""A data contract for each mart, in the words of the Open Data Contract Standard (https://bitol-io.github.io/open-data-contract-standard/).

Everything stands in the project already: what a table and a column mean, types, keys, what must not be missing, which values there are. The
contract says it to those who use the tables and do not read dbt.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from grading import __version__
from grading.errors import BadInput

API_VERSION = "v3.1.0"
KEY = "unique_combination_of_columns"
LOGICAL = {
    "string": "string", "date": "date", "timestamp": "timestamp", "boolean": "boolean", "integer": "integer", "bigint": "integer",
    "double": "number", "decimal": "number",
}  # fmt: skip


def write_contracts(release: Path, folder: Path) -> list[Path]:
    """Write one file per mart of a release. Raises BadInput where the release has no manifest."""
    manifest = release / "target" / "manifest.json"
    if not manifest.exists():
        raise BadInput(f"{manifest} is not there; `grading refresh` makes it.")
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    keys = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["combination_of_columns"]
        for node in nodes
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == KEY
    }
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for node in nodes:
        if node["resource_type"] == "model" and node["schema"].endswith("marts"):
            file = folder / f"{node['name']}.odcs.yaml"
            contract = contract_of(node, keys.get(node["unique_id"], []))
            file.write_text(yaml.safe_dump(contract, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
            files.append(file)
    return sorted(files)


def contract_of(node: dict[str, Any], key: list[str]) -> dict[str, Any]:
    """The contract of a mart, from its node in dbt's manifest and the columns that are its key."""
    properties = []
    for name, column in node["columns"].items():
        kind = str(column["data_type"])
        one: dict[str, Any] = {
            "name": name,
            "logicalType": LOGICAL[kind.split("(")[0]],
            "physicalType": kind,
            "description": " ".join(column["description"].split()),
            "required": any(constraint["type"] == "not_null" for constraint in column["constraints"]),
        }
        if name in key:
            one |= {"primaryKey": True, "primaryKeyPosition": key.index(name) + 1}
        properties.append(one)
    description = " ".join(node["description"].split())
    return {
        "version": __version__,
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "id": f"customer-grading.{node['name']}",
        "name": node["name"],
        "status": "active",
        "domain": "customers",
        "dataProduct": "customer-grading",
        "description": {"purpose": description, "limitations": "Pseudonymous personal data: no direct identifiers."},
        "team": {"name": node["meta"]["owner"] if node.get("meta") else node["config"]["meta"]["owner"]},
        "servers": [
            {"server": "published", "type": "duckdb", "database": "customer_grading.duckdb", "schema": "marts"}
        ],
        "schema": [
            {
                "name": node["name"],
                "physicalName": f"marts.{node['name']}",
                "physicalType": "table",
                "description": description,
                "dataGranularityDescription": description.split(":")[0].split(",")[0].rstrip("."),
                "properties": properties,
            }
        ],
    }
