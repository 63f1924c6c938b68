"""The picture of a comparison: for each kind a flow from the classes of the one side to those of the other, as one HTML file."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path

from grading.evaluation.comparing import Comparison

WIDTH, HEIGHT, BAR, GAP, LEFT = 760, 420, 16, 10, 130
COLOURS = (
    "#1b6b5a",
    "#4f9d7f",
    "#c9b458",
    "#d98c4a",
    "#b5483c",
    "#7a6f9b",
    "#4c7fb0",
    "#8a8a8a",
    "#a8577e",
    "#5b7d3a",
    "#b08968",
    "#444444",
)
STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;color:#222;margin:32px auto;max-width:860px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}p{margin:4px 0;color:#555}
table{border-collapse:collapse;margin-top:8px}td,th{padding:3px 14px 3px 0;text-align:left;border-bottom:1px solid #eee}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}text{font-size:13px;fill:#222}text.small{fill:#666;font-size:12px}
"""


def draw(comparison: Comparison, path: Path) -> None:
    """Write the picture."""
    first, second = map(escape, comparison.names)
    parts = [
        f"<!doctype html><meta charset='utf-8'><title>{first} and {second}</title><style>{STYLE}</style>",
        f"<h1>{escape(comparison.field.replace('_', ' ').capitalize())}: {first} → {second}</h1>",
        f"<p>As of {comparison.as_of}. Widths are customers; who stays is pale, who moves has the colour of where it was.</p>",
    ]
    for kind in sorted({move[0] for move in comparison.moves}):
        moves = [(before, after, count, amount) for of, before, after, count, amount in comparison.moves if of == kind]
        moved = [move for move in moves if move[0] != move[1]]
        parts.append(
            f"<h2>{kind.capitalize()}s</h2><p>{sum(move[2] for move in moved):,} of {sum(move[2] for move in moves):,} move; they bought "
            f"for {sum(move[3] for move in moved):,.0f} {escape(comparison.currency)} in the last year.</p>"
        )
        parts.append(_flow(moves))
    if comparison.rules:
        parts.append("<h2>Rules that differ</h2><table><tr><th>kind<th>rule<th>before<th>after</tr>")
        parts += [
            f"<tr><td>{escape(kind)}<td>{escape(f'{family}: {name}')}<td>{escape(before or '-')}<td>{escape(after or '-')}</tr>"
            for kind, family, name, before, after in comparison.rules[:40]
        ]
        parts.append("</table>")
    path.write_text("\n".join(parts), encoding="utf-8")


def _flow(moves: list[tuple[str, str, int, float]]) -> str:
    sizes: list[dict[str, int]] = [defaultdict(int), defaultdict(int)]
    for before, after, count, _ in moves:
        sizes[0][before] += count
        sizes[1][after] += count
    names = sorted(set(sizes[0]) | set(sizes[1]))
    colours = dict(zip(names, COLOURS * 3, strict=False))
    scale = (HEIGHT - GAP * (len(names) - 1)) / max(sum(sizes[0].values()), 1)
    tops: list[dict[str, float]] = []
    for side in sizes:
        tops.append({})
        place = 0.0
        for name in names:
            tops[-1][name] = place
            place += side[name] * scale + GAP
    starts = [dict(side) for side in tops]
    right = WIDTH - LEFT
    flows, labels = [], []
    for before, after, count, _ in sorted(moves, key=lambda move: (move[0], move[1])):
        high = count * scale
        y1, y2 = starts[0][before], starts[1][after]
        starts[0][before] += high
        starts[1][after] += high
        x1, x2, middle = LEFT + BAR, right - BAR, WIDTH / 2
        stays = before == after
        flows.append((stays,
            f"<path d='M{x1},{y1:.1f} C{middle},{y1:.1f} {middle},{y2:.1f} {x2},{y2:.1f} V{y2 + high:.1f} "
            f"C{middle},{y2 + high:.1f} {middle},{y1 + high:.1f} {x1},{y1 + high:.1f} Z' fill='{colours[before]}' "
            f"fill-opacity='{0.13 if stays else 0.65}'><title>{escape(before)} → {escape(after)}: {count:,}</title></path>",
        ))  # fmt: skip
    for place, (x, anchor, text) in enumerate(((LEFT, "end", LEFT - 8), (right - BAR, "start", right + 8))):
        for name in names:
            if sizes[place][name]:
                y, high = tops[place][name], sizes[place][name] * scale
                labels.append(
                    f"<rect x='{x}' y='{y:.1f}' width='{BAR}' height='{max(high, 1):.1f}' fill='{colours[name]}'/>"
                    f"<text x='{text}' y='{y + high / 2 + 4:.1f}' text-anchor='{anchor}'>{escape(name)} "
                    f"<tspan fill='#777'>{sizes[place][name]:,}</tspan></text>"
                )
    shapes = [shape for _, shape in sorted(flows, key=lambda flow: not flow[0])]
    return f"<svg viewBox='0 -6 {WIDTH} {HEIGHT + 20}' width='100%' role='img'>{''.join(shapes)}{''.join(labels)}</svg>"
