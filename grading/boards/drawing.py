"""Boards as code: charts/*.yml, drawn from a published file as pages that need neither network nor script.

A board is a board of dbt-charts (YAML around SQL) with a few things more: a text may be a pair {en, zh}; `facts`, a query of one row, fills
the {names} in such texts, so that a title says the finding; `defines` lists the class families that are explained below the board; a
table may say which columns only the wide page has (`wide_only`; of a heat map, a table with `rows`, `columns` and `values`, which of its
columns), how wide those of the narrow one are (`narrow`), and which cells lead to the page of a customer (`links`). In SQL, $lang is en
or zh; `place` orders the menu. dbt-charts draws each board twice per language, 1400 and 400 pixels wide; the page shows the one that fits.
"""

from __future__ import annotations

import re
import tempfile
from base64 import b64encode
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import yaml

from grading.boards.pages import rendered, write_customer_page
from grading.contract import HOME
from grading.database import ENGINE_SETTINGS, PUBLISHED
from grading.errors import BadInput
from grading.evaluation.explaining import Explainer
from grading.reporter import Reporter

CHARTS = "charts"
LANGUAGES = {"en": "English", "zh": "中文"}
WIDTHS = {"wide": 1400, "narrow": 400}
KPIS_ABREAST = 2
NEEDED = ("place", "name", "title", "facts", "queries", "charts", "rows")
LOCALES = {
    "en": {"locale": {"number": "en-US", "time": "en-US"}, "language": "en"},
    "zh": {"locale": {"number": "zh-CN", "time": "zh-CN"}, "language": "zh"},
}
# The letters that dbt-charts draws with, of its package (SIL Open Font License): name, weights, file.
FONTS = [
    ("Inter Variable", "100 900", "InterVariable.woff2"),
    ("dbt Sans Tabular", "100 900", "DBTSansTabular-Regular.woff2"),
    ("Source Serif 4", "200 900", "SourceSerif4Variable.woff2"),
]
# Titles are sentences and stand whole; the foot of the page is ours.
SENTENCE = {"font": {"case": "sentence"}}
STYLE: dict[str, Any] = {
    "footer": {"visible": False},
    "timestamp": {"visible": False},
    "fonts": {"heading": {"case": "sentence"}},
    "title": {"overflow": "wrap"},
    "charts": {
        "axis": {"title": SENTENCE}, "legend": {"title": {"visible": False}}, "kpi": {"label": SENTENCE}, "callout": {"title": SENTENCE},
        # Leafing through a table would take a script.
        "table": {"header": SENTENCE, "pagination": {"enabled": False}}, "bar": {"overlap": 0},
    },
}  # fmt: skip
Rows = list[dict[str, Any]]


class _Unknown:
    """What a fact that is NULL looks like, whatever the format."""

    def __format__(self, form: str) -> str:
        return "–"


def draw_boards(release: Path, folder: Path, reporter: Reporter | None = None) -> list[Path]:
    """Draw every board of a release in both languages into a folder, and a page of each customer that they name; the boards' pages. Raises
    BadInput if the extra `boards` is not installed, or naming the board that cannot be drawn."""
    fonts, told = _fonts(), reporter or Reporter()
    boards = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (HOME / CHARTS).glob("[!_]*.yml")}
    for stem, board in boards.items():
        if missing := [key for key in NEEDED if key not in board]:
            raise BadInput(f"charts/{stem}.yml lacks {', '.join(missing)}; docs/boards.md says what a board has.")
    boards = dict(sorted(boards.items(), key=lambda item: item[1]["place"]))
    words = yaml.safe_load((HOME / CHARTS / "_words.yml").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    steps = len(boards) * len(LANGUAGES) + len(LANGUAGES)
    pages: list[Path] = []
    named: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    with duckdb.connect(str(release / PUBLISHED), read_only=True, config=ENGINE_SETTINGS) as database:
        (publication,) = _rows(
            database, "select as_of_date, criteria_version, reporting_currency from marts.publication"
        )
        for stem, board in boards.items():
            for language in LANGUAGES:
                try:
                    results = {
                        name: _rows(database, query.replace("$lang", language))
                        for name, query in board["queries"].items()
                    }
                    facts = _facts(database, board, language)
                    drawn = {
                        width: _inline(_drawn(plain_board(board, words, language, width, facts, results)), width)
                        for width in WIDTHS
                    }
                except (duckdb.Error, KeyError, ValueError) as error:
                    raise BadInput(f"charts/{stem}.yml cannot be drawn ({language}): {error}") from error
                page = folder / f"{stem}.{language}.html"
                page.write_text(rendered("board.html.j2",
                    language=language, languages=LANGUAGES, stem=stem, drawn=drawn, publication=publication, fonts=fonts,
                    title=_said(board["title"], language, facts),
                    boards={name: other["name"][language] for name, other in boards.items()},
                    words={key: pair[language] for key, pair in words["page"].items()},
                    definitions=_definitions(database, board.get("defines", []), words["families"], language),
                ), encoding="utf-8")  # fmt: skip
                pages.append(page)
                for chart in board["charts"].values():
                    for column in chart.get("links", []):
                        named[language] |= {row[column]: page.name for row in results[chart["query"]]}
                told.node(page.name, len(pages), steps)
    for language, customers in named.items():
        explainer = Explainer(release, language, is_private=False)
        for customer, page_name in customers.items():
            write_customer_page(
                explainer, customer, folder / "customers" / f"{customer}.{language}.html", f"../{page_name}"
            )
        told.node(f"customers ({language})", steps, steps)
    return pages


def plain_board(
    board: dict[str, Any],
    words: dict[str, Any],
    language: str,
    width: str,
    facts: dict[str, Any],
    results: dict[str, Rows],
) -> dict[str, Any]:
    """The board of one language and width as dbt-charts knows it, with the rows in it."""
    charts, queries = {}, {}
    for name, chart in board["charts"].items():
        plain = _said(
            {key: value for key, value in chart.items() if key not in ("wide_only", "narrow", "links")}, language, facts
        )
        rows = results[chart["query"]]
        if not rows:
            text = words["page"]["nothing"][language]
            charts[name] = {"type": "callout", "title": plain.get("title", plain.get("label")), "message": text}
            continue
        if chart["type"] == "kpi":
            if "support" in chart and rows[0][chart["support"]["value"]] is None:
                del plain["support"]
            if rows[0][chart["value"]] is None:
                rows = [rows[0] | {chart["value"]: "–"}]
        if width == "narrow" and "wide_only" in chart:
            rows = _narrowed(rows, chart)
        plain["query"] = name
        queries[name] = {
            "type": "values", "columns": list(rows[0]), "values": [[_cell(value) for value in row.values()] for row in rows]
        }  # fmt: skip
        if chart["type"] == "table":
            style = plain.setdefault("style", {})
            columns = style["columns"] = {key: own for key, own in style.get("columns", {}).items() if key in rows[0]}
            for value in chart.get("values", []):
                # One scale for the whole of a heat map, not one for each of its columns.
                columns[value]["scale"]["background"] |= {"min": 0, "max": max(float(row[value] or 0) for row in rows)}
            for column in rows[0]:
                own = columns.setdefault(column, {})
                own.setdefault("label", words["columns"][column][language])
                if column in chart.get("links", []):
                    own["link"] = f"./customers/{{{{ {column} }}}}.{language}.html"
                if width == "narrow" and column in chart.get("narrow", {}):
                    own["width"] = chart["narrow"][column]
        charts[name] = plain
    unit = f" {facts['currency']}" if facts["currency"] != "XXX" else ""
    # A kind has one colour on every board, in both languages.
    colors = {kind[language]: f"category[{place}]" for place, kind in enumerate(words["kinds"], 1)}
    return {
        "title": _said(board["title"], language, facts),
        "width": WIDTHS[width],
        "regional": LOCALES[language],
        "style": STYLE | {
            "formats": {"money": {"spec": ",.0f", "suffix": unit}, "date_short": "%Y-%m-%d"},
            "charts": STYLE["charts"] | {"category_colors": {"kind": {"values": colors}}},
        },
        "queries": queries,
        "charts": charts,
        "rows": _stacked(board["rows"], charts) if width == "narrow" else board["rows"],
    }  # fmt: skip


def _narrowed(rows: Rows, chart: dict[str, Any]) -> Rows:
    """Without the columns that only the wide page has: of the query, or of the heat map that it becomes."""
    if "columns" in chart:
        (across,) = chart["columns"]
        return [row for row in rows if row[across] not in chart["wide_only"]]
    return [{column: value for column, value in row.items() if column not in chart["wide_only"]} for row in rows]


def _rows(database: duckdb.DuckDBPyConnection, query: str) -> Rows:
    result = database.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _cell(value: Any) -> str | int | float | bool | None:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _facts(database: duckdb.DuckDBPyConnection, board: dict[str, Any], language: str) -> dict[str, Any]:
    """What the titles say: the row of `facts`, and the currency."""
    (currency,) = _rows(database, "select reporting_currency as currency from marts.publication")
    (row,) = _rows(database, board["facts"].replace("$lang", language))
    return {name: _Unknown() if value is None else value for name, value in (row | currency).items()}


def _said(value: Any, language: str, facts: dict[str, Any]) -> Any:
    """A part of a board with every {en, zh} said in one language."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return str(value[language]).format_map(facts)
        return {key: _said(inner, language, facts) for key, inner in value.items()}
    return [_said(inner, language, facts) for inner in value] if isinstance(value, list) else value


def _stacked(rows: list[Any], charts: dict[str, Any]) -> list[Any]:
    """What stands side by side, one below the other; figures two abreast."""
    stacked: list[Any] = []
    for row in rows:
        names = row["cols"] if isinstance(row, dict) else [row]
        if all(charts[name]["type"] == "kpi" for name in names):
            stacked += [{"cols": names[place : place + KPIS_ABREAST]} for place in range(0, len(names), KPIS_ABREAST)]
        else:
            stacked += names
    return stacked


def _drawn(board: dict[str, Any]) -> str:
    """A board as SVG. Raises ValueError with what dbt-charts says of it."""
    from dbt_charts import Executor, compile, render
    from dbt_charts.cli.filesystem_project import FilesystemProject
    from dbt_charts.core.execute.adapters import build_adapter_registry

    result = compile(yaml.safe_dump(board, allow_unicode=True, sort_keys=False))
    if not result.success or result.board is None:
        raise ValueError("; ".join(str(error) for error in result.errors))
    with tempfile.TemporaryDirectory(prefix="board-") as empty:
        executor = Executor(
            result.board, build_adapter_registry(FilesystemProject(Path(empty))), query_registry=result.query_registry
        )
        drawing = render(result.board, executor, format="svg")
    if broken := [
        *drawing.chart_errors,
        *drawing.payload_errors,
        *([drawing.board_error] if drawing.board_error else []),
    ]:
        raise ValueError("; ".join(str(error) for error in broken))
    return str(drawing.output)


def _inline(svg: str, width: str) -> str:
    """A drawing as a part of a page: scaled to it, with ids of its own, in the letters of the page."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    svg = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{width}-", svg)
    return re.sub(r'^\s*(<svg [^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", svg, count=1)


def _fonts() -> str:
    """The letters, as a part of each page. Raises BadInput if dbt-charts is not installed."""
    try:
        folder = resources.files("dbt_charts") / "core" / "render" / "fonts"
    except ModuleNotFoundError:
        raise BadInput("Boards need the extra `boards`: pip install 'customer-grading[boards]'.") from None
    faces = []
    for name, weights, file in FONTS:
        letters = b64encode((folder / file).read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{letters}) format('woff2')"
        faces.append(f"@font-face {{ font-family: '{name}'; font-weight: {weights}; src: {source}; }}")
    return "\n".join(faces)


def _definitions(
    database: duckdb.DuckDBPyConnection, families: list[str], names: dict[str, Any], language: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Family, with label and meaning of each of its classes."""
    query = f"select label_{language}, definition_{language} from marts.class_labels where class_family = ? order by sort_order, code"
    return [(names[family][language], database.execute(query, [family]).fetchall()) for family in families]
