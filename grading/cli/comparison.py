"""A comparison as tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from grading.errors import plain
from grading.evaluation.comparing import Comparison


def comparison_tables(comparison: Comparison) -> Iterator[Table]:
    """The rules that differ, who moves, the largest movers, and what each side foresees."""
    first, second = map(plain, comparison.names)
    yield _table(
        f"Rules that differ, {first} and {second}", ("kind", "family", "rule", first, second), (),
        [(kind, family, name, before or "-", after or "-") for kind, family, name, before, after in comparison.rules],
    )  # fmt: skip
    moved = [move for move in comparison.moves if move[1] != move[2]]
    everybody = sum(move[3] for move in comparison.moves)
    count = sum(move[3] for move in moved)
    yield _table(
        f"{count:,} of {everybody:,} customers change their {comparison.field} as of {comparison.as_of}",
        ("kind", "from", "to", "customers", f"net, 365 days, {comparison.currency}"), (3, 4),
        [(kind, before, after, f"{count:,}", f"{amount:,.0f}") for kind, before, after, count, amount in moved],
    )  # fmt: skip
    yield _table(
        "The largest of them", ("customer", "name", "kind", "from", "to", "score", "rank in kind", "grade moved by", "net, 365 days"), (8,),
        [(mover.customer_id, mover.name or "", mover.kind, mover.before, mover.after, _pair(mover.score_before, mover.score_after, ".2f"),
          _pair(mover.rank_before, mover.rank_after, ","), mover.moved_by, f"{mover.net_amount_365d:,.0f}") for mover in comparison.movers],
    )  # fmt: skip
    rows = []
    others = {side.kind: side for side in comparison.backtests[1]}
    for one in comparison.backtests[0]:
        if (other := others.get(one.kind)) is None:
            continue
        scores = [next(line for line in side.lines if line.order == "overall_score") for side in (one, other)]
        rows.append(
            (
                one.kind,
                str(one.start),
                str(one.days),
                *(f"{100 * line.capture:.1f} / {line.auc:.3f}" for line in scores),
            )
        )
    yield _table(
        "Share of later sales in the first tenth by the overall score, % / AUC of coming back",
        ("kind", "graded as of", "days after", first, second), (3, 4), rows,
    )  # fmt: skip


def _pair(before: float | None, after: float | None, form: str) -> str:
    return " → ".join("-" if value is None else format(value, form) for value in (before, after))


def _table(title: str, columns: tuple[str, ...], right: tuple[int, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*map(plain, row))
    return table
