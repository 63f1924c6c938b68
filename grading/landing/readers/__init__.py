"""One module per format; each reads one file into the store and returns what it read."""

from collections.abc import Callable

from grading.landing.readers import delimited, json_lines, parquet, spreadsheet
from grading.landing.readers.job import Job, Reading

READERS: dict[str, Callable[[Job], Reading]] = {
    "csv": delimited.read,
    "jsonl": json_lines.read,
    "xlsx": spreadsheet.read,
    "parquet": parquet.read,
}
