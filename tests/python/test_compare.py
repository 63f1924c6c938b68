"""Two sets of rules side by side: nobody moves under the same rules, those in between two cuts move under another, and nothing else does."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from grading.database import BUILD
from grading.evaluation.comparing import compare
from grading.evaluation.picture import draw
from grading.refresh import Outcome

from .test_refresh import run

HOME = Path(__file__).resolve().parents[2]


def test_a_lower_cut_moves_who_is_above_it(published: Outcome, sample: Path, tmp_path: Path) -> None:
    warehouse, trial = published.release.parent.parent, tmp_path / "trial"
    trial.mkdir()
    bands = (HOME / "seeds/criteria/grading/grade_bands.csv").read_text()
    (trial / "grade_bands.csv").write_text(bands.replace("v1,A,80", "v1,A,75"))
    result = compare("current", str(trial), sample, warehouse, show=1000)
    with duckdb.connect(str(published.release / BUILD), read_only=True) as database:
        # Whom a gate holds back stays below the cut, wherever it is.
        between = database.execute(
            "select customer_kind, 'B', 'A', count(*), sum(net_amount_365d)::double from intermediate.int_grades_now as grades "
            "where overall_score >= 75 and grade = 'B' and not exists (select 1 from intermediate.int_gates as gates "
            "where gates.customer_key = grades.customer_key and gates.as_of_date = grades.as_of_date) group by all order by all"
        ).fetchall()
        everybody = database.execute("select count(*) from intermediate.int_grades_now").fetchall()[0][0]
    assert [move for move in result.moves if move[1] != move[2]] == between and between
    assert sum(move[3] for move in result.moves) == everybody
    assert result.rules == [("all", "grade_band", "grade A", "80 A", "75 A")]
    assert {mover.moved_by for mover in result.movers if mover.score_before == mover.score_after} == {"cuts"}
    assert len(result.movers) == sum(move[3] for move in between)
    # A cap lies below the cut, so scores may move with it; what a customer is worth does not.
    worth = [[line for one in side for line in one.lines if line.order == "clv_amount"] for side in result.backtests]
    assert worth[0] == worth[1] and len(worth[0]) == 2
    draw(result, tmp_path / "picture.html")
    picture = (tmp_path / "picture.html").read_text(encoding="utf-8")
    assert all(f"B → A: {count:,}" in picture for _, _, _, count, _ in between)


def test_what_can_be_compared(published: Outcome, sample: Path, tmp_path: Path) -> None:
    warehouse = published.release.parent.parent
    arguments = ("--landing", sample, "--warehouse", warehouse, "--picture", tmp_path / "same.html", "--quiet")
    code, output = run("compare", "current", published.release.name, *arguments)
    assert code == 0 and "\n0 of " in output and (tmp_path / "same.html").exists(), output
    code, output = run("compare", "current", "nothing", *arguments)
    assert code == 2 and "neither a folder with seed files nor a release" in output, output
    # Tonight's data are no rule: a release is compared with rules on what it was built from.
    shutil.copytree(sample, tmp_path / "later")
    with (tmp_path / "later" / "orders.csv").open("a") as file:
        file.write((sample / "orders.csv").read_text().splitlines()[-1].replace("SO", "LATE") + "\n")
    code, output = run("compare", "current", "seeds", "--landing", tmp_path / "later", *arguments[2:])
    assert code == 2 and "is not what current was built from (orders.csv" in output, output
