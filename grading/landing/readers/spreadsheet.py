"""Excel workbooks: the first sheet, as canonical text."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from pathlib import Path

from grading.errors import BadInput, first_line, quoted
from grading.landing.readers.job import Job, Reading, mapping_of
from grading.landing.readers.spooled import load_spool
from grading.landing.spool import Ledger, hash_of

CELL = re.compile(rb'<c [^>]{0,40}?r="([A-Z]{1,9})([0-9]{1,12})"')


def read(job: Job) -> Reading:
    """Read the first sheet of a workbook."""
    file = job.file
    from python_calamine import CalamineError, CalamineWorkbook

    sha256 = hash_of(file.path)
    try:
        with zipfile.ZipFile(file.path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > job.project.limits["max_xlsx_ratio"] * file.path.stat().st_size:
            raise BadInput(f"{quoted(file.name)} unpacks to {unpacked} bytes, suspiciously many; export it as CSV.")
        cells = _cells_spanned(file.path)
        if cells > job.project.limits["max_xlsx_cells"]:
            raise BadInput(
                f"{quoted(file.name)} has a cell so far away that its sheet spans {cells} cells; clear what lies beyond the data."
            )
        sheet = CalamineWorkbook.from_path(file.path).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, zlib.error, CalamineError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            f"{quoted(file.name)} is damaged, or not an .xlsx workbook: {quoted(first_line(error))}"
        ) from None
    if not rows or not any(rows[0]):
        raise BadInput(f"{quoted(file.name)}: line 1 of the first sheet is not a header.")
    headers = [_cell_text(cell) for cell in rows[0]]
    while headers and not headers[-1]:
        headers.pop()
    mapping, others = mapping_of(job, headers)
    spool = job.scratch / "spool.csv"
    ledger = Ledger(lines=len(rows), header=1)
    with spool.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output, lineterminator="\n")
        for number, row in enumerate(rows[1:], 2):
            texts = [_cell_text(cell) for cell in row[: len(headers)]]
            if any(texts):
                writer.writerow([number, *texts, *[""] * (len(headers) - len(texts))])
                ledger.records += 1
                ledger.starts.append(range(number, number + 1))
            else:
                ledger.blank += 1
    job.report(file.name, ledger.lines)
    load_spool(job, sha256, spool, ",", headers, mapping, others, ledger)
    return Reading(sha256, ledger, [headers[position] for position in others])


def _cell_text(cell: object) -> str:
    """The canonical text of a spreadsheet cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).replace("\0", "\ufffd")


def _cells_spanned(path: Path) -> int:
    """The most cells that a sheet of a workbook spans: its reader lays out every one of them, filled or not."""
    most = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            columns = rows = 0
            with archive.open(name) as sheet:
                rest = b""
                while block := sheet.read(1 << 20):
                    for letters, digits in CELL.findall(rest + block):
                        columns = max(columns, reduce(lambda sum, letter: 26 * sum + letter - 64, letters, 0))
                        rows = max(rows, int(digits))
                    rest = block[-64:]
            most = max(most, columns * rows)
    return most
