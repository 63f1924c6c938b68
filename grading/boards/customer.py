"""One customer, one page: what `grading explain` says, to be read on a screen or printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grading.evaluation.explaining import Explainer


def write_customer_page(
    explainer: Explainer, customer: str, file: Path, back: str | None = None, as_of: date | None = None
) -> None:
    """Write the page, without script and with nothing from elsewhere; `back` is where its reader comes from.

    Raises BadInput where the customer is not known."""
    explanation = explainer.explain(customer, as_of)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("customer.html.j2").render(
        head=explanation.head, sections=explanation.sections, language=("en", "zh")[explainer.language], back=back
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
