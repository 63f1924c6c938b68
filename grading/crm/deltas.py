"""What of the grades a CRM has to be told: the difference between what it accepted last and what is published.

    warehouse/crm/<system>/accepted.parquet    what the CRM is known to have: module, record, fields
    warehouse/crm/<system>/sent.parquet        what the last export told it; becomes accepted row by row as the import report says

A record is told its fields as a whole; one that is graded no longer, because it was erased or refused profiling, is told empty fields,
and is then forgotten here. Which field goes where is the seed crm_fields. Both files are of the private part of the warehouse (0600).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from grading.contract import Project
from grading.crm.shapes import ENDINGS, SHAPES, accepted_records, is_lookup
from grading.database import BUILD, ENGINE_SETTINGS, PUBLISHED, literal, publication_of, write_parquet
from grading.errors import BadInput
from grading.releases.warehouse import Warehouse

Record = tuple[str, str]
"""Module and id of a record in the CRM."""
Fields = dict[str, str]
"""API name of a field to its text; empty is cleared."""
COLUMNS = {"module": "varchar", "record_id": "varchar", "fields": "varchar"}

# Every graded customer with what may be told of it, in the language of the labels. What changes each night (scores with decimals, counts of
# days) is not told: it would make every record new.
TOLD = """
    select
        grades.customer_id,
        grades.grade,
        tiers.label_{language} as value_tier,
        stages.label_{language} as lifecycle_stage,
        risks.label_{language} as risk_grade,
        cast(cast(round(grades.overall_score) as integer) as varchar) as overall_score,
        ranks.main_reason_{language} as main_reason,
        actions.action_{language} as action,
        cast(actions.due_date as varchar) as action_due_date
    from marts.customer_grades as grades
    join marts.customers as customers using (customer_id)
    join marts.customer_rankings as ranks using (customer_id)
    left join marts.customer_actions as actions on grades.customer_id = actions.customer_id and actions.status = 'planned'
    left join marts.class_labels as tiers on tiers.class_family = 'value_tier' and tiers.code = grades.value_tier
    left join marts.class_labels as stages on stages.class_family = 'lifecycle_stage' and stages.code = grades.lifecycle_stage
    left join marts.class_labels as risks on risks.class_family = 'risk_grade' and risks.code = grades.risk_grade
    where customers.can_profile
"""
# The records of a system by the table that they came in; account_ref is what a lookup names.
RECORDS = {
    "account": "select distinct customer_ref as record_id, customer_id, customer_ref as account_ref from restricted.customer_refs "
    "join intermediate.int_customers_unioned using (source_system, customer_ref) "
    "where source_system = '{system}' and raw_table = '{system}.{table}' and record_status = 'accepted'",
    "contact": "select contact_ref as record_id, customer_id, customer_ref as account_ref from intermediate.int_contacts_unioned "
    "join restricted.customer_refs using (source_system, customer_ref) where source_system = '{system}' and record_status = 'accepted'",
    # Tags are marketing: nobody who asked not to be contacted.
    "identifier": "select distinct identifiers.value as record_id, refs.customer_id, contacts.account_owner as account_ref "
    "from intermediate.int_identifiers_unioned as identifiers "
    "join restricted.customer_refs as refs "
    "on identifiers.source_system = refs.source_system and identifiers.customer_ref = refs.customer_ref "
    "join restricted.customer_contacts as contacts on refs.customer_id = contacts.customer_id "
    "where identifiers.kind = 'wechat' and identifiers.record_status = 'accepted' and not contacts.is_barred",
}


@dataclass
class Delta:
    """What an export wrote: records told anew, records cleared, files."""

    system: str
    told: int = 0
    cleared: int = 0
    unchanged: int = 0
    files: list[Path] = field(default_factory=list)


def export_delta(warehouse: Warehouse, system: str, folder: Path, language: str) -> Delta:
    """Write what changed since the last accepted export in the import shape of a system. Raises BadInput for a system that is not known."""
    maps = _maps(system)
    before, wanted = (
        _state(warehouse, system, "accepted"),
        _wanted(publication_of(warehouse.folder), system, maps, language),
    )
    told = {record: fields for record, fields in wanted.items() if before.get(record) != fields}
    cleared = {
        record: {name: value if is_lookup(name) else "" for name, value in fields.items()}
        for record, fields in before.items()
        if record not in wanted
    }
    delta = Delta(system, len(told), len(cleared), len(wanted) - len(told))
    folder.mkdir(parents=True, exist_ok=True)
    for module in dict.fromkeys(row["module"] for row in maps):
        rows = {record[1]: fields for record, fields in (told | cleared).items() if record[0] == module}
        known = {record[1]: fields for record, fields in before.items() if record[0] == module}
        labels = {row["api_name"]: row["label"] for row in maps if row["module"] == module}
        # What an earlier export left would be told again by whoever sends the folder.
        for left in (found for ending in ENDINGS for found in folder.glob(f"{module}{ending}")):
            left.unlink()
        if rows:
            delta.files += SHAPES[system](folder, module, labels, rows, known)
    _save(warehouse, system, "sent", told | cleared)
    return delta


def accept_delta(warehouse: Warehouse, system: str, report: Path | None) -> tuple[int, int]:
    """Take what was sent as accepted: all of it, or what the import report of the CRM says. How many were, and how many were not: those are
    told again next time."""
    sent = _state(warehouse, system, "sent")
    if not sent:
        raise BadInput(f"Nothing was sent to {system} since the last acceptance; `grading crm export` does that.")
    ids = None if report is None else accepted_records(system, report)
    taken = {record: fields for record, fields in sent.items() if ids is None or record[1] in ids}
    now = _state(warehouse, system, "accepted") | taken
    told = {
        record: fields
        for record, fields in now.items()
        if any(value for name, value in fields.items() if not is_lookup(name))
    }
    _save(warehouse, system, "accepted", told)
    _save(warehouse, system, "sent", {})
    return len(taken), len(sent) - len(taken)


def _maps(system: str) -> list[dict[str, str]]:
    rows = [dict(row) for row in Project().seed("mappings/crm_fields.csv")]
    known = sorted({row["source_system"] for row in rows})
    if system not in known or system not in SHAPES:
        raise BadInput(
            f"{system} is not a system that can be told; known are {', '.join(known)} (seeds/mappings/crm_fields.csv)."
        )
    return [row for row in rows if row["source_system"] == system]


def _wanted(release: Path, system: str, maps: list[dict[str, str]], language: str) -> dict[Record, Fields]:
    """What each record of the system is to have."""
    found: dict[Record, Fields] = {}
    with duckdb.connect(str(release / BUILD), read_only=True, config=ENGINE_SETTINGS) as database:
        database.execute(f"attach {literal(release / PUBLISHED)} as published (read_only)")
        database.execute(
            "create temp table told as " + TOLD.format(language=language).replace("marts.", "published.marts.")
        )
        for table, module in dict.fromkeys((row["record_table"], row["module"]) for row in maps):
            fields = {row["api_name"]: row["field"] for row in maps if row["module"] == module}
            records = RECORDS.get(table, RECORDS["account"]).format(system=system, table=table)
            chosen = ", ".join(
                f'records."{name}"' if name == "account_ref" else f'told."{name}"' for name in fields.values()
            )
            rows = database.execute(
                f"select records.record_id, {chosen} from ({records}) as records join told using (customer_id) order by records.record_id"
            ).fetchall()
            for record_id, *values in rows:
                found[module, str(record_id)] = {
                    name: "" if value is None else str(value) for name, value in zip(fields, values, strict=True)
                }
    return found


def _file(warehouse: Warehouse, system: str, name: str) -> Path:
    return warehouse.folder / "crm" / system / f"{name}.parquet"


def _state(warehouse: Warehouse, system: str, name: str) -> dict[Record, Fields]:
    file = _file(warehouse, system, name)
    if not file.exists():
        return {}
    with duckdb.connect(config=ENGINE_SETTINGS) as database:
        rows = database.execute(f"select module, record_id, fields from read_parquet({literal(file)})").fetchall()
    return {(module, record_id): json.loads(fields) for module, record_id, fields in rows}


def _save(warehouse: Warehouse, system: str, name: str, state: dict[Record, Fields]) -> None:
    file = _file(warehouse, system, name)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_suffix(".new")
    rows = [
        (module, record_id, json.dumps(fields, ensure_ascii=False))
        for (module, record_id), fields in sorted(state.items())
    ]
    write_parquet(temporary, COLUMNS, rows)
    temporary.chmod(0o600)
    temporary.replace(file)
