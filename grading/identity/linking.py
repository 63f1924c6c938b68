"""Fuzzy linking with splink: proposals for a person to decide, never a link by itself.

Records of the last publication are compared by a Fellegi-Sunter model that splink fits to them without labels (Linacre
et al., https://moj-analytical-services.github.io/splink). Pairs above the threshold that are not one customer already are
written beside the store; the next refresh publishes them as marts.link_proposals. A row in the seed identity_overrides
accepts or refuses one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from grading.database import BUILD, literal, publication_of, write_parquet
from grading.errors import BadInput
from grading.releases.warehouse import PROPOSALS, Warehouse

FIELDS = (
    "given_name",
    "family_name",
    "birth_date",
    "postal_code",
    "address",
    "city",
    "tax_id",
    "email",
    "phone",
    "country",
)
MIN_FILLED_SHARE = 0.02
MAX_TRAINING_PAIRS = 2e6
RECORDS = """
    select
        versions.record_key as unique_id, records.customer_key, records.source_system, records.customer_ref,
        lower(nullif(split_part(trim(versions.name), ' ', 1), '')) as given_name,
        case when contains(trim(versions.name), ' ') then lower(split_part(trim(versions.name), ' ', -1)) end as family_name,
        cast(versions.birth_date as varchar) as birth_date,
        lower(replace(versions.postal_code, ' ', '')) as postal_code, lower(versions.address) as address,
        lower(versions.city) as city, upper(regexp_replace(versions.tax_id, '[^0-9A-Za-z]', '', 'g')) as tax_id,
        versions.email, versions.phone, versions.country
    from given.intermediate.int_customer_versions as versions
    join given.intermediate.int_records_resolved as records using (record_key)
    where versions.name is not null
    qualify row_number() over (partition by versions.record_key order by versions.version_number desc) = 1
"""


@dataclass(frozen=True)
class Proposal:
    """Two records that may be one customer, how likely, and the fields that agree."""

    source_system: str
    customer_ref: str
    other_source_system: str
    other_customer_ref: str
    match_probability: float
    agreeing_fields: str


PROPOSAL_COLUMNS = {item.name: "double" if item.type == "float" else "varchar" for item in fields(Proposal)}


def link(folder: Path, threshold: float = 0.95) -> list[Proposal]:
    """Propose pairs above a match probability and keep them for the next refresh. Raises BadInput."""
    try:
        import splink  # noqa: F401
    except ImportError:
        raise BadInput("Fuzzy linking needs splink; install it with `pip install 'customer-grading[link]'`.") from None
    current, warehouse = publication_of(folder), Warehouse(folder)
    with duckdb.connect() as database:
        database.execute(f"attach {literal(current / BUILD)} as given (read_only)")
        database.execute(f"create table records as {RECORDS}")
        proposals = _proposals(database, threshold)
    temporary = warehouse.store / f"{PROPOSALS}.new"
    write_parquet(temporary, PROPOSAL_COLUMNS, [tuple(vars(one).values()) for one in proposals])
    temporary.replace(warehouse.store / PROPOSALS)
    return proposals


def _proposals(database: duckdb.DuckDBPyConnection, threshold: float) -> list[Proposal]:
    counts = database.execute(
        f"select count(*), {', '.join(f'count({field})' for field in FIELDS)} from records"
    ).fetchall()[0]
    filled = [field for field, count in zip(FIELDS, counts[1:], strict=True) if count > MIN_FILLED_SHARE * counts[0]]
    if counts[0] < 2 or len(filled) < 3:
        raise BadInput("Too little to compare: fuzzy linking needs records with at least three filled fields.")
    linker = _fitted(database, filled)
    if linker is None:
        return []
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    agreeing = ", ".join(
        f"case when one.{field} = other.{field} then '{field}' "
        f"when jaro_winkler_similarity(one.{field}, other.{field}) >= 0.9 then '{field} nearly' end"
        for field in filled
    )
    rows = database.execute(
        "select one.source_system, one.customer_ref, other.source_system, other.customer_ref, pairs.match_probability, "
        f"concat_ws(';', {agreeing}) from {predicted.physical_name} as pairs "
        "join records as one on one.unique_id = pairs.unique_id_l join records as other on other.unique_id = pairs.unique_id_r "
        "where one.customer_key <> other.customer_key order by pairs.match_probability desc, 2, 4"
    ).fetchall()
    return [Proposal(*row) for row in rows]


def _fitted(database: duckdb.DuckDBPyConnection, filled: list[str]) -> Any:
    """A linker whose parameters are estimated from the records; None where no two records agree in anything."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    kinds: dict[str, Any] = {
        "given_name": lambda: cl.JaroWinklerAtThresholds("given_name", [0.92, 0.8]),
        "family_name": lambda: cl.JaroWinklerAtThresholds("family_name", [0.92, 0.8]),
        "birth_date": lambda: cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        "postal_code": lambda: cl.DamerauLevenshteinAtThresholds("postal_code", [1]),
        "address": lambda: cl.JaroWinklerAtThresholds("address", [0.92, 0.75]),
        "city": lambda: cl.JaroWinklerAtThresholds("city", [0.92]),
        "tax_id": lambda: cl.DamerauLevenshteinAtThresholds("tax_id", [1, 2]),
        "email": lambda: cl.JaroWinklerAtThresholds("email", [0.95]),
        "phone": lambda: cl.DamerauLevenshteinAtThresholds("phone", [1]),
        "country": lambda: cl.ExactMatch("country"),
    }
    blocks = [
        ("tax_id",), ("email",), ("phone",), ("birth_date",), ("given_name", "family_name"), ("family_name", "postal_code"),
        ("given_name", "postal_code"), ("address",), ("given_name", "city"), ("family_name", "city"),
    ]  # fmt: skip
    usable = [block for block in blocks if all(field in filled for field in block) and _repeats(database, block)]
    if not usable:
        return None
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[kinds[field]() for field in filled],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in usable],
        retain_matching_columns=False,
    )
    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("records"), settings, log_level=logging.ERROR)
    sure = [
        block
        for block in (("tax_id",), ("email",), ("given_name", "family_name", "birth_date"), ("family_name", "address"))
        if all(field in filled for field in block) and _repeats(database, block)
    ]
    if sure:
        rules: list[Any] = [block_on(*block) for block in sure]
        linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=MAX_TRAINING_PAIRS, seed=1)
    for block in [one for one in usable if one not in (("birth_date",), ("city",))][:4]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*block), max_pairs=MAX_TRAINING_PAIRS
        )
    return linker


def _repeats(database: duckdb.DuckDBPyConnection, block: tuple[str, ...]) -> bool:
    """True if two records agree in all fields of the block: without one the model has nothing to start from."""
    filled = " and ".join(f"{field} is not null" for field in block)
    query = f"select 1 from records where {filled} group by {', '.join(block)} having count(*) > 1 limit 1"
    return bool(database.execute(query).fetchall())
