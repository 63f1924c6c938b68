"""CSV files: any of four delimiters, quotes that may hold line ends, exact line numbers."""

from __future__ import annotations

import csv
import io

from grading.contract import normalised_header
from grading.errors import BadInput, quoted
from grading.landing.readers.job import Job, Reading, mapping_of
from grading.landing.readers.spooled import load_spool
from grading.landing.spool import CsvSpooler, fingerprint, utf8_copy

DELIMITERS = (",", ";", "\t", "|")


def read(job: Job) -> Reading:
    """Read a text file with a delimiter."""
    file = job.file
    limits = job.project.limits
    max_line_bytes = int(limits["max_line_bytes"])
    found = fingerprint(file.path, job.encoding, limits["max_wrong_encoding_share"])
    path = file.path
    if found.encoding != "utf-8":
        path = job.scratch / "utf8.csv"
        utf8_copy(file.path, found.encoding, path)
    with path.open("rb") as opened:
        first = opened.readline(max_line_bytes + 1).removeprefix(b"\xef\xbb\xbf")
    header = first.rstrip(b"\r\n").decode("utf-8", "replace")
    if "\r" in header:
        raise BadInput(f"{quoted(file.name)}: line 1 holds bare carriage returns; save the file with line feeds.")
    if "\0" in header or not header.strip():
        raise BadInput(f"{quoted(file.name)}: line 1 is not a header.")
    delimiter = _delimiter(job, header)
    headers = next(csv.reader(io.StringIO(header), delimiter=delimiter))
    mapping, others = mapping_of(job, headers)
    spooler = CsvSpooler(delimiter, max_line_bytes, int(limits["max_record_lines"]))
    if spooler.opens(header.encode()):
        raise BadInput(f"{quoted(file.name)}: a quote in the header (line 1) is never closed.")
    spool = job.scratch / "spool.csv"
    ledger = spooler.spool(path, spool, lambda lines: job.report(file.name, lines))
    load_spool(job, found.sha256, spool, delimiter, headers, mapping, others, ledger)
    return Reading(found.sha256, ledger, [headers[position] for position in others])


def _delimiter(job: Job, header: str) -> str:
    """The delimiter under which most headers mean something."""
    aliases = job.project.aliases[job.file.table.source, job.file.table.name]

    def known(delimiter: str) -> int:
        names = next(csv.reader(io.StringIO(header), delimiter=delimiter))
        return sum(1 for name in names if normalised_header(name) in aliases)

    return max(DELIMITERS, key=known)
