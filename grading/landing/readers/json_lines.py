"""JSON Lines: one object on each line."""

from __future__ import annotations

import json

from grading.database import literal
from grading.errors import BadInput, Defect, quoted
from grading.landing.readers.job import Job, Reading, headers_table, mapping_of
from grading.landing.spool import fingerprint, spool_lines, utf8_copy


def read(job: Job) -> Reading:
    """Read a file of JSON objects."""
    file, engine = job.file, job.engine
    limits = job.project.limits
    found = fingerprint(file.path, job.encoding, limits["max_wrong_encoding_share"])
    path = file.path
    if found.encoding != "utf-8":
        path = job.scratch / "utf8.jsonl"
        utf8_copy(file.path, found.encoding, path)
    spool = job.scratch / "spool.jsonl"
    ledger = spool_lines(path, spool, int(limits["max_line_bytes"]), lambda lines: job.report(file.name, lines))
    engine.execute(
        f"create temp table lines as select * from read_csv({literal(spool)}, auto_detect=false, header=false, "
        "delim='\t', quote='', escape='', new_line='\\n', max_line_size=4000000, buffer_size=32000000, "
        "hive_partitioning=false, columns={'_line': 'BIGINT', 'text': 'VARCHAR'})"
    )
    engine.execute(
        "create temp table objects as select _line, text, json_valid(text) and json_type(text) = 'OBJECT' as is_object "
        "from (select _line, case when json_valid(text) then text end as text from lines)"
    )
    broken = engine.execute(
        "select lines._line, case when json_valid(lines.text) then 'not_an_object' else 'invalid_json' end, lines.text "
        "from lines join objects using (_line) where not coalesce(is_object, false) order by 1"
    ).fetchall()
    is_array = bool(broken) and (broken[0][2] or "").lstrip().startswith("[")
    if broken and (len(broken) == ledger.records or (is_array and broken[0][0] == 1)):
        raise BadInput(
            f"{quoted(file.name)}: {'the file is a JSON array' if is_array else 'no line is a JSON object'}; write one object "
            "on each line, without brackets or commas around them."
        )
    for number, code, text in broken:
        ledger.set_aside(number, code, (text or "").encode())
    ledger.records -= len(broken)
    headers = [
        row[0]
        for row in engine.execute(
            "select distinct unnest(json_keys(text)) as key from objects where is_object order by key"
        ).fetchall()
    ]
    mapping, others = mapping_of(job, headers)
    headers_table(job, headers)
    columns = ", ".join(
        f'replace(json_extract_string(landed.text, headers.h{mapping[name] + 1}), chr(0), chr(65533)) as "{name}"'
        if name in mapping
        else f'cast(null as varchar) as "{name}"'
        for name in file.table.columns
    )
    other = "landed.text" if others else "cast(null as varchar)"
    if people := [headers[position] for position in others if headers[position].endswith("__r")]:
        # Fxiaoke resolves references to employees, with their e-mail addresses and telephone numbers: not ours to keep.
        engine.execute("create temp table people as select ? as patch", [json.dumps(dict.fromkeys(people))])
        other = "cast(json_merge_patch(landed.text, (select patch from people)) as varchar)"
    rows = job.store(
        f"select headers.file as _file, landed._line, {columns}, {other} as _other "
        "from objects as landed, headers where landed.is_object",
        found.sha256,
    )
    if rows != ledger.records:
        raise Defect(f"{quoted(file.name)}: {ledger.records} records but {rows} rows; please report this file.")
    ledger.check(file.path)
    return Reading(found.sha256, ledger, [headers[position] for position in others])
