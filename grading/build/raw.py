"""What dbt reads in a release: links to the stored files, and tables about this run."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from grading.contract import Project
from grading.database import write_parquet
from grading.fitting.parameters import write_clv_parameters
from grading.identity.linking import PROPOSAL_COLUMNS
from grading.landing.discovery import published_file
from grading.landing.phones import write_phone_numbers
from grading.landing.rates import ecb_rates
from grading.landing.store import Landed, Store
from grading.releases.warehouse import PROPOSALS, Warehouse


def lay_out_raw(release: Path, project: Project, store: Store, landed: list[Landed], key: str) -> None:
    """raw/<source>/<table>/: links to the stored files and a zero-row file, so that every table always exists."""
    for (source, name), table in project.tables.items():
        folder = release / "raw" / source / name
        folder.mkdir(parents=True)
        os.link(store.empty_file(table), folder / "empty.parquet")
    write_phone_numbers(release / "raw" / "grading" / "phone_numbers" / "phone_numbers.parquet", project, store, landed)
    rates = release / "raw" / "grading" / "ecb_rates"
    rates.mkdir(parents=True)
    os.link(ecb_rates(store), rates / "ecb_rates.parquet")
    proposals = release / "raw" / "grading" / "link_proposals"
    if (store.folder / PROPOSALS).exists():
        proposals.mkdir(parents=True)
        os.link(store.folder / PROPOSALS, proposals / "proposals.parquet")
    else:
        write_parquet(proposals / "empty.parquet", PROPOSAL_COLUMNS, [])
    write_clv_parameters(release, [])
    unreadable = release / "raw" / "grading" / "unreadable_lines"
    unreadable.mkdir(parents=True)
    for number, entry in enumerate(landed):
        entry.published_file = published_file(entry.file, project, key)
        os.link(store.folder / entry.stored, release / "raw" / entry.source / entry.table / f"{number:05d}.parquet")
        if entry.unreadable_lines:
            os.link(store.unreadable_path(entry), unreadable / f"{number:05d}.parquet")
    write_parquet(
        unreadable / "empty.parquet",
        {"source_name": "varchar", "source_table": "varchar", "_file": "varchar", "_line": "bigint", "code": "varchar",
         "line_text": "varchar"},
        [],
    )  # fmt: skip
    write_parquet(
        release / "raw" / "grading" / "files" / "files.parquet",
        {"source_name": "varchar", "source_table": "varchar", "file": "varchar", "published_file": "varchar", "sha256": "varchar",
         "size_bytes": "bigint", "modified_at": "timestamp", "physical_lines": "bigint", "header_lines": "bigint",
         "record_count": "bigint", "continuation_lines": "bigint", "blank_lines": "bigint", "unreadable_lines": "bigint"},
        [
            (entry.source, entry.table, entry.file, entry.published_file, entry.sha256, entry.size_bytes,
             datetime.fromisoformat(entry.modified_at).replace(tzinfo=None), entry.physical_lines, entry.header_lines,
             entry.record_count, entry.continuation_lines, entry.blank_lines, entry.unreadable_lines)
            for entry in landed
        ],
    )  # fmt: skip
    counts = store.row_counts(landed)
    erased: dict[tuple[str, str], int] = {}
    for entry in landed:
        erased[entry.source, entry.table] = erased.get((entry.source, entry.table), 0) + entry.erased_rows
    write_parquet(
        release / "raw" / "grading" / "raw_tables" / "raw_tables.parquet",
        {
            "source_name": "varchar",
            "source_table": "varchar",
            "contract_table": "varchar",
            "raw_rows": "bigint",
            "erased_rows": "bigint",
        },
        [
            (*key, into, counts.get(key, 0) + erased.get(key, 0), erased.get(key, 0) if into == table.maps_to[0] else 0)
            for key, table in project.tables.items()
            for into in table.maps_to
        ],
    )


def write_run(
    release: Path,
    warehouse: Warehouse,
    project: Project,
    started: datetime,
    today: date,
    as_of: date | None,
    *,
    is_trial: bool = False,
) -> None:
    """The one row raw.run: the only clock the models know."""
    write_parquet(
        release / "raw" / "grading" / "run" / "run.parquet",
        {"run_id": "varchar", "started_at": "timestamp", "today": "date", "requested_as_of": "date",
         "code_checksum": "varchar", "criteria_checksum": "varchar", "is_trial": "boolean", "pseudonym_key": "varchar"},
        [(release.name, started.replace(tzinfo=None, microsecond=0), today, as_of, project.code_checksum(),
          project.criteria_checksum(), is_trial, warehouse.pseudonym_key())],
    )  # fmt: skip
