"""The seeds, checked before anything is landed: a rule that is misspelt, missing or absurd is refused, not ignored.

What a seed may hold stands in seeds/seeds.yml: types and keys where dbt reads them, the rest in the seed's `meta`:

    optional   columns that may be empty
    known      column -> the values it may have
    lists      column -> the values it may have, several of them with ; between
    ranges     column -> [lowest, highest]
    numbers    name -> [lowest, highest]: the known values of `name`, and what `value` may be beside each; a third
               entry, "may be empty", lets it be
    complete   columns of which every combination of known values must be there, in every version

Whether rows agree with each other (maps, cuts, bands) is asked at the end. The dbt test `criteria_are_complete` asks the
same of plain dbt builds.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from grading.contract import LOADER, Project
from grading.errors import BadInput

KINDS = ("person", "organisation")
TYPES = {"integer": "a whole number", "date": "a date (YYYY-MM-DD)", "boolean": "true or false"}


@dataclass(frozen=True)
class Seed:
    """A seed file, and what seeds.yml says of it. Rows come with the number of their line."""

    name: str
    path: Path
    types: dict[str, str]
    key: tuple[str, ...]
    meta: dict[str, Any]

    @cached_property
    def rows(self) -> list[tuple[int, dict[str, str]]]:
        """Line number and cells of each row. Raises BadInput for a file that is no table of these columns."""
        data = self.path.read_bytes()
        if 0 < data.count(b"\r\n") < data.count(b"\n"):
            raise BadInput(f"{self.shown} mixes line ends of Windows and Unix; save it with one of them.")
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                header = next(reader, [])
                self._check_header(header)
                found = []
                for cells in reader:
                    if not cells:
                        continue
                    if len(cells) != len(header):
                        raise self.wrong(
                            reader.line_num,
                            f"has {len(cells)} cells, the header has {len(header)}: is a comma unquoted?",
                        )
                    found.append((reader.line_num, dict(zip(header, cells, strict=True))))
                return found
        except UnicodeDecodeError:
            raise BadInput(f"{self.shown} is not UTF-8; save it as CSV UTF-8.") from None
        except csv.Error as error:
            raise self.wrong(reader.line_num, f"is not CSV ({error})") from None

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return f"{self.path.parent.name}/{self.path.name}"

    def wrong(self, line: int, what: str) -> BadInput:
        """An error that names the file and the line."""
        return BadInput(f"{self.shown} line {line} {what}.")

    def _check_header(self, header: list[str]) -> None:
        if set(header) == set(self.types) and len(header) == len(self.types):
            return
        if len(header) == 1 and (mark := next((mark for mark in ";\t|" if mark in header[0]), None)):
            raise self.wrong(1, f"is separated by {'tabs' if mark == chr(9) else mark!r}; save the file with commas")
        missing = [name for name in self.types if name not in header]
        unknown = [name for name in header if name not in self.types]
        if unknown:
            raise self.wrong(
                1, f"has the unknown column {unknown[0]!r}{nearest(unknown[0], missing or list(self.types))}"
            )
        if missing:
            raise self.wrong(1, f"lacks the column {missing[0]}; it has {', '.join(header)}")
        raise self.wrong(1, "names a column twice")


def nearest(name: str, known: list[str]) -> str:
    """A hint at what may be meant."""
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; is {close[0]} meant?" if close else f"; known are {', '.join(sorted(known)[:30])}"


def check(project: Project) -> None:
    """Check all seeds of a project. Raises BadInput for the first that is wrong, with file, line and remedy."""
    seeds = {seed.name: seed for seed in _seeds(project)}
    known = {name: _known(seed, seeds, project) for name, seed in seeds.items()}
    for name, seed in seeds.items():
        first: dict[tuple[str, ...], int] = {}
        for line, row in seed.rows:
            for column, text in row.items():
                _check_cell(seed, line, row, column, text, known[name])
            key = tuple(row[column] for column in seed.key)
            if seed.key and first.setdefault(key, line) != line:
                raise seed.wrong(line, f"repeats line {first[key]} ({', '.join(key)}); remove one of them")
        if seed.rows or "complete" not in seed.meta:
            _check_complete(seed, seeds, known[name])
        else:
            raise BadInput(f"{seed.shown} has no rows; restore it from the project.")
    _check_relations(seeds)


def _seeds(project: Project) -> Iterator[Seed]:
    document = yaml.load((project.seeds / "seeds.yml").read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    paths = {path.stem: path for path in project.seeds.rglob("*.csv")}
    for entry in document["seeds"]:
        name = "unique_combination_of_columns"
        keys = [test[name] for test in entry.get("data_tests", []) if name in test]
        if entry["name"] not in paths:
            raise BadInput(f"The seed {entry['name']}.csv is missing; restore it from the project.")
        yield Seed(
            name=entry["name"],
            path=paths[entry["name"]],
            types=entry["config"]["column_types"],
            key=tuple(keys[0]["arguments"]["combination_of_columns"]) if keys else (),
            meta=entry["config"].get("meta", {}),
        )


def _known(seed: Seed, seeds: dict[str, Seed], project: Project) -> dict[str, list[str]]:
    """Column -> the values it may have: as listed, as another seed has them, or as the contract does."""
    known: dict[str, list[str]] = {}
    for column, values in {**seed.meta.get("known", {}), **seed.meta.get("lists", {})}.items():
        if isinstance(values, dict) and "labels" in values:
            rows = seeds["class_labels_seed"].rows
            known[column] = [row["code"] for _, row in rows if row["class_family"] == values["labels"]]
        elif isinstance(values, dict):
            known[column] = [row[values["column"]] for _, row in seeds[values["seed"]].rows]
        else:
            known[column] = [str(value) for value in values]
    if "numbers" in seed.meta:
        known["name"] = list(seed.meta["numbers"])
    if seed.name == "data_quality_rules":
        landing = {name: table for (source, name), table in project.tables.items() if source == "landing"}
        known["source_table"] = ["*", *landing]
        known["column_name"] = ["*", *sorted({column for table in landing.values() for column in table.columns})]
    if seed.name == "column_aliases":
        known["source_name"] = list(project.sources)
        known["source_table"] = sorted({table for _, table in project.tables})
        known["column_name"] = sorted({column for table in project.tables.values() for column in table.columns})
    return known


def _check_cell(
    seed: Seed, line: int, row: dict[str, str], column: str, text: str, known: dict[str, list[str]]
) -> None:
    if text == "":
        is_needed = column in known or column in seed.key or seed.types[column] not in ("string", "boolean")
        may_be_empty = column in _optional(seed) or (
            column == "value" and len(seed.meta.get("numbers", {}).get(row.get("name", ""), ())) > 2
        )
        if is_needed and not may_be_empty:
            raise seed.wrong(line, f"has nothing in the column {column}")
        return
    for part in text.split(";") if column in seed.meta.get("lists", {}) else [text]:
        if column in known and part not in known[column]:
            raise seed.wrong(line, f"has the unknown {column} {part!r}{nearest(part, known[column])}")
    number = _typed(seed, line, column, text)
    if number is None:
        return
    lowest, highest = seed.meta.get("ranges", {}).get(column, (None, None))
    if column == "value" and "numbers" in seed.meta:
        lowest, highest = seed.meta["numbers"][row["name"]][:2]
        if lowest is not None and isinstance(lowest, int) and isinstance(highest, int) and highest > 1 and number % 1:
            raise seed.wrong(line, f"has {text} for {row['name']}; it takes whole numbers")
    if lowest is not None and not Decimal(str(lowest)) <= number <= Decimal(str(highest)):
        what = f" for {row['name']}" if column == "value" and "numbers" in seed.meta else f" in the column {column}"
        raise seed.wrong(line, f"has {text}{what}; it takes {lowest} to {highest}")


def _optional(seed: Seed) -> list[str]:
    return list(seed.meta.get("optional", []))


def _is_number(kind: str) -> bool:
    return kind == "integer" or kind.startswith("decimal")


def _typed(seed: Seed, line: int, column: str, text: str) -> Decimal | None:
    """The number in a cell, None for other types. Raises BadInput where the text is none of its type."""
    kind = seed.types[column]
    is_right = True
    number: Decimal | None = None
    if _is_number(kind):
        try:
            number = Decimal(text)
            is_right = bool(
                re.fullmatch(r"[+-]?[0-9]{1,18}" if kind == "integer" else r"[+-]?[0-9]{1,14}([.][0-9]+)?", text)
            )
        except InvalidOperation:
            is_right = False
    elif kind == "date":
        try:
            date.fromisoformat(text)
            is_right = len(text) == 10
        except ValueError:
            is_right = False
    elif kind == "boolean":
        is_right = text.lower() in ("true", "false")
    elif column == "time_zone":
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            raise seed.wrong(line, f"has {text!r} as time zone; give a name such as Europe/Berlin") from None
    if not is_right:
        raise seed.wrong(line, f"has {text!r} in the column {column}; it takes {TYPES.get(kind, 'a number')}")
    return number


def _versions(seeds: dict[str, Seed]) -> list[str]:
    return [row["criteria_version"] for _, row in seeds["criteria_versions"].rows]


def _check_complete(seed: Seed, seeds: dict[str, Seed], known: dict[str, list[str]]) -> None:
    """Every combination of known values in every version; `all` stands for both kinds."""
    columns = seed.meta.get("complete")
    if not columns:
        return
    values = [KINDS if column == "customer_kind" else known[column] for column in columns]
    there = set()
    for _, row in seed.rows:
        kinds = KINDS if row.get("customer_kind") == "all" else (row.get("customer_kind", ""),)
        for kind in kinds:
            there.add(
                (
                    row.get("criteria_version", ""),
                    *(kind if column == "customer_kind" else row[column] for column in columns),
                )
            )
    is_versioned = "criteria_version" in seed.types
    for version in _versions(seeds) if is_versioned else [""]:
        for combination in itertools.product(*values):
            if (version, *combination) not in there:
                where = f" in version {version}; every version has all of them" if is_versioned else ""
                raise BadInput(f"{seed.shown} lacks the row of {', '.join(combination)}{where}.")


def _check_relations(seeds: dict[str, Seed]) -> None:
    """What single rows cannot tell: weights that sum to nothing, cuts and bands out of order, a map with holes."""
    for name, group in (
        ("component_weights", ("criteria_version", "customer_kind", "population")),
        ("measure_weights", ("criteria_version", "customer_kind", "component")),
        ("score_parts", ("criteria_version", "customer_kind", "score")),
    ):
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        for _, row in seeds[name].rows:
            sums[tuple(row[column] for column in group)] += int(row["weight"])
        for of, total in sums.items():
            if total == 0:
                raise BadInput(f"{seeds[name].shown}: all weights of {', '.join(of)} are 0; give one of them a weight.")
    for name, part, whole in (("measure_weights", "measure", "component"), ("score_parts", "part", "score")):
        for line, row in seeds[name].rows:
            if (right := seeds[name].meta["belongs_to"][row[part]]) != row[whole]:
                raise seeds[name].wrong(line, f"gives {row[part]} to {row[whole]}; it belongs to {right}")
    for line, row in seeds["score_parts"].rows:
        if Decimal(row["zero_at"]) == Decimal(row["full_at"]):
            raise seeds["score_parts"].wrong(line, "has one value for zero_at and full_at; a scale has two ends")
    _check_risk(seeds["risk_grades"])
    versions = seeds["criteria_versions"]
    days = [date.fromisoformat(row["valid_from"]) for _, row in versions.rows]
    if len(set(days)) < len(days):
        raise BadInput(f"{versions.shown}: two versions begin on one day; move one of them.")
    if min(days, default=date.max) > date(1900, 1, 1):
        raise BadInput(f"{versions.shown}: no version is valid from 1900-01-01; the first one has to be.")
    _check_cuts(seeds["score_cuts"])
    _check_grades(seeds["grade_bands"])
    _check_segments(seeds["rfm_segments"], seeds["criteria_numbers"])


def _check_risk(seed: Seed) -> None:
    """The worse the grade, the higher its floor; each version has the severities 1 to 4."""
    grades: dict[str, list[tuple[int, Decimal, int]]] = defaultdict(list)
    for line, row in seed.rows:
        grades[row["criteria_version"]].append((int(row["severity"]), Decimal(row["min_score"]), line))
    for rows in grades.values():
        rows.sort()
        for (severity, floor, _), (worse, above, line) in itertools.pairwise(rows):
            if worse == severity or above < floor:
                raise seed.wrong(line, "is out of order: severities differ, and the worse grade has the higher floor")


def _check_cuts(seed: Seed) -> None:
    """Better values never score worse: fewer days since, more days with purchases; no gap below the lowest cut."""
    cuts: dict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for line, row in seed.rows:
        cuts[row["criteria_version"], row["customer_kind"], row["measure"]].append(
            (int(row["lower_bound"]), int(row["score"]), line)
        )
    for (_, _, measure), rows in cuts.items():
        rows.sort()
        if rows[0][0] != 0:
            raise seed.wrong(rows[0][2], f"is the lowest cut of {measure} and begins at {rows[0][0]}; it begins at 0")
        for (_, lower, _), (bound, score, line) in itertools.pairwise(rows):
            if (score > lower) is (measure == "recency_days"):
                raise seed.wrong(
                    line, f"gives {measure} from {bound} on score {score}, and less of it {lower}: out of order"
                )


def _check_grades(seed: Seed) -> None:
    bands: dict[str, list[tuple[Decimal, str, int]]] = defaultdict(list)
    for line, row in seed.rows:
        bands[row["criteria_version"]].append((Decimal(row["lower_bound"]), row["grade"], line))
    for rows in bands.values():
        rows.sort()
        if rows[0][0] != 0:
            raise seed.wrong(
                rows[0][2], f"leaves scores below {rows[0][0]} without a grade; the lowest band begins at 0"
            )
        for (bound, grade, _), (above, better, line) in itertools.pairwise(rows):
            if above == bound or better > grade:
                raise seed.wrong(
                    line, f"gives grade {better} from {above} on and {grade} from {bound} on: out of order"
                )


def _check_segments(seed: Seed, numbers: Seed) -> None:
    cells: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for line, row in sorted(seed.rows, key=lambda entry: int(entry[1]["position"])):
        ends = [(int(row[f"min_{score}_score"]), int(row[f"max_{score}_score"])) for score in "rfm"]
        if any(first > last for first, last in ends):
            raise seed.wrong(line, "has a largest score below the smallest; give the smaller one first")
        within = set(itertools.product(*(range(first, last + 1) for first, last in ends)))
        if within <= cells[row["criteria_version"]]:
            raise seed.wrong(line, f"is never reached: the rules before it take all that {row['rfm_segment']} asks for")
        cells[row["criteria_version"]] |= within
    for line, row in numbers.rows:
        if row["name"] != "rfm_monetary_bins":
            continue
        bins = int(Decimal(row["value"]))
        wanted: set[tuple[int, ...]] = set(itertools.product(range(1, 6), range(1, 6), range(1, bins + 1)))
        found = cells[row["criteria_version"]]
        if missing := sorted(wanted - found):
            raise numbers.wrong(
                line, f"asks for {bins} bins, and {seed.shown} has no rule for cell {''.join(map(str, missing[0]))}"
            )
        if found - wanted:
            raise numbers.wrong(line, f"asks for {bins} bins, and {seed.shown} has rules for more")
