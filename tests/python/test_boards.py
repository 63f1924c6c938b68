"""Boards: what they draw is what the marts say, in a real browser, at both widths, in both languages, whatever the data holds."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from playwright.sync_api import Browser, sync_playwright

from grading.boards.drawing import LANGUAGES, _facts, _said, draw_boards
from grading.database import BUILD, PUBLISHED
from grading.errors import BadInput
from grading.refresh import Outcome
from grading.refresh import _draw as draw_pages

from .conftest import HOME, Pipeline, write
from .test_refresh import run

CHROMIUM = shutil.which("chromium")
FORMATS = {"integer": ",.0f", "percent_whole": ".0%", "percent": ".1%", "money": ",.0f"}
NAMES = ["executive", "sales", "marketing", "service", "quality", "models"]


@pytest.fixture(scope="module")
def boards(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("boards")
    pages = draw_boards(published.release, folder)
    assert [page.name for page in pages] == [f"{name}.{language}.html" for name in NAMES for language in LANGUAGES]
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def drawn_charts(page: Path, width: str) -> dict[str, str]:
    """Chart -> its part of the drawing."""
    text = page.read_text(encoding="utf-8")
    begin, middle = text.index('<div class="wide">'), text.index('<div class="narrow">')
    part = text[begin:middle] if width == "wide" else text[middle:]
    return {
        match[1]: match[0] for match in re.finditer(r'data-chart-id="([\w-]+)".*?(?=data-chart-id="|\Z)', part, re.S)
    }


def said(value: Any, form: str) -> str:
    text = f"{float(value):{FORMATS.get(form, form)}}"
    return text.replace("-", "−")


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_those_of_the_marts(published: Outcome, boards: Path, name: str) -> None:
    """Each cell of a table, each bar, each rectangle, each figure against the query of the board, run anew."""
    board = yaml.safe_load((HOME / f"charts/{name}.yml").read_text(encoding="utf-8"))
    compared = 0
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        for language in LANGUAGES:
            drawn = drawn_charts(boards / f"{name}.{language}.html", "wide")
            assert list(drawn) == list(dict.fromkeys(drawn)) and set(drawn) == set(board["charts"])
            for chart_name, chart in board["charts"].items():
                result = database.execute(board["queries"][chart["query"]].replace("$lang", language))
                header, rows = [column[0] for column in result.description or []], result.fetchall()
                text, style = drawn[chart_name], chart.get("style", {})
                if not rows:
                    assert "Nothing to show" in text or "暂无数据" in text
                elif chart["type"] == "table":
                    visible = [
                        column for column in header if style.get("columns", {}).get(column, {}).get("visible", True)
                    ]
                    if "values" in chart:
                        down, across, cell = (header.index(*chart[axis]) for axis in ("rows", "columns", "values"))
                        cells = {(row[down], row[across]): row[cell] for row in rows}
                        rows = [
                            (key, *(cells.get((key, column)) for column in dict.fromkeys(row[across] for row in rows)))
                            for key in dict.fromkeys(row[down] for row in rows)
                        ]
                        header = visible = list(range(len(rows[0])))
                    expected = [
                        float(value) for row in rows for column, value in zip(header, row, strict=True)
                        if column in visible and not isinstance(value, (str, date, bool, type(None)))
                    ]  # fmt: skip
                    assert [float(value) for value in re.findall(r'data-value="([^"]*)"', text)] == pytest.approx(
                        expected
                    )
                    compared += len(expected)
                elif chart["type"] == "kpi":
                    value = rows[0][header.index(chart["value"])]
                    expected_text = "–" if value is None else said(value, style["value"]["format"])
                    number = "".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", text)[:2]).split("EUR")[0]
                    assert number.startswith(expected_text), chart_name
                    compared += 1
                else:
                    measure = header.index(chart["y"])
                    marks = re.findall(
                        r'data-dct-role="(?:bar|rect|point)" aria-label="[^"]*?: ([−\d.,%]+)(?:; [^"]*)?"', text
                    )
                    form = style["axis_y"]["labels"]["format"]
                    # Marks that do not touch have a second one, which answers the pointer.
                    wanted = Counter(said(row[measure], form) for row in rows for _ in range(len(marks) // len(rows)))
                    assert Counter(marks) == wanted, chart_name
                    compared += len(rows)
    assert compared > 20


@pytest.mark.parametrize("name", NAMES)
def test_titles_stand_whole(published: Outcome, boards: Path, name: str) -> None:
    """Of each chart, on both pages, in both languages: what is too long is cut by the program that draws."""
    board = yaml.safe_load((HOME / f"charts/{name}.yml").read_text(encoding="utf-8"))
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        for language in LANGUAGES:
            facts = _facts(database, board, language)
            for width in ("wide", "narrow"):
                drawn = drawn_charts(boards / f"{name}.{language}.html", width)
                for chart_name, chart in board["charts"].items():
                    title = _said(chart.get("title", chart.get("label")), language, facts)
                    text = unescape(re.sub(r"<[^>]+>|\s", "", drawn[chart_name].split(">", 1)[1]))
                    assert re.sub(r"\s", "", title) in text, (language, width, title)


@pytest.mark.parametrize("name", NAMES)
def test_pages_in_a_browser(boards: Path, browser: Browser, name: str) -> None:
    """Nothing is asked for from elsewhere, nothing complains, nothing is cut, and letters are large enough, at 1400 and at 400 pixels."""
    for language in LANGUAGES:
        for width, shown, hidden in ((1400, "wide", "narrow"), (400, "narrow", "wide")):
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked: list[str] = []
            complaints: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
            page.on("pageerror", lambda error, complaints=complaints: complaints.append(str(error)))
            page.goto((boards / f"{name}.{language}.html").as_uri())
            assert page.locator(f".{shown} > svg").is_visible() and not page.locator(f".{hidden} > svg").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            outside, smallest = page.evaluate(
                """shown => {
                    const texts = [...document.querySelectorAll(`.${shown} svg text`)].filter(text => text.textContent.trim());
                    const scale = document.querySelector(`.${shown} > svg`).getBoundingClientRect().width / (shown == 'wide' ? 1400 : 400);
                    return [texts.filter(text => { const box = text.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 })
                                .map(text => text.textContent),
                            Math.min(...texts.map(text => parseFloat(getComputedStyle(text).fontSize) * scale))];
                }""", shown,
            )  # fmt: skip
            assert outside == [] and smallest >= 10, (name, language, width, smallest)
            assert complaints == [] and [url for url in asked if not url.startswith(("file:", "data:"))] == []
            assert len([url for url in asked if url.startswith("file:")]) == 1
            page.close()
    for link in re.findall(r'href="([^"#]+)"', (boards / f"{name}.en.html").read_text(encoding="utf-8")):
        assert (boards / link).exists(), link


def test_no_person_is_named(published: Outcome, boards: Path) -> None:
    """Of persons only the opaque id, on boards and on the pages of customers; no script, no address."""
    with duckdb.connect(str(published.release / PUBLISHED), read_only=True) as database:
        persons = {name for (name,) in database.execute(
            "select display_name from marts.customers where customer_kind = 'person' and display_name is not null").fetchall()}  # fmt: skip
    pages = list(boards.rglob("*.html"))
    assert len(list((boards / "customers").glob("*.html"))) > 20 and persons
    for page in pages:
        text = re.sub(r"base64,[\w+/=]+", "", page.read_text(encoding="utf-8"))
        assert not [name for name in persons if f">{name}<" in text], page.name
        assert "<script" not in text and not re.search(r"(?:src|url\()\s*=?\s*[\"']?https?:", text)
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", text), page.name


def test_hostile_names_are_text(published: Outcome, browser: Browser, tmp_path: Path) -> None:
    names = ["<script>alert(1)</script> Ltd", "{{ 7 * 7 }} {high_share} Ltd", '"><img src=x onerror=alert(1)> Ltd']
    release = tmp_path / "release"
    release.mkdir()
    for file in (PUBLISHED, BUILD):
        shutil.copy(published.release / file, release / file)
        (release / file).chmod(0o600)
    with duckdb.connect(str(release / PUBLISHED)) as database:
        for place, name in enumerate(names, 1):
            (customer,) = database.execute(
                "select customer_id from marts.customer_rankings where customer_kind = 'organisation' and kind_rank = ?",
                [place],
            ).fetchone() or ("",)
            database.execute("update marts.customers set display_name = ? where customer_id = ?", [name, customer])
    draw_boards(release, tmp_path / "out")
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto((tmp_path / "out/sales.en.html").as_uri())
    text = " ".join(page.locator(".wide text").all_text_contents())
    assert all(re.sub(r"\s+", " ", name) in re.sub(r"\s+", " ", text) for name in names[:2])
    assert dialogs == [] and page.locator("img").count() == 0
    page.close()


def test_a_warehouse_of_nearly_nothing_is_drawn(pipeline: Pipeline, browser: Browser, tmp_path: Path) -> None:
    """One customer without a purchase: every board is there, and says that there is nothing to show."""
    write(tmp_path, "customers.csv", "customer_ref,customer_kind,created_at\nc1,person,2025-01-01\n")
    built = pipeline.run(tmp_path, date(2025, 6, 30))
    built.database.execute(f"attach '{tmp_path / PUBLISHED}' as copied")
    built.database.execute("create schema copied.marts")
    for (table,) in built.rows(
        "select table_name from duckdb_tables() where schema_name = 'marts' and database_name <> 'copied'"
    ):
        built.database.execute(f"create table copied.marts.{table} as from marts.{table}")
    built.database.execute("detach copied")
    built.database.execute("checkpoint")
    shutil.copy(built.release / BUILD, tmp_path / BUILD)
    pages = draw_boards(tmp_path, tmp_path / "out")
    assert len(pages) == 12 and "Nothing to show" in pages[0].read_text(encoding="utf-8")


def test_the_command_says_what_is_missing(tmp_path: Path, published: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run("boards", "--warehouse", tmp_path)
    assert code == 2 and "grading refresh" in output
    monkeypatch.setattr(
        "grading.boards.drawing.resources.files", lambda name: (_ for _ in ()).throw(ModuleNotFoundError(name))
    )
    with pytest.raises(BadInput, match="extra `boards`"):
        draw_boards(published.release, tmp_path / "out")


def test_exposures_name_what_their_consumers_read() -> None:
    """The boards and commands by their SQL, BI tools everything that is published."""
    exposures = yaml.safe_load((HOME / "models/marts/_exposures.yml").read_text(encoding="utf-8"))["exposures"]
    found = {one["name"]: {ref.split("'")[1] for ref in one["depends_on"]} for one in exposures}
    consumers = {f"{name}_board": HOME / f"charts/{name}.yml" for name in NAMES} | {
        "assistant": HOME / "grading/evaluation/answering.py", "crm_deltas": HOME / "grading/crm/deltas.py",
        "customer_page": HOME / "grading/evaluation/explaining.py", "refresh_summary": HOME / "grading/cli/summary.py",
    }  # fmt: skip
    analyses = "".join(path.read_text(encoding="utf-8") for path in (HOME / "analyses").glob("monday_*.sql"))
    published = {path.stem for path in (HOME / "models/marts").rglob("*.sql")}
    assert found == {
        name: published & set(re.findall(r"\b(?:from|join) (?:marts\.)?(\w+)", path.read_text(encoding="utf-8")))
        for name, path in consumers.items()
    } | {"monday_questions": set(re.findall(r"ref\('(\w+)'\)", analyses)), "bi_tools": published}


def test_pages_are_part_of_a_release_where_they_are_wanted(
    published: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing without the settings; with them boards and dbt's documents; and what cannot be drawn is a warning."""
    for file in (PUBLISHED, BUILD):
        shutil.copy(published.release / file, tmp_path / file)
    outcome = Outcome(tmp_path, [])
    draw_pages(tmp_path, outcome)
    assert not (tmp_path / "boards").exists()
    monkeypatch.setenv("GRADING_BOARDS", "1")
    monkeypatch.setenv("GRADING_DOCS", "1")
    draw_pages(tmp_path, outcome)
    assert outcome.warnings == [] and len(list((tmp_path / "boards").glob("*.??.html"))) == 12
    text = (tmp_path / "boards/docs.html").read_text(encoding="utf-8")
    assert (
        "customer_grading.customer_grades" in text
        and "sales_board" in text
        and not re.search(r"<script[^>]+src=", text)
    )
    monkeypatch.setattr(
        "grading.boards.drawing.resources.files", lambda name: (_ for _ in ()).throw(ModuleNotFoundError(name))
    )
    draw_pages(tmp_path, outcome)
    assert len(outcome.warnings) == 1 and "extra `boards`" in outcome.warnings[0]
