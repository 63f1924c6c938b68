"""The shapes in which CRMs take records, and the reports that they give back.

zoho_crm   bulk write: zipped CSV of at most 25,000 records, API names, id first, lookups as Account_Name.id; beside it the body of the job
           (https://www.zoho.com/crm/developer/docs/api/bulk-write/). Report: the CSV of the job's result, RECORD_ID and STATUS.
fxiaoke    one body of cgi/crm/v2/data/update per line, without the tokens of the session, and the workbook of the import screen with the
           labels as headers. Report: one line of JSON per record, {"_id": ..., "errorCode": 0}.
wecom      one body of externalcontact/mark_tag per line; names of tags stand for their ids, which every tenant has its own.
           Report: one line of JSON per record, {"external_userid": ..., "errcode": 0}.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl import Workbook

from grading.errors import BadInput

Rows = dict[str, dict[str, str]]
Shape = Callable[[Path, str, dict[str, str], Rows, Rows], list[Path]]
MOST_RECORDS = 25_000
RECORD_ID_LABEL = "唯一性ID"
# A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DONE = {"ADDED", "UPDATED"}


def is_lookup(name: str) -> bool:
    """Whether a field says whose the record is; it is never cleared."""
    return "." in name or name == "userid"


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{text}" if text.startswith(FORMULA) and not text.lstrip("+-").replace(".", "", 1).isdigit() else text


def _chunks(rows: Rows) -> Iterator[list[tuple[str, dict[str, str]]]]:
    items = sorted(rows.items())
    for begin in range(0, len(items), MOST_RECORDS):
        yield items[begin : begin + MOST_RECORDS]


def _zoho(folder: Path, module: str, labels: dict[str, str], rows: Rows, known: Rows) -> list[Path]:
    header = ["id", *labels]
    files = []
    for number, chunk in enumerate(_chunks(rows), 1):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([record, *(safe(fields.get(name, "")) for name in labels)] for record, fields in chunk)
        file = folder / f"{module}-{number:03}.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{module}.csv", text.getvalue())
        files.append(file)
    mappings = [
        {"api_name": name.split(".")[0], "index": place} | ({"find_by": name.split(".")[1]} if "." in name else {})
        for place, name in enumerate(header)
    ]
    job = {
        "operation": "update", "ignore_empty": False,
        "resource": [{"type": "data", "module": {"api_name": module}, "file_id": "{file_id}", "find_by": "id", "field_mappings": mappings}],
    }  # fmt: skip
    body = folder / f"{module}.json"
    body.write_text(json.dumps(job, ensure_ascii=False, indent=1), encoding="utf-8")
    return [*files, body]


def _fxiaoke(folder: Path, module: str, labels: dict[str, str], rows: Rows, known: Rows) -> list[Path]:
    bodies = folder / f"{module}.jsonl"
    with bodies.open("w", encoding="utf-8") as file:
        for record, fields in sorted(rows.items()):
            data = {"dataObjectApiName": module, "_id": record} | {name: fields.get(name, "") for name in labels}
            file.write(json.dumps({"data": {"object_data": data}}, ensure_ascii=False) + "\n")
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(module)
    sheet.append([RECORD_ID_LABEL, *labels.values()])
    for record, fields in sorted(rows.items()):
        sheet.append([record, *(safe(fields.get(name, "")) for name in labels)])
    screen = folder / f"{module}.xlsx"
    workbook.save(screen)
    return [bodies, screen]


def _wecom(folder: Path, module: str, labels: dict[str, str], rows: Rows, known: Rows) -> list[Path]:
    file = folder / f"{module}.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for record, fields in sorted(rows.items()):
            new, old = _tags(fields), _tags(known.get(record, {}))
            body = {
                "userid": fields.get("userid", ""),
                "external_userid": record,
                "add_tag": sorted(new - old),
                "remove_tag": sorted(old - new),
            }
            lines.write(json.dumps(body, ensure_ascii=False) + "\n")
    return [file]


def _tags(fields: dict[str, str]) -> set[str]:
    return {f"{group}:{value}" for group, value in fields.items() if value and not is_lookup(group)}


# How the files of a module may end.
ENDINGS = ("-[0-9][0-9][0-9].zip", ".json", ".jsonl", ".xlsx")
SHAPES: dict[str, Shape] = {"zoho_crm": _zoho, "fxiaoke": _fxiaoke, "wecom": _wecom}


def accepted_records(system: str, report: Path) -> set[str]:
    """The ids that an import report says were taken. Raises BadInput naming file and line for one that is none."""
    if not report.is_file():
        raise BadInput(f"{report} is not there; give the import report of {system}.")
    if system == "zoho_crm":
        with report.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not {"RECORD_ID", "STATUS"} <= set(table.fieldnames or []):
                raise BadInput(f"{report}: a result of bulk write has the columns RECORD_ID and STATUS.")
            return {row["RECORD_ID"] for row in table if row["STATUS"].upper() in DONE}
    key, code = {"fxiaoke": ("_id", "errorCode"), "wecom": ("external_userid", "errcode")}[system]
    taken = set()
    for number, line in enumerate(report.read_text(encoding="utf-8-sig").splitlines(), 1):
        try:
            row = json.loads(line)
            if int(row[code]) == 0:
                taken.add(str(row[key]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"{report}, line {number}: a report has one JSON object per line with {key} and {code}."
            ) from error
    return taken
