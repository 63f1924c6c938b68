"""One customer, not one per record: what links, what does not, what survives; and the cleaning it rests on."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.landing.phones import e164

from .conftest import Built, Pipeline, write

HEADER = "customer_ref,customer_kind,name,email,phone,tax_id,birth_date,country,postal_code,address,parent_customer_ref,record_role,converted_to_customer_ref,source_system,updated_at\n"
COLUMNS = HEADER.strip().split(",")
AS_OF = date(2025, 12, 31)


def customers(folder: Path, *rows: dict[str, Any]) -> None:
    lines = [",".join(str(row.get(column, "")) for column in COLUMNS) for row in rows]
    write(folder, "customers.csv", HEADER + "\n".join(lines) + "\n")


def groups(built: Built) -> set[frozenset[str]]:
    """Sets of refs that are one customer."""
    found: dict[str, set[str]] = {}
    for ref, customer in built.rows("select customer_ref, customer_id from marts.customer_records"):
        found.setdefault(customer, set()).add(ref)
    return {frozenset(refs) for refs in found.values()}


def together(built: Built) -> set[frozenset[str]]:
    return {group for group in groups(built) if len(group) > 1}


def test_a_chain_of_any_length_is_one_customer(pipeline: Pipeline, tmp_path: Path) -> None:
    rows = []
    for n in range(25):
        rows.append({"customer_ref": f"c{n}", "email": f"m{n}@a.de", "updated_at": "2025-01-01"})
        rows.append({"customer_ref": f"c{n}", "email": f"m{n + 1}@a.de", "updated_at": "2025-02-01"})
    customers(tmp_path, *rows, {"customer_ref": "x", "email": "other@a.de"})
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert groups(built) == {frozenset(f"c{n}" for n in range(25)), frozenset({"x"})}
    keys = built.rows(
        "select min(record_key) = min(customer_key) from intermediate.int_records_resolved where customer_ref <> 'x'"
    )
    assert keys == [(True,)]  # the smallest of the cluster
    assert built.failed_tests() == {}
    # One record more than the limit: the component is cut, every record stands alone, and it is listed.
    cut = pipeline.run(tmp_path, as_of=AS_OF, numbers={"identity_max_records": 24})
    assert together(cut) == set()
    assert cut.rows("select exception_kind, record_count from marts.identity_exceptions") == [("component_cut", 25)]
    at_limit = pipeline.run(tmp_path, as_of=AS_OF, numbers={"identity_max_records": 25})
    assert together(at_limit) == together(built)


def test_a_long_chain_takes_no_longer_for_each_record(pipeline: Pipeline, tmp_path: Path) -> None:
    """Thirty thousand records, each of which shares an address with the next: 159 s when labels went from neighbour to
    neighbour. Over the limit, so every record stands alone and the component is listed once."""
    for n in (3_000, 30_000):
        rows = [f"c{i},m{i}@a.de,2025-01-01\nc{i},m{i + 1}@a.de,2025-02-01" for i in range(n)]
        write(tmp_path, "customers.csv", "customer_ref,email,updated_at\n" + "\n".join(rows) + "\n")
        built = pipeline.run(tmp_path, as_of=AS_OF)
        assert built.rows("select exception_kind, record_count from marts.identity_exceptions") == [
            ("component_cut", n)
        ]
        links = built.rows("select min(component_key) = max(component_key), count(*) from intermediate.int_components")
        assert links == [(True, n)]
        started = time.perf_counter()
        built.rows(next(node.sql for node in pipeline.nodes if node.name == "int_components"))
        seconds = time.perf_counter() - started
    assert seconds < 10


@pytest.mark.parametrize("count", [2, 5, 17, 40])
def test_components_equal_those_of_union_find(pipeline: Pipeline, count: int) -> None:
    """On random graphs of links, with the smallest key of each as its label."""
    dice = random.Random(count)
    sql = next(node.sql for node in pipeline.nodes if node.name == "int_components")
    for _ in range(10):
        edges = [(dice.randrange(count), dice.randrange(count)) for _ in range(dice.randrange(1, count))]
        root = list(range(count))

        def find(key: int, root: list[int] = root) -> int:
            while root[key] != key:
                key = root[key]
            return key

        for one, other in edges:
            low, high = sorted((find(one), find(other)))
            root[high] = low
        with duckdb.connect() as database:
            database.execute(
                "create schema intermediate; create table intermediate.int_links (record_key bigint, hub_key bigint)"
            )
            database.executemany("insert into intermediate.int_links values (?, ?)", edges)
            found = dict(database.execute(sql.replace('"build".', "")).fetchall())
        assert found == {key: find(key) for edge in edges for key in edge}


def test_keys_that_read_alike_are_two(pipeline: Pipeline, tmp_path: Path) -> None:
    """System `a|b` with ref `c`, system `a` with ref `b|c`."""
    write(tmp_path, "customers.csv", 'customer_ref,source_system\nc,a|b\nb|c,a\n"|c",a|b\n|3|a|b|c,a\n')
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert built.value("select count(distinct customer_id) from marts.customer_records") == 4
    assert built.failed_tests() == {}


def test_leads_that_were_converted_to_nobody(pipeline: Pipeline, tmp_path: Path) -> None:
    """To an unknown ref, to itself, in a circle: said by a rule, linked to nothing, graded."""
    lead = {"record_role": "lead", "customer_kind": "person"}
    customers(
        tmp_path,
        {"customer_ref": "account"}, {"customer_ref": "good", "converted_to_customer_ref": "account", **lead},
        {"customer_ref": "unknown", "converted_to_customer_ref": "nobody", **lead},
        {"customer_ref": "itself", "converted_to_customer_ref": "itself", **lead},
        {"customer_ref": "one", "converted_to_customer_ref": "other", **lead},
        {"customer_ref": "other", "converted_to_customer_ref": "one", **lead},
    )  # fmt: skip
    refs = ("account", "good", "unknown", "itself", "one", "other")
    write(
        tmp_path,
        "orders.csv",
        "order_ref,ordered_at,customer_ref,amount\n" + "".join(f"{ref},2025-01-01,{ref},10\n" for ref in refs),
    )
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert together(built) == {frozenset({"account", "good"})}
    assert built.value("select sum(net_amount) from marts.customer_grades") == 60
    rules = built.rows("select column_name, rule_code, failed_count from marts.data_quality_rule_counts order by 2")
    assert rules == [
        ("converted_to_customer_ref", "circular_reference", 3),
        ("converted_to_customer_ref", "unknown_customer", 1),
    ]
    assert built.failed_tests() == {}
    # Kept apart by a person: a customer of its own, and graded.
    split = pipeline.run(
        tmp_path,
        as_of=AS_OF,
        seeds={"identity_overrides": [("split", "landing", "good", "", "", "me", date(2025, 1, 1), "")]},
    )
    assert together(split) == set()
    assert split.value("select sum(net_amount) from marts.customer_grades") == 60


def test_a_crm_customer_known_by_orders_alone_has_the_kind_of_its_source(pipeline: Pipeline, tmp_path: Path) -> None:
    write(
        tmp_path,
        "orders.csv",
        "order_ref,ordered_at,customer_ref,amount,source_system\n1,2025-01-01,a,5,zoho_crm\n2,2025-01-01,b,5,\n",
    )
    built = pipeline.run(tmp_path, as_of=AS_OF)
    query = "select customer_ref, customer_kind, is_kind_assumed from marts.customers join marts.customer_records using (customer_id) order by 1"
    assert built.rows(query) == [("a", "organisation", True), ("b", "person", True)]


def test_what_links_and_what_does_not(pipeline: Pipeline, tmp_path: Path) -> None:
    customers(
        tmp_path,
        {"customer_ref": "mail1", "email": "Ann@X.de"}, {"customer_ref": "mail2", "email": "mailto:ann@x.de"},
        {"customer_ref": "role1", "email": "info@firm.de"}, {"customer_ref": "role2", "email": "info@firm.de"},
        {"customer_ref": "phone1", "name": "Dr. Ann Lee", "phone": "030 901820", "country": "Germany"},
        {"customer_ref": "phone2", "name": "ann lee", "phone": "+49 30 901820", "country": "DE"},
        {"customer_ref": "family", "name": "Bob Lee", "phone": "+4930901820"},
        {"customer_ref": "tax1", "name": "A", "tax_id": "DE 123-456"}, {"customer_ref": "tax2", "name": "B", "tax_id": "de123456"},
        {"customer_ref": "born1", "name": "Li Lei", "birth_date": "1980-01-02"},
        {"customer_ref": "born2", "name": "LI LEI", "birth_date": "1980-01-02"},
        {"customer_ref": "born3", "name": "Li Lei", "birth_date": "1980-01-03"},
        {"customer_ref": "home1", "name": '"Foo Trading Co., Ltd."', "postal_code": "10 115", "address": "Main St. 5"},
        {"customer_ref": "home2", "name": "ＦＯＯ Trading", "postal_code": "10115", "address": "main st 5"},
        {"customer_ref": "lead", "record_role": "lead", "converted_to_customer_ref": "tax1"},
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert together(built) == {
        frozenset({"mail1", "mail2"}), frozenset({"phone1", "phone2"}), frozenset({"tax1", "tax2", "lead"}),
        frozenset({"born1", "born2"}), frozenset({"home1", "home2"}),
    }  # fmt: skip
    rules = dict(built.rows("select customer_ref, match_rule from marts.customer_records"))
    assert (rules["mail1"], rules["phone2"], rules["lead"], rules["role1"]) == (
        "email",
        "phone_name",
        "converted_lead",
        "own_record",
    )
    text = " ".join(
        str(row) for row in built.rows("from marts.customer_records") + built.rows("from marts.customer_merge_log")
    )
    assert "ann@" not in text and "901820" not in text


def test_a_value_that_too_many_share_links_nobody(pipeline: Pipeline, tmp_path: Path) -> None:
    customers(tmp_path, *({"customer_ref": f"c{n}", "email": "boss@holding.de"} for n in range(9)))
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert together(built) == set()
    assert built.rows("select exception_kind, key_kind, record_count from marts.identity_exceptions") == [
        ("shared_value", "email", 9)
    ]
    # Who has a list of addresses, and the code, does not find it in the published hash.
    (ref,) = built.rows("select exception_ref from marts.identity_exceptions")[0]
    unkeyed = hashlib.md5(b"email|boss@holding.de").hexdigest()
    assert ref != unkeyed and ref[:15] != unkeyed[:15] and len(ref) == 32
    customers(tmp_path, *({"customer_ref": f"c{n}", "email": "boss@holding.de"} for n in range(8)))
    assert len(together(pipeline.run(tmp_path, as_of=AS_OF))) == 1


def test_a_birth_date_tells_nothing_beside_a_common_name(pipeline: Pipeline, tmp_path: Path) -> None:
    """At the limit the copies are linked, with one namesake more they are not."""
    copies = [{"customer_ref": ref, "name": "Li Lei", "birth_date": "1980-01-02"} for ref in ("a", "b")]
    for namesakes, expected in ((28, {frozenset("ab")}), (29, set())):
        customers(tmp_path, *copies, *({"customer_ref": f"n{n}", "name": "Li Lei"} for n in range(namesakes)))
        assert together(pipeline.run(tmp_path, as_of=AS_OF)) == expected


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], {frozenset("abc")}),
        ([("split", "b", None)], {frozenset("ac")}),
        ([("never", "a", "c")], {frozenset("ab")}),
        ([("merge", "c", "d")], {frozenset("abcd")}),
        ([("never", "a", "d")], {frozenset("abc")}),
    ],
)
def test_overrides(pipeline: Pipeline, tmp_path: Path, overrides: list[Any], expected: set[frozenset[str]]) -> None:
    customers(tmp_path, *({"customer_ref": ref, "email": "m@x.de"} for ref in "abc"), {"customer_ref": "d"})
    rows = [(verdict, "landing", one, "landing", other, "me", None, "why") for verdict, one, other in overrides]
    built = pipeline.run(tmp_path, as_of=AS_OF, seeds={"identity_overrides": rows})
    assert together(built) == expected
    assert built.failed_tests() == {}


def test_money_of_all_records_is_the_customers(pipeline: Pipeline, tmp_path: Path) -> None:
    customers(
        tmp_path,
        {"customer_ref": "a", "email": "m@x.de"},
        {"customer_ref": "b", "email": "m@x.de", "source_system": "shop"},
    )
    write(
        tmp_path, "orders.csv",
        "order_ref,ordered_at,customer_ref,amount,source_system\n1,2025-01-01,a,10,\n1,2025-02-01,b,20,shop\n2,2025-02-01,c,5,shop\n",
    )  # fmt: skip
    built = pipeline.run(tmp_path)
    assert built.rows("select order_count, net_amount from marts.customer_grades order by 1 desc") == [(2, 30), (1, 5)]
    assert built.rows("select count(*), sum(source_record_count) from marts.customers") == [(2, 3)]
    assert built.failed_tests() == {}


def test_what_survives(pipeline: Pipeline, tmp_path: Path) -> None:
    write(
        tmp_path,
        "zoho_crm/account.csv",
        "id,account_name,billing_country,website,modified_time,industry\n1,Acme Ltd,,a.de,2024-01-01,Machinery\n",
    )
    header = "customer_ref,customer_kind,name,country,city,industry,employee_count,updated_at,source_system\n"
    write(
        tmp_path, "customers.csv",
        header + "p,organisation,ACME,Germany,Bonn,Retail,5,2025-01-01,landing\np,organisation,ACME,Germany,Köln,Retail,12,2025-06-01,landing\n"
        "p,organisation,ACME,Germany,Rom,Retail,99,2026-06-01,landing\n",
    )  # fmt: skip
    rows = [("merge", "landing", "p", "zoho_crm", "1", "me", None, "why")]
    built = pipeline.run(tmp_path, as_of=AS_OF, seeds={"identity_overrides": rows})
    # Zoho has the higher priority; where it is empty, the latest version up to the as-of date.
    query = (
        "select display_name, industry, country_code, market, (select city from intermediate.int_customer_attributes), size_band, "
        "source_record_count from marts.customers"
    )
    assert built.rows(query) == [("Acme Ltd", "manufacturing", "DE", "europe", "Köln", "small", 2)]


def test_parents_that_run_in_a_circle_are_cut(pipeline: Pipeline, tmp_path: Path) -> None:
    customers(
        tmp_path,
        {"customer_ref": "a", "parent_customer_ref": "b"}, {"customer_ref": "b", "parent_customer_ref": "c"},
        {"customer_ref": "c", "parent_customer_ref": "a"}, {"customer_ref": "d", "parent_customer_ref": "a"},
        {"customer_ref": "e", "parent_customer_ref": "d"}, {"customer_ref": "f", "parent_customer_ref": "f"},
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    query = (
        "select r.customer_ref, p.customer_ref from marts.customers c join marts.customer_records r using (customer_id) "
        "join marts.customer_records p on p.customer_id = c.parent_customer_id order by 1"
    )
    assert built.rows(query) == [("d", "a"), ("e", "d")]


def test_completeness_and_bands(pipeline: Pipeline, tmp_path: Path) -> None:
    write(
        tmp_path, "customers.csv",
        "customer_ref,customer_kind,name,email,phone,birth_date,country\n"
        "all,person,Ann,a@x.de,+493090182,2000-12-31,DE\nyoung,person,,,,2001-01-01,Atlantis\nnone,person,,not an address,12,,\n",
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=date(2025, 12, 31))
    query = "select r.customer_ref, age_band, country_code, market, completeness_score from marts.customers join marts.customer_records r using (customer_id) order by 1"
    assert [tuple(map(str, row)) for row in built.rows(query)] == [
        ("all", "25_34", "DE", "europe", "73.3333"),
        ("none", "None", "None", "unknown", "0.0000"),
        ("young", "18_24", "None", "unknown", "6.6667"),
    ]
    codes = dict(built.rows("select column_name, rule_code from marts.data_quality_rule_counts"))
    assert codes == {"email": "invalid_email", "phone": "invalid_phone", "country": "unknown_country"}
    scores = dict(
        built.rows("select dimension, failed_count from marts.data_quality_scorecard where source_table = 'customers'")
    )
    assert scores == {
        "completeness": 0,
        "validity": 1,
        "consistency": 1,
        "uniqueness": 0,
        "accuracy": 0,
        "timeliness": 0,
    }


TEXTS = st.text(alphabet="aA0é@.+- <>＠Ａ１　Ltd公司", max_size=20)
# Of whole words: "公 司" or "l td" become a word that is dropped only once they are written together.
NAMES = st.one_of(
    st.text(alphabet="aA0é@.+- <>＠Ａ１　", max_size=20),
    st.lists(st.sampled_from(["Acme", "Mr.", "上海", "GmbH", "ltd", "上海公司", "é-", "公司公司"]), max_size=4).map(
        " ".join
    ),
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=30))
def test_cleaning_an_address_is_idempotent(pipeline: Pipeline, texts: list[str]) -> None:
    """Cleaning what is clean changes nothing: e-mail addresses as staging writes them."""
    staged = next(node.sql for node in pipeline.nodes if node.name == "stg_landing__customers")
    bare = staged[: staged.index("as email__plain")].rpartition("\n")[2].strip().replace("landed.email", "name")
    begin = staged.index("located.email as email__text,") + 29
    email = staged[begin : staged.index("as email,\n", begin)]
    expression = email.replace("located.email__plain", f"({bare})")
    with duckdb.connect() as database:
        database.execute("create table t (name varchar)")
        database.executemany("insert into t values (?)", [(text,) for text in texts])
        database.execute(f"create table cleaned as select {expression} as name from t")
        assert database.execute(f"select name from cleaned where ({expression}) is distinct from name").fetchall() == []


@settings(max_examples=40, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=30))
def test_comparing_names_is_idempotent(pipeline: Pipeline, names: list[str]) -> None:
    """The form in which a name is compared is its own form."""
    sql = next(node.sql for node in pipeline.nodes if node.name == "int_match_names")
    with duckdb.connect(str(pipeline.seeds), read_only=True) as database:

        def keys(texts: list[str]) -> dict[str, str]:
            database.execute("create or replace temp table given (name varchar, address varchar, postal_code varchar)")
            for text in texts:
                database.execute("insert into given values (?, null, null)", [text])
            query = sql.replace('"build"."intermediate"."int_customer_versions"', "temp.given")
            return dict(database.execute(query).fetchall())

        found = set(keys(names).values())
        assert keys(sorted(found)) == {key: key for key in found}


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(alphabet=" \t\n\r\u00a0\u3000au03\\n!é李\u2003", max_size=8), min_size=1, max_size=40))
def test_trimming_takes_white_space_and_nothing_else(pipeline: Pipeline, texts: list[str]) -> None:
    """As staging writes it: six kinds of blanks at both ends go, everything else stays, an empty text is NULL."""
    staged = next(node.sql for node in pipeline.nodes if node.name == "stg_landing__customers")
    expression = staged[: staged.rindex(" as name,\n")].rpartition("case\n")[2]
    with duckdb.connect() as database:
        database.execute("create table t (name varchar)")
        database.executemany("insert into t values (?)", [(text,) for text in texts])
        found = database.execute(f"select name, case {expression} from t").fetchall()
    assert found == [(text, text.strip(" \t\n\r\u00a0\u3000") or None) for text in texts]


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789+-() ", max_size=16), region=st.sampled_from(["", "DE", "CN", "US"]))
def test_telephone_numbers_are_idempotent(text: str, region: str) -> None:
    number = e164(text, region)
    if number is not None:
        assert number.startswith("+") and number[1:].isdigit() and len(number) <= 16
        assert e164(number, region) == number


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("138 0013 8000", "CN", "+8613800138000"), ("0086 138-0013-8000", "", "+8613800138000"), ("030/901820", "DE", "+4930901820"),
        ("+1 (650) 253-0000 ext. 5", "", "+16502530000"), ("6502530000", "", None), ("12", "DE", None), ("call me", "DE", None),
    ],
)  # fmt: skip
def test_telephone_numbers(text: str, region: str, expected: str | None) -> None:
    assert e164(text, region) == expected


def test_fuzzy_linking_proposes_and_does_not_merge(tmp_path: Path) -> None:
    """Misspelt copies are proposed; the next refresh lists them; nobody is merged."""
    from grading.database import connect_published
    from grading.identity.linking import link
    from grading.refresh import Request, refresh

    rows = []
    for n in range(300):
        name, day = (
            f"{NAMES[n % 15]} {NAMES[(n * 7) % 15]}{NAMES[(n // 15) % 15].lower()}",
            f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}",
        )
        rows.append(
            {
                "customer_ref": f"a{n}",
                "name": name,
                "birth_date": day,
                "postal_code": 10000 + n,
                "address": f"Street {n}",
            }
        )
        if n % 10 == 0:
            rows.append(
                {
                    "customer_ref": f"b{n}",
                    "name": name + "x",
                    "birth_date": day,
                    "postal_code": 10000 + n,
                    "address": f"Street {n}",
                }
            )
    customers(tmp_path / "landing", *rows)
    request = Request(landing=tmp_path / "landing", warehouse=tmp_path / "warehouse", as_of="2025-12-31")
    refresh(request)
    proposals = link(tmp_path / "warehouse", 0.9)
    found = {frozenset((one.customer_ref, one.other_customer_ref)) for one in proposals}
    assert {frozenset((f"a{n}", f"b{n}")) for n in range(0, 300, 10)} <= found
    assert all("birth_date" in one.agreeing_fields for one in proposals[:30])
    refresh(request)
    with connect_published(tmp_path / "warehouse") as published:
        assert published.execute("select count(*) from marts.link_proposals").fetchall() == [(len(found),)]
        assert published.execute("select count(*) from marts.customers").fetchall() == [(330,)]


NAMES = [
    "Anna",
    "Bertram",
    "Cecilia",
    "Dorian",
    "Emil",
    "Frieda",
    "Gustav",
    "Hannelore",
    "Ivo",
    "Johanna",
    "Konrad",
    "Luise",
    "Moritz",
    "Nora",
    "Otto",
]


def test_the_merge_log_remembers(pipeline: Pipeline, tmp_path: Path) -> None:
    """A record that comes to another customer is logged once, and again when it is split off; ids stay where they can."""
    alone = [{"customer_ref": ref, "email": f"{ref}@x.de"} for ref in ("a", "b", "c")]
    query = "select customer_ref, previous_customer_id, customer_id, match_rule from marts.customer_merge_log order by changed_at"
    release: Path | None = None

    def run(hour: int, *rows: dict[str, Any]) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
        nonlocal release
        customers(tmp_path, *rows)
        built = pipeline.run(tmp_path, as_of=AS_OF, now=datetime(2026, 6, 30, hour, tzinfo=UTC), previous=release)
        release = built.keep()
        ids = dict(built.rows("select customer_ref, customer_id from marts.customer_records"))
        return built.rows(query), ids

    log, before = run(1, *alone)
    assert log == []
    log, ids = run(2, *alone, {"customer_ref": "b", "email": "a@x.de", "updated_at": "2025-01-01"})
    moved, kept = ("b", "a") if before["a"] < before["b"] else ("a", "b")
    assert log == [(moved, before[moved], before[kept], "email")] and ids == {**before, moved: before[kept]}
    log, ids = run(3, *alone)
    assert log[1:] == [(moved, before[kept], before[moved], "own_record")] and ids == before


def test_contacts_join_organisations_of_different_systems(pipeline: Pipeline, tmp_path: Path) -> None:
    """A contact's address tells across systems; not where one system has it twice, not for a person, not once they left."""
    write(
        tmp_path, "customers.csv",
        "customer_ref,customer_kind,email\nshop,organisation,ann@acme.de\nhuman,person,bob@acme.de\nagency,organisation,eve@agent.de\n",
    )  # fmt: skip
    write(tmp_path, "contacts.csv", "contact_ref,customer_ref,email,left_at\nk1,agency,gone@x.de,2024-01-01\n")
    write(tmp_path, "zoho_crm/account.csv", "id,account_name\n" + "".join(f"{n},Firm {n}\n" for n in range(1, 6)))
    write(
        tmp_path, "zoho_crm/contact.csv",
        "id,account_id,email\n71,1,ann@acme.de\n72,2,bob@acme.de\n73,3,eve@agent.de\n74,4,eve@agent.de\n75,5,gone@x.de\n",
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert together(built) == {frozenset({"shop", "1"})}
    rules = set(built.rows("select match_rule from marts.customer_records where customer_ref in ('shop', '1')"))
    assert ("contact_email",) in rules
    assert built.failed_tests() == {}


def test_landed_telephone_numbers_link_with_the_name(pipeline: Pipeline, tmp_path: Path) -> None:
    customers(
        tmp_path, {"customer_ref": "a", "name": "Ann Lee", "phone": "+49 151 23456789"}, {"customer_ref": "b", "name": "Bob Lee"},
        {"customer_ref": "c", "name": "LEE Ann"}, {"customer_ref": "d", "name": "Ann Lee"},
    )  # fmt: skip
    write(
        tmp_path, "identifiers.csv",
        "customer_ref,kind,value\nb,phone,0049 151 23456789\nc,whatsapp,＋49 (0)151 2345-6789\nd,phone,12\nd,email,none\n",
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    assert together(built) == {frozenset("ac")}
    assert built.failed_tests() == {}


def test_industries_and_regions_have_codes(pipeline: Pipeline, tmp_path: Path) -> None:
    write(
        tmp_path, "customers.csv",
        "customer_ref,customer_kind,industry,country,region\n"
        "known,organisation,制造业,CN,广东\nodd,organisation,Basket weaving,DE,Bayern\nnone,organisation,,US,ca\n"
        "wrong,organisation,Retail,FR,Bavaria\nperson,person,,DE,Bavaria\nassumed,,Basket weaving,,Bavaria\n",
    )  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    query = "select r.customer_ref, industry, region_code, customer_kind from marts.customers join marts.customer_records r using (customer_id) order by 1"
    assert built.rows(query) == [
        ("assumed", "unknown", None, "organisation"), ("known", "manufacturing", "CN-GD", "organisation"),
        ("none", "unknown", "US-CA", "organisation"), ("odd", "unknown", "DE-BY", "organisation"),
        ("person", None, "DE-BY", "person"), ("wrong", "trade", None, "organisation"),
    ]  # fmt: skip
    assert ("industry", "unmapped_value", 2) in built.rows(
        "select column_name, rule_code, failed_count from marts.data_quality_rule_counts"
    )
    assert built.failed_tests() == {}


def test_permission_is_the_latest_statement(pipeline: Pipeline, tmp_path: Path) -> None:
    """Unknown is not granted; a refusal on the day of a grant, an opt-out of a record or a contact, do_not_contact win."""
    refs = [
        "silent", "granted", "unreadable", "refused", "again", "same_day", "early_refusal", "other_purpose", "later", "opted_out", "opted_out_before", "barred", "firm", "text",
    ]  # fmt: skip
    write(tmp_path, "customers.csv", "customer_ref,updated_at,email_opt_out,do_not_contact\n" + "".join(
        f"{ref},{'2025-02-01' if ref in ('opted_out', 'unreadable') else '2024-02-01'},{'yes' if ref.startswith('opted') else 'unsubscribed' if ref == 'unreadable' else ''},"
        f"{'yes' if ref == 'barred' else ''}\n" for ref in refs
    ))  # fmt: skip
    write(tmp_path, "contacts.csv", "contact_ref,customer_ref,email_opt_out\nk,firm,true\nl,granted,false\n")
    write(tmp_path, "consents.csv", "customer_ref,channel,purpose,status,given_at\n" + "".join(f"{line}\n" for line in (
        *(f"{ref},email,marketing,granted,2025-01-01" for ref in refs if ref not in ("silent", "other_purpose", "later", "text")),
        "refused,Email,Marketing,withdrawn,2025-01-02", "again,email,marketing,denied,2024-12-31",
        "same_day,email,marketing,denied,2025-01-01", "early_refusal,email,marketing,denied,2025-01-01 08:00", "early_refusal,email,marketing,granted,2025-01-01 12:00", "other_purpose,email,profiling,granted,2025-01-01",
        "later,email,marketing,granted,2026-01-01", "text,sms,marketing,granted,2025-01-01",
    )))  # fmt: skip
    built = pipeline.run(tmp_path, as_of=AS_OF)
    query = "select r.customer_ref, can_email, can_sms from marts.customers join marts.customer_records r using (customer_id) where can_email or can_sms order by 1"
    assert built.rows(query) == [
        ("again", True, False), ("granted", True, False), ("opted_out_before", True, False), ("text", False, True),
    ]  # fmt: skip
    assert built.failed_tests() == {}
