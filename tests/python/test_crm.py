"""Back to the CRM: deltas applied to the old export give the new one, what was refused is told again, who is gone is cleared."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from grading.crm.deltas import export_delta
from grading.crm.shapes import MOST_RECORDS, SHAPES, safe
from grading.releases.warehouse import Warehouse

from .test_refresh import run

State = dict[str, dict[str, str]]


def zoho(folder: Path, module: str) -> State:
    """The records of all files of a module."""
    found: State = {}
    for file in sorted(folder.glob(f"{module}-*.zip")):
        with zipfile.ZipFile(file) as archive:
            assert archive.namelist() == [f"{module}.csv"]
            for row in csv.DictReader(io.StringIO(archive.read(f"{module}.csv").decode())):
                found[row.pop("id")] = row
    return found


CHANGED = "update published.marts.customer_grades set grade = 'B' where grade = 'A'"
GONE = ("update published.marts.customers set can_profile = false where customer_id in (select customer_id from restricted.customer_refs "
        "where source_system = 'zoho_crm' order by customer_id limit 5)")  # fmt: skip


def test_deltas_applied_give_the_new_export(publishing: Callable[..., Warehouse], tmp_path: Path) -> None:
    place = publishing("20260101T000000Z")
    first = export_delta(place, "zoho_crm", tmp_path / "first", "zh")
    state = {module: zoho(tmp_path / "first", module) for module in ("Accounts", "Leads", "Contacts")}
    assert sum(map(len, state.values())) == first.told > 100 and first.cleared == 0
    assert run("crm", "accept", "zoho_crm", "--warehouse", place.folder)[0] == 0
    # Nothing changed: nothing is told.
    nothing = export_delta(place, "zoho_crm", tmp_path / "nothing", "zh")
    assert (nothing.told, nothing.cleared, nothing.files) == (0, 0, []) and nothing.unchanged == first.told
    place = publishing("20260102T000000Z", CHANGED, GONE)
    delta = export_delta(place, "zoho_crm", tmp_path / "delta", "zh")
    assert 0 < delta.told < first.told / 2 and delta.cleared > 0
    for module, records in state.items():
        records |= zoho(tmp_path / "delta", module)
    shutil.rmtree(place.folder / "crm")
    export_delta(place, "zoho_crm", tmp_path / "whole", "zh")
    for module, records in state.items():
        # What was cleared has empty fields, but still belongs to its account.
        left = {
            ref: row for ref, row in records.items() if any(value for name, value in row.items() if "." not in name)
        }
        assert left == zoho(tmp_path / "whole", module), module
        assert all(row.get("Account_Name.id", "x") for row in records.values())


def test_what_was_refused_is_told_again(publishing: Callable[..., Warehouse], tmp_path: Path) -> None:
    place = publishing("20260101T000000Z")
    export_delta(place, "zoho_crm", tmp_path / "one", "en")
    accounts = zoho(tmp_path / "one", "Accounts")
    refused = sorted(accounts)[:3]
    everything = [*accounts, *zoho(tmp_path / "one", "Leads"), *zoho(tmp_path / "one", "Contacts")]
    report = tmp_path / "result.csv"
    report.write_text("id,Customer_Grade,Value_Tier,STATUS,RECORD_ID,ERRORS\n" + "".join(
        f"{ref},A,High,{'SKIPPED' if ref in refused else 'UPDATED'},{ref},{'INVALID_DATA-Value_Tier' if ref in refused else ''}\n" for ref in everything
    ))  # fmt: skip
    code, output = run("crm", "accept", "zoho_crm", "--warehouse", place.folder, "--report", report)
    assert code == 0 and "3 to be told again" in output
    again = export_delta(place, "zoho_crm", tmp_path / "two", "en")
    assert again.told == 3 and sorted(zoho(tmp_path / "two", "Accounts")) == refused
    for name in ("accepted", "sent"):
        assert stat.S_IMODE((place.folder / f"crm/zoho_crm/{name}.parquet").stat().st_mode) == 0o600
    report.write_text("a,b\n")
    code, output = run("crm", "accept", "zoho_crm", "--warehouse", place.folder, "--report", report)
    assert code == 2 and "RECORD_ID and STATUS" in output


def test_bodies_and_workbook_of_fxiaoke(publishing: Callable[..., Warehouse], tmp_path: Path) -> None:
    place = publishing("20260101T000000Z")
    delta = export_delta(place, "fxiaoke", tmp_path / "out", "zh")
    bodies = [
        json.loads(line)["data"]["object_data"]
        for line in (tmp_path / "out/AccountObj.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(bodies) == delta.told and all(
        body["dataObjectApiName"] == "AccountObj" and body["_id"] for body in bodies
    )
    sheet = openpyxl.load_workbook(tmp_path / "out/AccountObj.xlsx").active
    assert sheet is not None
    header, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert header[:3] == ["唯一性ID", "客户等级", "价值层级"]
    assert [row[:2] for row in rows] == [[body["_id"], body["customer_grade__c"]] for body in bodies]
    report = tmp_path / "report.jsonl"
    report.write_text("".join(json.dumps({"_id": body["_id"], "errorCode": 0}) + "\n" for body in bodies[1:]) + "{}\n")
    code, output = run("crm", "accept", "fxiaoke", "--warehouse", place.folder, "--report", report)
    assert code == 2 and f"line {len(bodies)}" in output
    report.write_text(
        "".join(json.dumps({"_id": body["_id"], "errorCode": int(body == bodies[0])}) + "\n" for body in bodies)
    )
    assert "1 to be told again" in run("crm", "accept", "fxiaoke", "--warehouse", place.folder, "--report", report)[1]


def test_tags_of_wecom(publishing: Callable[..., Warehouse], tmp_path: Path) -> None:
    """Old tags go, new ones come; who is barred loses them."""
    refs = "select * from restricted.customer_refs join restricted.customer_contacts using (customer_id) where not is_barred order by customer_id limit 2"
    known = (f"insert into intermediate.int_identifiers_unioned by name select 'wechat' as kind, 'wm' || customer_ref as value, customer_ref, source_system, "
             f"'accepted' as record_status from ({refs})")  # fmt: skip
    place = publishing("20260101T000000Z", known)
    export_delta(place, "wecom", tmp_path / "one", "zh")
    bodies = [json.loads(line) for line in (tmp_path / "one/tags.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(bodies) == 2 and all(len(body["add_tag"]) == 3 and body["remove_tag"] == [] for body in bodies)
    run("crm", "accept", "wecom", "--warehouse", place.folder)
    barred = f"update restricted.customer_contacts set is_barred = true where customer_id = (select min(customer_id) from ({refs}))"
    other = f"update published.marts.customer_grades set grade = 'X' where customer_id = (select max(customer_id) from ({refs}))"
    place = publishing("20260102T000000Z", known, other, barred)
    export_delta(place, "wecom", tmp_path / "two", "zh")
    bodies = [json.loads(line) for line in (tmp_path / "two/tags.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted((len(body["add_tag"]), len(body["remove_tag"])) for body in bodies) == [(0, 3), (1, 1)]
    assert [body["add_tag"] for body in bodies if body["add_tag"]] == [["评级:X"]]


def test_files_of_at_most_so_many_records(tmp_path: Path) -> None:
    rows = {f"{number:06}": {"Grade": "A"} for number in range(MOST_RECORDS + 1)}
    files = SHAPES["zoho_crm"](tmp_path, "Accounts", {"Grade": "等级"}, rows, {})
    assert [file.name for file in files] == ["Accounts-001.zip", "Accounts-002.zip", "Accounts.json"]
    assert zoho(tmp_path, "Accounts") == rows
    job = json.loads((tmp_path / "Accounts.json").read_text())
    assert job["operation"] == "update" and job["resource"][0]["field_mappings"] == [
        {"api_name": "id", "index": 0}, {"api_name": "Grade", "index": 1}
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "cell"), [
    ("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-5.2", "-5.2"), ("-x", "'-x"), ("@a", "'@a"), ("A", "A"), ("", ""), ("\tx", "'\tx"), ("1=1", "1=1")
])  # fmt: skip
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe(text) == cell


def test_a_system_that_is_not_known(publishing: Callable[..., Warehouse], tmp_path: Path) -> None:
    place = publishing("20260101T000000Z")
    code, output = run("crm", "export", "salesforce", "--warehouse", place.folder, "--out", tmp_path / "x")
    assert code == 2 and "zoho_crm" in output and "crm_fields.csv" in output
    code, output = run("crm", "accept", "wecom", "--warehouse", place.folder)
    assert code == 2 and "crm export" in output
