"""Telephone numbers to E.164, decided by the library phonenumbers, once per distinct text.

Staging joins what is written here: one row per source, text and country as they were landed, with the number, or NULL
where there is none. Known answers are kept in the store, so that a refresh asks about new texts only.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import duckdb

from grading.contract import Project, Table
from grading.database import ENGINE_SETTINGS, insert_rows, is_whole, literal, quiet
from grading.landing.store import Landed, Store

BLANKS = " \t\n\r\u00a0\u3000"
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
PARALLEL_FROM = 20_000
COLUMNS = "phone_text varchar, country_text varchar, region varchar, e164 varchar"


def write_phone_numbers(target: Path, project: Project, store: Store, landed: list[Landed]) -> None:
    """Write raw/grading/phone_numbers: source_name, phone_text, country_text, e164."""
    target.parent.mkdir(parents=True)
    defaults = {row["source_system"]: row["country"] for row in project.seed("mappings/source_settings.csv")}
    cache = store.folder / f"phones-{version('phonenumbers')}.parquet"
    for old in store.folder.glob("phones-*.parquet"):
        if old != cache:
            old.unlink()
    with quiet(duckdb.connect(config={**ENGINE_SETTINGS, "preserve_insertion_order": False})) as engine:
        engine.execute(f"create table known ({COLUMNS})")
        if is_whole(cache):
            engine.execute(f"insert into known from read_parquet({literal(cache)})")
        names = literal(project.seeds / "mappings" / "country_names.csv")
        engine.execute(
            "create table regions as select country_name as country_text, country_code as region "
            f"from read_csv({names}, header = true, all_varchar = true, auto_detect = false, quote = '\"', columns = "
            "{'country_name': 'VARCHAR', 'country_code': 'VARCHAR'})"
        )
        engine.execute(
            "create table found (source_name varchar, phone_text varchar, country_text varchar, region varchar)"
        )
        for entry in landed:
            table = project.tables[entry.source, entry.table]
            stored = literal(store.folder / entry.stored)
            for column in table.feeding("phone"):
                engine.execute(
                    f"insert into found select distinct ?, {_clean(column)}, {_country(table)}, null "
                    f"from read_parquet({stored}) where {_clean(column)} <> '' and not contains({_clean(column)}, '@')",
                    [entry.source],
                )
        engine.execute("create table wanted as select distinct * from found")
        engine.execute(
            "update wanted set region = coalesce((select region from regions where regions.country_text = wanted.country_text), '')"
        )
        for source, region in defaults.items():
            if region:
                engine.execute("update wanted set region = ? where region = '' and source_name = ?", [region, source])
        new = engine.execute(
            "select distinct phone_text, country_text, region from wanted anti join known using (phone_text, country_text, region)"
        ).fetchall()
        if new:
            engine.execute(f"create table answers ({COLUMNS})")
            insert_rows(engine, "answers", [(*row, number) for row, number in zip(new, _numbers(new), strict=True)])
            engine.execute("insert into known from answers")
            temporary = cache.with_suffix(".new")
            engine.execute(f"copy known to {literal(temporary)} (format parquet)")
            temporary.replace(cache)
        engine.execute(
            "copy (select wanted.source_name, wanted.phone_text, wanted.country_text, known.e164 from wanted "
            f"join known using (phone_text, country_text, region)) to {literal(target)} (format parquet)"
        )


def _clean(column: str) -> str:
    """The text as staging compares it: without blanks at the ends, full-width characters folded."""
    wide, narrow = "".join(map(chr, FULL_WIDTH)), "".join(map(chr, FULL_WIDTH.values()))
    return f"translate(trim(\"{column}\", '{BLANKS}'), {literal(wide)}, {literal(narrow)})"


def _country(table: Table) -> str:
    texts = [f"nullif(lower({_clean(column)}), '')" for column in table.feeding("country")]
    return f"coalesce({', '.join([*texts, chr(39) * 2])})"


def _numbers(rows: list[tuple[str, str, str]]) -> list[str | None]:
    texts = [(text, region) for text, _, region in rows]
    if len(texts) < PARALLEL_FROM:
        return [e164(*pair) for pair in texts]
    # Spawned, not forked: a forked child would keep the lock of the warehouse.
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=end_with_parent, initargs=(os.getpid(),)
    ) as pool:
        return list(pool.map(_one, texts, chunksize=2_000))


def end_with_parent(parent: int) -> None:
    """Let a worker end when the refresh does, however it does."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _one(pair: tuple[str, str]) -> str | None:
    return e164(*pair)


def e164(text: str, region: str) -> str | None:
    """The number in E.164, or None if there is no valid number. `region` is ISO 3166 alpha-2 or empty."""
    import phonenumbers

    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    text = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    # The recommendation allows 15 digits; the library's national plans know a few longer ones.
    return text if len(text) <= 16 else None
