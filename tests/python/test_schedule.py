"""The refresh as a job of a scheduler."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.releases.warehouse import Warehouse

from .conftest import write


def test_the_job_of_dagster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It publishes, each expectation is a check, there is a schedule; what fails says why, and is not tried again in vain."""
    import dagster

    from grading import schedule

    monkeypatch.setattr(
        schedule,
        "LANDING",
        write(
            tmp_path / "in",
            "orders.csv",
            "order_ref,ordered_at,customer_ref,amount\n1,2025-01-01,a,5\n2,2025-01-02,b,5\n3,2025-01-03,c,5\n",
        ).parent,
    )
    monkeypatch.setattr(schedule, "WAREHOUSE", tmp_path / "w")
    done = dagster.materialize([schedule.refresh], instance=dagster.DagsterInstance.ephemeral())
    assert done.success
    checks = {one.check_name: one.passed for one in done.get_asset_check_evaluations()}
    assert len(checks) == len(schedule.EXPECTATIONS) and all(checks.values())
    run_id = Warehouse(tmp_path / "w").current_release().name  # type: ignore[union-attr]
    (made,) = done.asset_materializations_for_node("refresh")
    assert made.metadata["run_id"].value == run_id and made.metadata["rows"].value == 3
    monkeypatch.setattr(schedule, "LANDING", tmp_path / "none")
    failed = dagster.materialize([schedule.refresh], instance=dagster.DagsterInstance.ephemeral(), raise_on_error=False)
    assert not failed.success
    (failure,) = [event for event in failed.all_node_events if event.is_step_failure]
    assert "none" in failure.event_specific_data.error_display_string
    (cron,) = schedule.defs.schedules or ()
    assert cron.cron_schedule == "0 2 * * *" and cron.job_name == "refresh_customer_grading"
