"""Pages without script and with nothing from elsewhere, to be read on a screen or printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from grading.evaluation.explaining import Explainer


def rendered(template: str, **values: Any) -> str:
    """A template of this folder, filled; every value is escaped, and one that is missing is an error."""
    environment = Environment(loader=PackageLoader("grading.boards", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(template).render(values)


def write_customer_page(
    explainer: Explainer, customer: str, file: Path, back: str | None = None, as_of: date | None = None
) -> None:
    """One customer, one page: what `grading explain` says; `back` is where its reader comes from.

    Raises BadInput where the customer is not known."""
    explanation = explainer.explain(customer, as_of)
    language = ("en", "zh")[explainer.language]
    page = rendered(
        "customer.html.j2", head=explanation.head, sections=explanation.sections, language=language, back=back
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
