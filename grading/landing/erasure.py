"""Erasure: who asked to be erased is left out of what is stored, now and whenever a file brings the person back.

The landing table `privacy_requests` asks (kind `erase`, with a reference or an e-mail address). What is remembered is a standing list
of hashes with the key of the warehouse, erased.json: of the references and addresses that were asked for and of every source record
that the last build knows to be the same customer. Rows of such a person are dropped from the stored files; of what must be kept as
vouchers (`on_erasure: unlink` in the source YAML: orders, refunds, receivables, payments) the person is taken out and the sums stay.
Releases made before are removed once the next one is published, and a certificate says what was done (certificates/<run_id>.json).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from grading.contract import Project, Table
from grading.database import BUILD, ENGINE_SETTINGS, insert_rows, literal, quiet
from grading.errors import BadInput
from grading.landing.phones import BLANKS
from grading.landing.readers.job import copy_rows
from grading.landing.store import Landed, Store
from grading.releases.warehouse import KEY_VARIABLE, PROPOSALS, Warehouse, write_private

CERTIFICATES = "certificates"
LIST = "erased.json"
Entry = dict[str, str]
# Who has which address, in the last build.
ADDRESSES = (
    "select records.customer_key, address(versions.email) as email from build.intermediate.int_customer_versions as versions "
    "join build.intermediate.int_records_resolved as records using (record_key) where versions.email is not null "
    "union select records.customer_key, address(identifiers.value) from build.intermediate.int_identifiers_normalized as identifiers "
    "join build.intermediate.int_records_resolved as records using (record_key) "
    "where identifiers.kind = 'email' and identifiers.value is not null"
)


class Erasure:
    """The standing list of a warehouse, and what it does to stored files."""

    def __init__(self, warehouse: Warehouse, store: Store, project: Project) -> None:
        self.warehouse, self.store, self.project = warehouse, store, project
        self.path = warehouse.folder / LIST
        self.entries = _listed(warehouse)
        self.engine = quiet(duckdb.connect(config={**ENGINE_SETTINGS, "temp_directory": str(store.scratch)}))
        self.engine.execute("set TimeZone = 'UTC'")
        self.engine.execute("set variable secret = ?", [warehouse.pseudonym_key()])
        self.engine.execute("create macro hashed(kind, text) as md5(concat_ws('|', getvariable('secret'), kind, text))")
        # As staging reads them: references without blanks and the prefix of their system, of telephone numbers (a shop's reference, as is
        # an address) the digits; of an address what is between all that may stand around it.
        prefixes = {table.source: table.ref_prefix for table in project.tables.values() if table.ref_prefix}
        bare = "trim(ref, blanks())"
        for source, prefix in sorted(prefixes.items()):
            bare = f"case when system = {literal(source)} then replace({bare}, {literal(prefix)}, '') else {bare} end"
        for macro in (
            f"blanks() as {literal(BLANKS)}",
            "digits(text) as '+' || nullif(regexp_replace(text, '[^0-9]', '', 'g'), '')",
            "address(text) as nullif(regexp_extract(lower(replace(text, '＠', '@')), '[^[:space:]<>:;,]+@[^[:space:]<>:;,]+'), '')",
            "named(system, ref) as system || '|' || "
            f"case when contains(ref, '@') then lower(trim(ref, blanks())) else nullif({bare}, '') end",
        ):
            self.engine.execute(f"create macro {macro}")
        self.warnings: list[str] = []
        self.engine.execute("create table erased (hash varchar, currency varchar)")
        self.key_hash = str(self.engine.execute("select hashed('key', '')").fetchall()[0][0])
        if self.entries and self.entries[0]["hash"] != self.key_hash:
            raise BadInput(
                f"{self.path} was written with another key than this warehouse has now: who asked to be erased would come back. Put the "
                f"key back from a backup ({warehouse.folder / 'key'}, or {KEY_VARIABLE})."
            )

    def apply(self, landed: list[Landed], run_id: str) -> list[Landed]:
        """Take the erased out of the stored files that were not looked at since the list grew. Returns the entries as they are now."""
        known = len(self.entries)
        self._remember(self.entries)
        self._add(self._requested(landed), run_id)
        if not self.entries:
            return landed
        asked, length = len(self.entries), -1
        # An address leads to records, a record to the others of its customer, and these to addresses.
        while length != len(self.entries):
            length = len(self.entries)
            self._add(self._records_of_addresses(landed), run_id)
            self._add(self._same_customers(), run_id)
        # Before the list is written: what a killed run leaves undone here, nothing would do again.
        self._rewrite(self.store.folder / PROPOSALS, self._proposals())
        if len(self.entries) > known:
            for cache in self.store.folder.glob("phones-*.parquet"):
                cache.unlink()
            write_private(self.path, self.entries)
        after = [self._without(entry) for entry in landed]
        self.store.reindex(after)
        rows = 0
        for before, entry in zip(landed, after, strict=True):
            if before.stored != entry.stored:
                for path in (self.store.folder / before.stored, self.store.unreadable_path(before)):
                    path.unlink(missing_ok=True)
            if "privacy_requests" not in self.project.tables[entry.source, entry.table].maps_to:
                rows += entry.erased_rows + entry.unlinked_rows - before.erased_rows - before.unlinked_rows
        if asked > known and not rows:
            self.warnings.append(
                "privacy_requests asks to erase who is in no landed row: check customer_ref and its source_system; it is remembered."
            )
        return after

    def _remember(self, entries: Iterable[Entry]) -> None:
        insert_rows(self.engine, "erased", [(entry["hash"], entry.get("currency")) for entry in entries])

    def _add(self, found: list[tuple[Any, ...]], run_id: str) -> None:
        """Rows of kind, hash, when it was requested, and the currency of a customer, which its orders may leave out. What the list has
        stays as it is, but for a currency that it lacks."""
        currencies = {row[1]: row[3] for row in found if len(row) > 3}
        for entry in self.entries:
            if currencies.get(entry["hash"]) and "currency" not in entry:
                entry["currency"] = currencies[entry["hash"]]
                self.engine.execute("update erased set currency = ? where hash = ?", [entry["currency"], entry["hash"]])
        known = {entry["hash"] for entry in self.entries}
        new = {row[1]: row for row in found if row[1] not in known}
        entries = [
            {"kind": kind, "hash": hash_, "requested_at": str(at or ""), "run_id": run_id}
            | ({"currency": more[0]} if more else {})
            for kind, hash_, at, *more in new.values()
        ]
        self._remember(entries)
        if entries and not self.entries:
            self.entries = [{"kind": "key", "hash": self.key_hash, "requested_at": "", "run_id": run_id}]
        self.entries += entries

    def _requested(self, landed: list[Landed]) -> list[tuple[Any, ...]]:
        """What the landed requests name. A request whose date cannot be read is one all the same."""
        words = {row["source_value"] for row in self.project.seed("mappings/category_values.csv")
                 if (row["source_table"], row["column_name"], row["code"]) == ("privacy_requests", "kind", "erase")}  # fmt: skip
        found = []
        for entry in landed:
            table = self.project.tables[entry.source, entry.table]
            if "privacy_requests" not in table.maps_to:
                continue
            asked = f"from read_parquet({self._stored(entry)}) where list_contains(?, lower(trim(kind, blanks())))"
            refs = self._texts(table, table.columns_of("customer"), [])
            nobody = " and ".join(f"{text} is null" for _, text in refs)
            # Where a reference is given, it says who is meant: an address may be of several.
            for kind, text, which in (
                *((kind, text, f"{text} is not null") for kind, text in refs),
                *(
                    (kind, text, f"{text} is not null and {nobody}")
                    for kind, text in self._texts(table, [], table.columns_of("email"))
                ),
            ):
                found += self.engine.execute(
                    f"select distinct '{kind}', hashed('{kind}', {text}), requested_at {asked} and {which}",
                    [sorted(words)],
                ).fetchall()
        shared = self._shared() & {row[1] for row in found if row[0] == "email"} if found else set()
        if shared:
            self.warnings.append(
                f"{len(shared)} requests to erase name an e-mail address that several customers have: nobody was erased; give customer_ref."
            )
        return [row for row in found if row[1] not in shared]

    def _build(self) -> Path | None:
        """The last build, if there is one."""
        current = self.warehouse.current_release()
        return current / BUILD if current is not None and (current / BUILD).exists() else None

    def _shared(self) -> set[str]:
        """Addresses that more than one customer has."""
        if (build := self._build()) is None:
            return set()
        self.engine.execute(f"attach {literal(build)} as build (read_only)")
        try:
            rows = self.engine.execute(
                f"select hashed('email', email) from ({ADDRESSES}) group by email having count(distinct customer_key) > 1"
            ).fetchall()
        finally:
            self.engine.execute("detach build")
        return {row[0] for row in rows}

    def _same_customers(self) -> list[tuple[Any, ...]]:
        """Every record of the same customers, their keys and their visitors, as the last build knows them."""
        if (build := self._build()) is None:
            return []
        self.engine.execute(f"attach {literal(build)} as build (read_only)")
        try:
            self.engine.execute(f"create or replace temp table addresses as {ADDRESSES}")
            self.engine.execute(
                "create or replace temp table own as "
                "select source_system, customer_ref, record_key, customer_key from build.intermediate.int_records_resolved "
                "where customer_key in (select customer_key from build.intermediate.int_records_resolved "
                "where hashed('ref', named(source_system, customer_ref)) in (select hash from erased) "
                "union select customer_key from addresses where hashed('email', email) in (select hash from erased))"
            )
            return self.engine.execute(
                "select 'ref', hashed('ref', named(source_system, customer_ref)), null, (select max_by(currency, valid_from) "
                "from build.intermediate.int_customer_versions as versions where versions.record_key = own.record_key) from own "
                "union select 'record', hashed('record', record_key), null, null from own "
                # Its own addresses bring it back; one that others have as well does not tell.
                "union select 'email', hashed('email', email), null, null from addresses "
                "group by email having count(distinct customer_key) = 1 and max(customer_key) in (select customer_key from own) "
                "union select 'visitor', "
                "hashed('visitor', named(coalesce(visitor_ref_source_system, source_system), visitor_ref)), null, null "
                "from build.intermediate.int_web_events_unioned "
                "where visitor_ref is not null and named(coalesce(customer_ref_source_system, source_system), customer_ref) "
                "in (select named(source_system, customer_ref) from own)"
            ).fetchall()
        finally:
            self.engine.execute("detach build")

    def _records_of_addresses(self, landed: list[Landed]) -> list[tuple[Any, ...]]:
        """References of the records that have a requested address."""
        found = []
        for entry in self._unseen(landed):
            table = self.project.tables[entry.source, entry.table]
            if {"customers", "identifiers"} & set(table.maps_to) and (emails := table.columns_of("email")):
                has_address = " or ".join(self._is_erased("email", text) for _, text in self._texts(table, [], emails))
                for _, text in self._texts(table, table.columns_of("customer"), []):
                    found += self.engine.execute(
                        f"select distinct 'ref', hashed('ref', {text}), null from read_parquet({self._stored(entry)}) "
                        f"where ({has_address}) and {text} is not null"
                    ).fetchall()
        return found

    def _unseen(self, landed: list[Landed]) -> list[Landed]:
        return [entry for entry in landed if entry.erasures != len(self.entries)]

    def _without(self, entry: Landed) -> Landed:
        """The entry with a stored file that no erased person is in."""
        if entry.erasures == len(self.entries):
            return entry
        table = self.project.tables[entry.source, entry.table]
        own = [
            self._is_erased(kind, text)
            for kind, text in self._texts(table, table.columns_of("customer"), table.columns_of("email"))
        ]
        # A browser may be of several: an event that names somebody is of that customer.
        named = [text for _, text in self._texts(table, table.columns_of("customer"), [])]
        own += [
            f"({self._is_erased(kind, text)} and {' and '.join(f'{other} is null' for other in named) or 'true'})"
            for kind, text in self._texts(table, [], [], table.columns_of("visitor"))
        ]
        others = {
            column: self._is_erased("ref", self._texts(table, [column], [])[0][1])
            for column in table.columns_of("other_customer")
        }
        is_own = " or ".join(own) or "false"
        is_other = " or ".join(others.values()) or "false"
        hits, other_hits = self.engine.execute(
            f"select count(*) filter ({is_own}), count(*) filter ({is_other}) from read_parquet({self._stored(entry)})"
        ).fetchall()[0]
        stored = entry.stored
        after = replace(entry, erasures=len(self.entries))
        if hits or other_hits:
            stored = f"{entry.stored.removesuffix('.parquet').partition('_')[0]}_{len(self.entries)}.parquet"
            cleared = dict(others) | ({"_other": is_other} if others else {})
            if table.is_unlinked:
                told = [name for role in ("customer", "email", "private") for name in table.columns_of(role)]
                cleared |= dict.fromkeys([*told, "_other"], is_own)
            changes = [
                f'case when {condition} then null else "{name}" end as "{name}"' for name, condition in cleared.items()
            ]
            if table.is_unlinked:
                # Money without a currency is in the customer's.
                refs = [f"hashed('ref', {text})" for _, text in self._texts(table, table.columns_of("customer"), [])]
                changes += [
                    f"case when {is_own} then coalesce(nullif(trim(\"{name}\"), ''), "
                    f'(select max(currency) from erased where hash in ({", ".join(refs)}))) else "{name}" end as "{name}"'
                    for name in table.feeding("currency")
                ]
            replacing = f" replace ({', '.join(changes)})" if changes else ""
            copy_rows(
                self.engine,
                f"select *{replacing} from read_parquet({self._stored(entry)})"
                f"{'' if table.is_unlinked else f' where not ({is_own})'}",
                self.store.scratch,
                self.store.folder / stored,
            )
            after = replace(
                after,
                stored=stored,
                erased_rows=entry.erased_rows + (0 if table.is_unlinked else hits),
                unlinked_rows=entry.unlinked_rows + (hits if table.is_unlinked else 0) + other_hits,
            )
        if entry.unreadable_lines and (own or others):
            self._clear_unreadable(self.store.unreadable_path(entry), self.store.unreadable_path(after))
        return after

    def _clear_unreadable(self, path: Path, target: Path) -> None:
        """Lines that could not be read keep their place and lose their text: in what is no row, nobody can be found for certain."""
        copy_rows(
            self.engine,
            f"select * replace (cast(null as varchar) as line_text) from read_parquet({literal(path)})",
            self.store.scratch,
            target,
        )

    def take_out_of(self, record_moves: Path) -> None:
        """What is remembered of records that came to another customer, without those of the erased."""
        if self.entries:
            for path in record_moves.glob("*.parquet"):
                self._rewrite(path, f"not ({self._is_erased('record', 'record_key')})")

    def _proposals(self) -> str:
        pairs = (("source_system", "customer_ref"), ("other_source_system", "other_customer_ref"))
        erased = " or ".join(self._is_erased("ref", f"named({system}, {ref})") for system, ref in pairs)
        return f"not ({erased})"

    def _rewrite(self, path: Path, condition: str) -> None:
        if path.exists():
            copy_rows(self.engine, f"from read_parquet({literal(path)}) where {condition}", self.store.scratch, path)

    @staticmethod
    def _is_erased(kind: str, text: str) -> str:
        return f"coalesce(hashed('{kind}', {text}) in (select hash from erased), false)"

    def _stored(self, entry: Landed) -> str:
        return literal(self.store.folder / entry.stored)

    def _texts(
        self, table: Table, customers: Iterable[str], emails: Iterable[str], visitors: Iterable[str] = ()
    ) -> list[tuple[str, str]]:
        """Kind and SQL text of what is hashed of each such column."""
        texts = [("email", f'address("{column}")') for column in emails]
        for kind, columns in (("ref", customers), ("visitor", visitors)):
            for column in columns:
                systems = [
                    f"nullif(trim(\"{name}\", blanks()), '')"
                    for name in (f"{column}_source_system", "source_system")
                    if name in table.columns
                ]
                system = f"coalesce({', '.join([*systems, literal(table.named_in or table.source)])})"
                given = f'"{column}"'
                if table.source == "shopify":
                    # Its ids begin with an apostrophe, and a telephone number is a reference by its digits.
                    given = f"digits({given})" if column.endswith("phone") else f"replace({given}, chr(39), '')"
                texts.append((kind, f"named({system}, {given})"))
        return texts


def is_from_before(release: Path, warehouse: Warehouse) -> bool:
    """Whether a release was built before the list of the erased became as long as it is."""
    entries = _listed(warehouse)
    return bool(entries) and release.name < entries[-1]["run_id"]


def forget(warehouse: Warehouse, run_id: str, landed: list[Landed]) -> Path | None:
    """Remove the releases from before the last erasure, now that the release of the run is published; write a certificate if there were
    any. It is private: it says in which files the person still is."""
    entries, folder = _listed(warehouse), warehouse.folder / CERTIFICATES
    certified = max((path.stem for path in folder.glob("*.json")), default="")
    if not entries or certified >= entries[-1]["run_id"]:
        return None
    older = [
        release for release in warehouse.all_releases() if release.name != run_id and is_from_before(release, warehouse)
    ]
    erased = [entry for entry in entries if entry["run_id"] > certified]
    touched = [entry for entry in landed if entry.erased_rows or entry.unlinked_rows]
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{run_id}.json"
    what = {
        "run_id": run_id,
        "requests": [
            {"requested_at": entry["requested_at"], "hash": entry["hash"]} for entry in erased if entry["requested_at"]
        ],
        "references": len({entry["hash"] for entry in erased if entry["kind"] == "ref"}),
        "rows_removed": {entry.file: entry.erased_rows for entry in touched if entry.erased_rows},
        "rows_kept_without_the_person": {entry.file: entry.unlinked_rows for entry in touched if entry.unlinked_rows},
        "releases_removed": [release.name for release in older],
        "landing_files_that_still_hold_the_person": [entry.file for entry in touched],
        "not_reached": "The landing folder, the source systems, backups, and copies that others made of exports. The next export replaces "
        "what PostgreSQL and a folder of Parquet files hold.",
    }
    for release in older:
        shutil.rmtree(release)
    for left in (warehouse.folder / "dev").glob("*.duckdb*"):
        left.unlink()
    # Last: a run that is killed before it is done again by the next.
    write_private(path, what)
    return path


def _listed(warehouse: Warehouse) -> list[Entry]:
    path = warehouse.folder / LIST
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []
