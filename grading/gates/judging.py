"""Great Expectations, in a process of its own: its import takes seconds, so it happens while files are landed and dbt builds.

A request is what to look at and the expectations; the answer is one verdict for each. Whatever fails here (the import, an
expectation that raises, the process itself) is an error at the other end: a gate that cannot judge lets nothing through.
"""

from __future__ import annotations

import gc
import os
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from grading.database import literal


@dataclass(frozen=True)
class Expected:
    """One expectation of figures (`measure`, `judged`) or of a published table (`kind`, `mart`, `columns`)."""

    name: str
    minimum: float | None = None
    maximum: float | None = None
    measure: str = ""
    judged: str = ""
    mart: str = ""
    kind: str = ""
    columns: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Observations to judge: a list for each column."""

    columns: dict[str, list[Any]]
    expected: list[Expected]


@dataclass(frozen=True)
class File:
    """A published file to judge."""

    path: str
    expected: list[Expected]


@dataclass
class Verdict:
    """Whether an expectation holds; of figures, the places of those that break it."""

    name: str
    mart: str
    is_met: bool
    places: list[int] = field(default_factory=list)


def serve(connection: Connection, parent: int) -> None:
    """Answer requests until the other end closes."""
    from grading.landing.phones import end_with_parent

    end_with_parent(parent)
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        os.nice(5)
        import great_expectations  # noqa: F401
    except BaseException:
        connection.send(traceback.format_exc())
        return
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        try:
            connection.send(judge_figures(request) if isinstance(request, Figures) else judge_file(request))
        except Exception:
            connection.send(traceback.format_exc())


def _context() -> Any:
    """A context that keeps nothing, says nothing and asks nobody."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def judge_figures(request: Figures) -> list[Verdict]:
    """Judge observations as a data frame; a figure that is not there breaks nothing."""
    import great_expectations as gx
    import pandas as pd
    from great_expectations.expectations.row_conditions import Column

    library: Any = gx.expectations
    context = _context()
    frame = pd.DataFrame(request.columns)
    source = context.data_sources.add_pandas("figures")
    batch = source.add_dataframe_asset("figures").add_batch_definition_whole_dataframe("figures")
    suite = gx.ExpectationSuite(name="figures")
    for one in request.expected:
        suite.add_expectation(
            library.ExpectColumnValuesToBeBetween(
                column=one.judged, min_value=one.minimum, max_value=one.maximum, row_condition=Column("measure") == one.measure,
                meta={"name": one.name},
            )
        )  # fmt: skip
    found = _validated(context, "figures", batch, suite, {"dataframe": frame}, "COMPLETE")
    return [
        Verdict(
            result.expectation_config.meta["name"],
            "",
            bool(result.success),
            result.result.get("unexpected_index_list") or [],
        )
        for result in found
    ]


def judge_file(request: File) -> list[Verdict]:
    """Judge the published file itself, as a reader would open it. No values come back."""
    import great_expectations as gx

    context = _context()
    source = context.data_sources.add_sql(
        "published",
        connection_string=f"duckdb:///{request.path}",
        create_temp_table=False,
        kwargs={
            "connect_args": {"read_only": True},
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
            "pool_reset_on_return": None,
        },
    )
    verdicts = []
    try:
        for mart in sorted({one.mart for one in request.expected}):
            asset = source.add_table_asset(mart, table_name=mart, schema_name="marts")
            suite = gx.ExpectationSuite(name=mart)
            for one in request.expected:
                if one.mart == mart:
                    suite.add_expectation(_of_table(one))
            found = _validated(context, mart, asset.add_batch_definition_whole_table(mart), suite, None, "BOOLEAN_ONLY")
            verdicts += [
                Verdict(result.expectation_config.meta["name"], mart, bool(result.success)) for result in found
            ]
    finally:
        engine = source.get_execution_engine()
        engine.close()
        source.get_engine().dispose()
        gc.collect()
    return verdicts


def _of_table(one: Expected) -> Any:
    """An expectation of a table, as the library has it."""
    # Any: the library names its expectations in a way that type checkers do not follow.
    import great_expectations.expectations as library

    gx: Any = library

    meta = {"name": one.name}
    first = one.columns[0] if one.columns else ""
    if one.kind == "unique":
        if len(one.columns) > 1:
            return gx.ExpectCompoundColumnsToBeUnique(column_list=list(one.columns), meta=meta)
        return gx.ExpectColumnValuesToBeUnique(column=first, meta=meta)
    if one.kind == "not_null":
        return gx.ExpectColumnValuesToNotBeNull(column=first, meta=meta)
    if one.kind == "class":
        return gx.ExpectColumnValuesToBeInSet(column=first, value_set=list(one.codes), meta=meta)
    if one.kind == "between":
        return gx.ExpectColumnValuesToBeBetween(column=first, min_value=one.minimum, max_value=one.maximum, meta=meta)
    if one.kind in ("row_count", "row_count_of"):
        return gx.ExpectTableRowCountToBeBetween(
            min_value=None if one.minimum is None else round(one.minimum),
            max_value=None if one.maximum is None else round(one.maximum), meta=meta,
        )  # fmt: skip
    if one.kind == "sum_of":
        return gx.ExpectColumnSumToBeBetween(column=first, min_value=one.minimum, max_value=one.maximum, meta=meta)
    if one.kind == "columns":
        return gx.ExpectTableColumnsToMatchOrderedList(column_list=list(one.columns), meta=meta)
    if one.kind == "no_addresses":
        like = " or ".join(f"{column} like {literal('%_@_%._%')}" for column in one.columns) or "false"
        return gx.UnexpectedRowsExpectation(
            unexpected_rows_query=f"select 1 from {{batch}} where {like} limit 1", meta=meta
        )
    raise ValueError(f"{one.kind} is no kind of expectation")


def _validated(context: Any, name: str, batch: Any, suite: Any, parameters: Any, result_format: str) -> list[Any]:
    """The results of a suite, in the order of their metrics. Raises where an expectation could not be judged."""
    import great_expectations as gx

    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=context.suites.add(suite))
    )
    results = definition.run(batch_parameters=parameters, result_format={"result_format": result_format}).results
    for result in results:
        if result.exception_info.get("raised_exception", False) or any(
            isinstance(info, dict) and info.get("raised_exception") for info in result.exception_info.values()
        ):
            raise RuntimeError(f"{result.expectation_config.meta['name']} of {name}: {result.exception_info}")
    return list(results)
