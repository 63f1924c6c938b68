"""The refresh as a job of Dagster, for those who schedule with it: `dagster dev -m grading.schedule` (extra `schedule`).

One op starts the command; the graph of models stays dbt's. The expectations of the gates are checks of the asset, so that their history can
be seen there. Where things are comes from the environment: GRADING_LANDING, GRADING_WAREHOUSE, GRADING_CRON, GRADING_TIME_ZONE.
Annotations are not postponed here: Dagster reads them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster

from grading.contract import Project
from grading.errors import grading_error
from grading.gates.gate import FIGURES_SEED, PUBLISHED_SEED, Gates
from grading.refresh import Request
from grading.refresh import refresh as run_refresh
from grading.releases.alerts import alert

ASSET = dagster.AssetKey("customer_grading")
LANDING, WAREHOUSE = (Path(os.environ.get(f"GRADING_{name}", name.lower())) for name in ("LANDING", "WAREHOUSE"))
EXPECTATIONS = [row for seed in (FIGURES_SEED, PUBLISHED_SEED) for row in Project().seed(seed)]


def _checks(gates: Gates | None) -> Iterator[dagster.AssetCheckResult]:
    """A check for each expectation; what was not asked holds."""
    judged = {one.expectation: one for one in gates.judged} if gates else {}
    for row in EXPECTATIONS:
        one = judged.get(row["expectation"])
        yield dagster.AssetCheckResult(
            check_name=row["expectation"],
            passed=one is None or one.status in ("met", "unasked"),
            severity=dagster.AssetCheckSeverity.ERROR
            if row["severity"] == "block"
            else dagster.AssetCheckSeverity.WARN,
            metadata={"observed": str(one.observed), "of": one.subject} if one else {},
        )


@dagster.multi_asset(
    specs=[dagster.AssetSpec(ASSET, description="The published tables: classified, graded and ranked customers.")],
    check_specs=[
        dagster.AssetCheckSpec(row["expectation"], asset=ASSET, description=f"{row['label_en']} / {row['label_zh']}")
        for row in EXPECTATIONS
    ],
    # A refused file is rarely another one five minutes later; a lock or a full disk may be.
    retry_policy=dagster.RetryPolicy(max_retries=1, delay=600),
)
def refresh(
    context: dagster.AssetExecutionContext,
) -> Iterator[dagster.MaterializeResult[None] | dagster.AssetCheckResult]:
    """Land, build, check and publish."""
    try:
        outcome = run_refresh(Request(landing=LANDING, warehouse=WAREHOUSE))
    except Exception as error:
        known = grading_error(error)
        for wrong in alert("failed", WAREHOUSE, str(known), exit_code=known.exit_code):
            context.log.warning(wrong)
        is_worth_another_try = known.exit_code in (4, 5)
        raise dagster.Failure(str(known), allow_retries=is_worth_another_try) from error
    yield dagster.MaterializeResult(
        asset_key=ASSET,
        metadata={
            "run_id": outcome.release.name,
            **outcome.counts,
            **{f"{name}_seconds": value for name, value in outcome.seconds.items()},
        },
    )
    yield from _checks(outcome.gates)


job = dagster.define_asset_job("refresh_customer_grading", selection=[refresh])

defs = dagster.Definitions(
    assets=[refresh],
    jobs=[job],
    schedules=[
        dagster.ScheduleDefinition(
            job=job,
            cron_schedule=os.environ.get("GRADING_CRON", "0 2 * * *"),
            execution_timezone=os.environ.get("GRADING_TIME_ZONE", "UTC"),
        )
    ],
)
