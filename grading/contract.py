"""The dbt project on disk: its contract, its mapping seeds, its checksum."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from grading.errors import BadInput

HOME = Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("models", "macros", "seeds")
# A word that tells nothing of a person by its form; macros/cleaning/is_opaque_ref.sql has the same.
OPAQUE = re.compile(r"[A-Za-z._#-]*([0-9][A-Za-z._#-]*){1,10}|[._#-]*([A-Za-z][._#-]*){0,3}")
WORDS_AND_TESTS = ("description", "data_tests", "unit_tests", "documented_in")
# The C parser, where PyYAML has it, is eight times as fast; both are the safe one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ENGINE_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "phonenumbers", "CurrencyConverter", "numpy", "scipy")


@dataclass(frozen=True)
class Table:
    """A raw table: its columns in order, which of them are required, the landing tables it maps to, names of its files, the contract
    type that a column feeds, what a column tells of a person, and what becomes of its rows when the person is erased."""

    source: str
    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    maps_to: tuple[str, ...]
    labels: tuple[str, ...]
    feeds: tuple[tuple[str, str], ...] = ()
    tells: tuple[tuple[str, str], ...] = ()
    is_unlinked: bool = False
    ref_prefix: str = ""
    named_in: str = ""

    def feeding(self, data_type: str) -> list[str]:
        """Names of the raw columns that feed contract columns of a type."""
        return [column for column, kind in self.feeds if kind == data_type]

    def columns_of(self, role: str) -> list[str]:
        """Names of the raw columns that tell of a person: customer (a reference), other_customer, visitor, email, private (a text)."""
        return [column for column, told in self.tells if told == role]


@dataclass(frozen=True)
class Project:
    """A folder with the dbt project. `seeds` may be replaced for one run (`--criteria`)."""

    home: Path = HOME
    seeds: Path = field(default=HOME / "seeds")

    @cached_property
    def tables(self) -> dict[tuple[str, str], Table]:
        """Raw tables by (source, table), read from the source YAML files. The source `grading` is our own."""
        found: dict[tuple[str, str], Table] = {}
        # The Jinja in the location is not read here.
        paths = sorted(self.home.glob("models/staging/*/_*__sources.yml"))
        documents = [yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) for path in paths]  # noqa: S506
        landing_tables = [table for document in documents for source in document["sources"] if source["name"] == "landing"
                          for table in source["tables"]]  # fmt: skip
        unlinked = {table["name"] for table in landing_tables if table["config"]["meta"].get("on_erasure") == "unlink"}
        types = {
            (table["name"], column["name"]): column.get("config", {})
            .get("meta", {})
            .get("may_hold", column["data_type"])
            for table in landing_tables
            for column in table["columns"]
        }
        for document in documents:
            for source in document["sources"]:
                for table in source["tables"]:
                    columns = table["columns"]
                    meta = table.get("config", {}).get("meta", {})
                    maps_to = meta.get("maps_to", table["name"] if source["name"] == "landing" else [])
                    maps_to = (maps_to,) if isinstance(maps_to, str) else tuple(maps_to)

                    def fed(
                        column: dict[str, Any],
                        maps_to: tuple[str, ...] = maps_to,
                        own: bool = source["name"] == "landing",
                    ) -> list[tuple[str, str]]:
                        """The landing tables and contract columns that a raw column feeds."""
                        target = column["name"] if own else column.get("config", {}).get("meta", {}).get("maps_to")
                        targets = target if isinstance(target, dict) else dict.fromkeys(maps_to, target)
                        return [pair for pair in targets.items() if pair in types]

                    def kind_of(column: dict[str, Any]) -> str | None:
                        """The contract type that a raw column feeds."""
                        found = [types[pair] for pair in fed(column)]
                        return column.get("config", {}).get("meta", {}).get("may_hold") or (found[0] if found else None)

                    found[source["name"], table["name"]] = Table(
                        source=source["name"],
                        name=table["name"],
                        columns=tuple(column["name"] for column in columns),
                        required=tuple(
                            column["name"]
                            for column in columns
                            if column.get("config", {}).get("meta", {}).get("is_required")
                        ),
                        maps_to=maps_to,
                        labels=(table["name"], *meta.get("labels", [])),
                        feeds=tuple((column["name"], kind) for column in columns if (kind := kind_of(column))),
                        tells=tuple(
                            (column["name"], role)
                            for column in columns
                            for role in _roles(column, [name for _, name in fed(column)], kind_of(column))
                        ),
                        is_unlinked=bool(unlinked & set(maps_to)),
                        ref_prefix=source.get("config", {}).get("meta", {}).get("ref_prefix", ""),
                        named_in=str(self.settings[name]) if (name := meta.get("customers_of")) else "",
                    )
        return found

    @cached_property
    def previous(self) -> dict[str, dict[str, str]]:
        """Tables of the previous release that a refresh reads: columns and their types, from the source YAML."""
        text = (self.home / "models/staging/_previous__sources.yml").read_text(encoding="utf-8")
        tables = yaml.load(text, Loader=LOADER)["sources"][0]["tables"]  # noqa: S506
        return {table["name"]: {column["name"]: column["data_type"] for column in table["columns"]} for table in tables}

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Names of the source systems."""
        return tuple(sorted({source for source, _ in self.tables}))

    @cached_property
    def aliases(self) -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
        """(source, table) -> normalised header -> columns it may mean; the column's own name means just that."""
        own: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
            key: {normalised_header(column): (column,) for column in table.columns}
            for key, table in self.tables.items()
        }
        result = {key: dict(names) for key, names in own.items()}
        for row in self.seed("mappings/column_aliases.csv"):
            key = (row["source_name"], row["source_table"])
            if key not in result:
                raise BadInput(f"column_aliases.csv: {key[0]} has no table {key[1]} (label {row['label']!r}).")
            label = normalised_header(row["label"])
            if label not in own[key] and row["column_name"] not in result[key].get(label, ()):
                result[key][label] = (*result[key].get(label, ()), row["column_name"])
        return result

    @cached_property
    def _public_names(self) -> frozenset[str]:
        """What files and columns may be called by this project, as headers are compared."""
        labels = [label for table in self.tables.values() for label in table.labels]
        columns = [header for names in self.aliases.values() for header in names]
        return frozenset(normalised_header(name) for name in (*self.sources, *labels, *columns))

    def is_public(self, name: str) -> bool:
        """Whether the name of a file or a column may be written where anybody reads: each part is one that this project knows, or
        tells nothing by its form."""
        return all(
            normalised_header(part) in self._public_names or OPAQUE.fullmatch(part)
            for part in re.sub(r"[.](csv|parquet|jsonl|xlsx)$", "", name, flags=re.I).split("/")
        )

    @cached_property
    def limits(self) -> dict[str, float]:
        """Landing limits by name."""
        return {row["name"]: float(row["value"]) for row in self.seed("mappings/landing_limits.csv")}

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The vars of dbt_project.yml."""
        document = yaml.safe_load((self.home / "dbt_project.yml").read_text(encoding="utf-8"))
        return dict(document["vars"])

    def seed(self, name: str) -> list[dict[str, str]]:
        """Rows of a seed file."""
        path = self.seeds / name
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
        except FileNotFoundError:
            raise BadInput(f"The seed {path} is missing; restore it from the project.") from None
        except UnicodeDecodeError:
            raise BadInput(f"The seed {path} is not UTF-8; save it as CSV UTF-8.") from None

    def criteria_checksum(self) -> str:
        """The first 16 hexadecimal digits of the sha256 over the seeds in seeds/criteria: which rules a publication applied."""
        digest = hashlib.sha256()
        for path in sorted((self.seeds / "criteria").rglob("*.csv")):
            digest.update(f"{path.relative_to(self.seeds).as_posix()}\0".encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
        return digest.hexdigest()[:16]

    def code_checksum(self) -> str:
        """sha256 over what computes: SQL and YAML of models, macros and seeds, the fit of parameters, the project file, the versions
        of the engine's packages. Comments and descriptions do not."""
        digest = hashlib.sha256()
        paths = [self.home / "dbt_project.yml"]
        for folder in CODE_FOLDERS:
            base = self.seeds if folder == "seeds" else self.home / folder
            paths += sorted(path for path in base.rglob("*") if path.suffix in {".sql", ".yml", ".csv"})
        paths += sorted((HOME / "grading" / "fitting").glob("*.py"))
        for path in paths:
            base = self.seeds if path.is_relative_to(self.seeds) else HOME if path.suffix == ".py" else self.home
            digest.update(f"{path.relative_to(base).as_posix()}\0".encode())
            digest.update(_what_computes(path))
        for package in ENGINE_PACKAGES:
            digest.update(f"{package}={version(package)}\0".encode())
        return digest.hexdigest()


def _roles(column: dict[str, Any], targets: list[str], kind: str | None) -> set[str]:
    """What a raw column tells of a person: by the contract columns it feeds, and by `names` in its meta where only derived ones do."""
    roles = set(column.get("config", {}).get("meta", {}).get("names", []))
    if {"customer_ref", "referrer_customer_ref", "referred_customer_ref"} & set(targets):
        roles.add("customer")
    elif any(name.endswith("_customer_ref") for name in targets):
        roles.add("other_customer")
    if "visitor_ref" in targets:
        roles.add("visitor")
    if "email" in targets or kind == "email":
        roles.add("email")
    if kind in ("text", "name", "phone", "email") and not column["name"].endswith("source_system"):
        roles.add("private")
    return roles


def _what_computes(path: Path) -> bytes:
    """A file without what only explains or tests it."""
    if path.suffix == ".sql":
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        return "\n".join(
            line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("--")
        ).encode()
    if path.suffix == ".yml":
        return json.dumps(_without_words(yaml.load(path.read_bytes(), Loader=LOADER)), default=str).encode()  # noqa: S506
    return path.read_bytes()


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_words(inner) for key, inner in value.items() if key not in WORDS_AND_TESTS}
    return [_without_words(inner) for inner in value] if isinstance(value, list) else value


def normalised_header(text: str) -> str:
    """A header as it is compared: without brackets and what they hold, asterisks, spaces; lower case."""
    text = re.sub(r"[(（\[【][^)）\]】]*[)）\]】]", "", text)
    return re.sub(r"[\s*＊_\-\u3000\u00a0\ufeff]", "", text).lower()
