"""Source systems: exports as the systems write them, in the columns of the contract."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from grading.cli.summary import unused_columns
from grading.contract import Project
from grading.database import built_database
from grading.errors import BadInput
from grading.landing.discovery import discover

from .conftest import Built, Pipeline, write

HOME = Path(__file__).resolve().parents[2]
ORDER = {
    "_id": "o1",
    "account_id": "a1",
    "order_amount": "120.000000",
    "order_time": 1735689600000,
    "life_status": "normal",
}


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture(scope="module")
def built(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("sources")
    write(
        folder, "zoho_crm/Accounts.csv",
        "Record Id,Account Name,Account Type,Parent Account.id,Annual Revenue,Employees,Billing Country,Created Time,Modified Time\n"
        "zcrm_1,Acme Ltd,Customer,,1000000,12,Germany,2024-01-01 08:00:00,2024-02-01 08:00:00\n"
        "zcrm_2,Acme Trading,Distributor,zcrm_1,,,Germany,2024-01-01 08:00:00,2024-02-01 08:00:00\n",
    )  # fmt: skip
    write(
        folder, "zoho_crm/lead.csv",
        "id,first_name,last_name,company,is_converted,converted_account_id,created_time,is_deleted\n"
        "11,Ann,Lee,,false,,2024-01-01,false\n12,Bo,Ek,Ek AB,true,1,2024-01-01,false\n13,Cy,Do,,false,,2024-01-01,true\n",
    )  # fmt: skip
    write(
        folder, "zoho_crm/sales_order.csv",
        "id,account_id,status,created_time,sub_total,discount,tax,grand_total,currency\n"
        "s1,1,Delivered,2025-01-10 09:00:00,100,10,17.1,107.1,EUR\n"
        "s2,1,Created,2025-01-11 09:00:00,50,,,50,EUR\n"
        "s3,1,Approved,2025-01-12 09:00:00,,,,,EUR\n",
    )  # fmt: skip
    write(
        folder, "zoho_crm/Ordered Items.csv",
        "Parent Id,Sequence Number,Product Id,Quantity,List Price,Discount\nzcrm_s3,1,p1,3,10,5\nzcrm_s9,1,p1,1,1,0\n",
    )  # fmt: skip
    write(
        folder,
        "zoho_crm/deal.csv",
        "id,account_id,stage,amount,created_time,modified_time\nd1,1,Closed Won,5,2025-01-01,2025-02-01\nd2,1,Negotiation/Review,5,2025-01-01,2025-02-01\n",
    )
    write(
        folder,
        "zoho_crm/call.csv",
        "id,call_start_time,call_duration,what_id,se_module\nc1,2025-01-05 10:00:00,02:30,zcrm_1,Accounts\n",
    )
    write(
        folder, "fxiaoke/AccountObj.jsonl",
        lines([
            {"_id": "a1", "name": "远航科技有限公司", "owner": ["1007"], "owner__r": {"name": "王", "email": "w@firm.cn"},
             "create_time": 1704067200000, "last_modified_time": 1704153600000, "life_status": "normal", "is_deleted": False},
            {"_id": "a2", "name": "作废公司", "life_status": "invalid"},
            {"_id": "a3", "name": "已删公司", "life_status": "normal", "is_deleted": True},
            {"_id": "a4", "name": "代码", "life_status": "normal", "country": "248", "country__r": "中国", "province": "250",
             "province__r": "广东省", "industry_level1": "5", "industry_level1__r": "制造业", "account_type": "2", "account_type__r": "经销商"},
        ]),
    )  # fmt: skip
    write(
        folder, "fxiaoke/SalesOrderObj.jsonl",
        lines([
            ORDER,
            {**ORDER, "_id": "o2", "life_status": "under_review"},
            {**ORDER, "_id": "o3", "order_amount": "999"},
        ]),
    )  # fmt: skip
    write(
        folder,
        "fxiaoke/SalesOrderProductObj.jsonl",
        lines([{"_id": "l1", "order_id": "o3", "line_number": 1, "quantity": "2", "sales_price": "15.00"}]),
    )
    write(
        folder,
        "fxiaoke/PaymentObj.jsonl",
        lines([{"_id": "p1", "payment_amount": "150", "payment_time": 1736000000000, "payment_term": "bank"}]),
    )
    write(
        folder,
        "fxiaoke/OrderPaymentObj.jsonl",
        lines([{"_id": "op1", "payment_id": "p1", "order_id": "o1", "account_id": "a1", "payment_amount": "120"}]),
    )
    write(
        folder,
        "fxiaoke/MemberObj.jsonl",
        lines([{"_id": "m1", "account_id": "a1", "name": "VIP-001", "create_time": 1704067200000}]),
    )
    write(
        folder,
        "fxiaoke/PersonnelObj.jsonl",
        lines([
            {"_id": "s1", "user_id": "1007", "name": "王", "email": "w@firm.cn", "main_department": ["999"], "leader": ["1001"], "status": "0"},
            {"_id": "s2", "user_id": "1008", "status": "1"},
        ]),
    )  # fmt: skip
    write(
        folder,
        "fxiaoke/CheckinsObj.jsonl",
        lines([{"_id": "v1", "customer_id": "a1", "owner": ["1007"], "new_stat_date": 1735689600000, "checkins_scene": "1",
                "checkins_scene__r": "拜访"}]),
    )  # fmt: skip
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["唯一性ID", "姓名（必填）", "* 客户ID", "手机", "创建时间"])
    sheet.append(["c1", "李雷", "a1", "13800138000", "2025-01-02 10:00"])
    book.save(folder / "fxiaoke" / "联系人.xlsx")
    params = [{"key": "ga_session_id", "value": {"int_value": "77"}},
              {"key": "page_location", "value": {"string_value": "https://shop.example/thanks?mail=a@b.c"}}]  # fmt: skip
    event = {
        "event_date": "20250103", "event_timestamp": "1735898400000000", "event_name": "purchase", "user_pseudo_id": "v1",
        "user_id": "C1", "event_params": params, "privacy_info": {"analytics_storage": "Yes"},
        "ecommerce": {"transaction_id": "T1", "purchase_revenue": 9.5}, "traffic_source": {"source": "google", "medium": "cpc"},
    }  # fmt: skip
    write(
        folder, "ga4/events.jsonl",
        lines([event, event, {**event, "event_bundle_sequence_id": "2", "privacy_info": {"analytics_storage": "No"}}]),
    )  # fmt: skip
    return pipeline.run(folder)


def one(built: Built, query: str) -> tuple[Any, ...]:
    found = built.rows(query)
    assert len(found) == 1, found
    return found[0]


def test_integrity(built: Built) -> None:
    assert built.failed_tests() == {}


def test_zoho(built: Built) -> None:
    account = one(built, "select customer_kind, name, employee_count, annual_revenue, parent_customer_ref, is_channel_partner, "
                         "cast(updated_at as varchar) from (from intermediate.int_customers_unioned where raw_table = 'zoho_crm.account') where customer_ref = '1'")  # fmt: skip
    assert account == ("organisation", "Acme Ltd", 12, 1000000, None, None, "2024-02-01 08:00:00")
    assert one(
        built,
        "select parent_customer_ref, is_channel_partner from (from intermediate.int_customers_unioned where raw_table = 'zoho_crm.account') where customer_ref = '2'",
    ) == ("1", True)
    assert built.rows("select customer_ref, name, customer_kind, converted_to_customer_ref, record_status from (from intermediate.int_customers_unioned where raw_table = 'zoho_crm.lead') order by 1") == [
        ("11", "Ann Lee", "person", None, "accepted"),
        ("12", "Ek AB", "organisation", "1", "accepted"),
        ("13", "Cy Do", "person", None, "rejected"),
    ]  # fmt: skip
    assert built.rows("select order_ref, status_class, original_amount from intermediate.int_orders_valued where source_system = 'zoho_crm' order by 1") == [
        ("s1", "counts", 90), ("s2", "not_yet", 50), ("s3", "counts", 25),
    ]  # fmt: skip
    assert built.rows(
        "select order_ref, rule_codes from (from intermediate.int_order_lines_unioned where raw_table = 'zoho_crm.sales_order_line') where record_status = 'rejected'"
    ) == [("s9", "order_ref:unknown_order")]
    assert built.rows(
        "select outcome, cast(closed_at as varchar) from (from intermediate.int_opportunities_unioned where raw_table = 'zoho_crm.deal') order by opportunity_ref"
    ) == [("won", "2025-02-01 00:00:00"), ("open", None)]
    assert one(
        built,
        "select customer_ref, kind, channel, duration_minutes from (from intermediate.int_interactions_unioned where raw_table = 'zoho_crm.call')",
    ) == (
        "1",
        "call",
        "phone",
        2.5,
    )
    graded = [
        row[0]
        for row in built.rows(
            "select r.customer_ref from marts.customer_records r join marts.customer_grades using (customer_id) where r.source_system = 'zoho_crm' order by 1"
        )
    ]
    # The converted lead is one customer with its account; neither the deleted lead nor the distributor is graded.
    assert graded == ["1", "11", "12"]
    query = "select count(distinct customer_id) from marts.customer_records where customer_ref in ('1', '12')"
    assert built.value(query) == 1


def test_fxiaoke(built: Built) -> None:
    account = one(
        built,
        "select name, account_owner, cast(created_at as varchar), cast(updated_at as varchar) from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account') where customer_ref = 'a1'",
    )
    assert account == ("远航科技有限公司", "1007", "2024-01-01 00:00:00", "2024-01-02 00:00:00")
    assert built.rows("select customer_ref, rule_codes from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account') where record_status = 'rejected' order by 1") == [
        ("a2", "customer_ref:invalid_in_source"), ("a3", "customer_ref:deleted_in_source"),
    ]  # fmt: skip
    assert built.rows("select order_ref, status_class, original_amount, stated_currency from intermediate.int_orders_valued where source_system = 'fxiaoke' order by 1") == [
        ("o1", "counts", 120, "CNY"), ("o2", "not_yet", 120, "CNY"), ("o3", "counts", 30, "CNY"),
    ]  # fmt: skip
    assert one(
        built,
        "select order_ref, amount, cast(paid_at as date)::varchar, method, record_status from (from intermediate.int_payments_unioned where raw_table = 'fxiaoke.order_payment')",
    ) == ("o1", 120, "2025-01-04", "bank", "accepted")
    # 10:00 in Shanghai, the source's time zone, is 02:00 in UTC.
    assert one(
        built,
        "select customer_ref, name, phone, record_status from (from intermediate.int_contacts_unioned where raw_table = 'fxiaoke.contact')",
    ) == (
        "a1",
        "李雷",
        "+8613800138000",
        "accepted",
    )
    raw = one(
        built,
        "select count(*) from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account') where name like '%w@firm%'",
    )
    assert raw == (0,)


def test_fxiaoke_reads_the_words_of_select_fields(built: Built) -> None:
    assert one(
        built,
        "select country, region, industry, is_channel_partner from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account') where customer_ref = 'a4'",
    ) == ("CN", "广东省", "manufacturing", True)


def test_fxiaoke_members_visits_and_staff(built: Built) -> None:
    assert one(built, "select customer_ref, kind, value, record_status from (from intermediate.int_identifiers_unioned where raw_table = 'fxiaoke.member')") == (
        "a1", "member_no", "VIP-001", "accepted",
    )  # fmt: skip
    assert one(
        built,
        "select customer_ref, kind, topic, staff, cast(occurred_at as varchar) from (from intermediate.int_interactions_unioned where raw_table = 'fxiaoke.checkins')",
    ) == ("a1", "visit", "拜访", "1007", "2025-01-01 00:00:00")
    assert built.rows(
        "select staff_ref, team, manager_ref, is_active, record_status from (from intermediate.int_staff_unioned where raw_table = 'fxiaoke.personnel') order by 1"
    ) == [("1007", "999", "1001", True, "accepted"), ("1008", None, None, False, "accepted")]


def test_an_employees_e_mail_address_is_not_kept(pipeline: Pipeline, built: Built) -> None:
    entry = next(entry for entry in built.landed if entry.file == "fxiaoke/AccountObj.jsonl")
    stored = next(pipeline.folder.glob(f"run*/store/{entry.stored}"))
    texts = built.rows(f"select string_agg(_other, ' ') from read_parquet('{stored}')")
    assert "firm.cn" not in texts[0][0]


def test_ga4(built: Built) -> None:
    rows = built.rows(
        "select record_status, customer_ref, order_ref, session_ref, page, value, has_consent, source, cast(occurred_at as varchar) from (from intermediate.int_web_events_unioned where raw_table = 'ga4.events') order by has_consent desc, record_status"
    )
    assert rows == [
        ("accepted", "C1", "T1", "v1.77", "https://shop.example/thanks", 9.5, True, "google", "2025-01-03 10:00:00"),
        ("merged_equal", "C1", "T1", "v1.77", "https://shop.example/thanks", 9.5, True, "google", "2025-01-03 10:00:00"),
        ("accepted", None, None, "v1.77", "https://shop.example/thanks", 9.5, False, "google", "2025-01-03 10:00:00"),
    ]  # fmt: skip


def test_web_sessions_belong_to_customers_where_consent_allows(pipeline: Pipeline, tmp_path: Path) -> None:
    """By the user who signed in or the order of the page; a known visitor's other sessions too; a shared device to none."""
    write(tmp_path, "customers.csv", "customer_ref\nC1\nC2\n")
    write(tmp_path, "orders.csv", "order_ref,ordered_at,customer_ref,amount\nT1,2025-01-03,C2,5\n")

    def event(
        visitor: str | None, session: int, name: str, minute: int, consent: str = "Yes", **more: Any
    ) -> dict[str, Any]:
        return {
            "event_timestamp": str(1735898400000000 + minute * 60_000_000), "event_name": name, "user_pseudo_id": visitor,
            "event_params": [{"key": "ga_session_id", "value": {"int_value": str(session)}}],
            "privacy_info": {"analytics_storage": consent}, **more,
        }  # fmt: skip

    click = {
        "session_traffic_source_last_click": {
            "manual_campaign": {"source": "letter", "medium": "email", "campaign_name": "May"}
        }
    }
    write(tmp_path, "ga4/events.jsonl", lines([
        event("signs_in", 1, "page_view", 0, **click), event("signs_in", 1, "login", 1, user_id="C1"),
        event("signs_in", 2, "page_view", 90, traffic_source={"source": "google", "medium": "cpc"}),
        event("orders", 1, "purchase", 0, ecommerce={"transaction_id": "T1"}),
        event("shared", 1, "login", 0, user_id="C1"), event("shared", 2, "login", 5, user_id="C2"), event("shared", 3, "page_view", 9),
        event("refuses", 1, "login", 0, "No", user_id="C1"), event("unset", 1, "login", 0, "Unset", user_id="C1"),
        event(None, 5, "page_view", 0, "No"), event("unknown", 1, "purchase", 0, ecommerce={"transaction_id": "T9"}),
        event("later", 1, "page_view", 60 * 24 * 400),
    ]))  # fmt: skip
    built = pipeline.run(tmp_path, as_of=date(2025, 12, 31))
    found = built.rows(
        "select e.visitor_ref, e.session_ref, min(r.customer_ref), min(event_count), min(page_view_count), bool_or(has_purchase), min(traffic_source), "
        "min(traffic_campaign) from marts.web_sessions s "
        "join (from intermediate.int_web_events_unioned where raw_table = 'ga4.events') e on s.session_id = 'S' || substr(md5('ga4|' || e.session_ref), 1, 15) "
        "left join marts.customer_records r using (customer_id) group by 1, 2 order by 1, 2"
    )
    assert found == [
        ("orders", "orders.1", "C2", 1, 0, True, None, None),
        ("refuses", "refuses.1", None, 1, 0, False, None, None),
        ("shared", "shared.1", "C1", 1, 0, False, None, None), ("shared", "shared.2", "C2", 1, 0, False, None, None),
        ("shared", "shared.3", None, 1, 1, False, None, None),
        ("signs_in", "signs_in.1", "C1", 2, 1, False, "unmapped", "unmapped"), ("signs_in", "signs_in.2", "C1", 1, 1, False, "google", None),
        ("unknown", "unknown.1", None, 1, 0, True, None, None), ("unset", "unset.1", None, 1, 0, False, None, None),
    ]  # fmt: skip
    assert built.failed_tests() == {}


def test_zoho_amounts_obey_the_rules_of_numbers(pipeline: Pipeline, tmp_path: Path) -> None:
    """With a discount as without: what is no number is rejected; a percentage leaves the amount to the lines."""
    write(tmp_path, "zoho_crm/sales_order.csv", "id,account_id,created_time,sub_total,discount,currency\n" + "".join(
        f"{ref},1,2025-01-10,{total},{discount},EUR\n" for ref, total, discount in (
            ("plain", "200", "0"), ("less", "200", "10.5"), ("odd", "1_000", "0"), ("odd_discount", "200", "x"), ("comma", '"1.000,50"', '"0,00"'),
            ("percent", "200", "5%"), ("negative", "200", "201"),
        )))  # fmt: skip
    write(tmp_path, "zoho_crm/sales_order_line.csv", "sales_order_id,line_number,quantity,list_price\npercent,1,2,95\n")
    built = pipeline.run(tmp_path)
    assert dict(built.rows("select order_ref, gross_amount from marts.orders")) == {
        "plain": 200,
        "less": 189.5,
        "percent": 190,
    }
    assert dict(built.rows("select order_ref, rule_codes from (from intermediate.int_orders_unioned where raw_table = 'zoho_crm.sales_order') where record_status = 'rejected'")) == {
        "odd": "amount:invalid_number", "odd_discount": "discount_amount:invalid_number",
        "comma": "amount:ambiguous_number;discount_amount:ambiguous_number", "negative": "amount:negative_amount",
    }  # fmt: skip
    assert built.failed_tests() == {}


def test_nested_values_are_no_references(pipeline: Pipeline, tmp_path: Path) -> None:
    write(
        tmp_path, "fxiaoke/AccountObj.jsonl", lines([{"_id": {"nested": "id"}, "name": "A"}, {"_id": "a", "name": "B"}])
    )
    built = pipeline.run(tmp_path, as_of=date(2025, 1, 1))
    assert built.rows("select record_status, rule_codes from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account') order by _line") == [
        ("rejected", "customer_ref:nested_value"), ("accepted", None),
    ]  # fmt: skip


def test_an_ambiguous_label_asks(pipeline: Pipeline, tmp_path: Path) -> None:
    write(tmp_path, "fxiaoke/客户.csv", "唯一性ID,客户名称,客户类型\n1,a,b\n")
    with pytest.raises(
        BadInput, match="'客户类型' may mean account_type or account_level; keep the row of the right one"
    ):
        pipeline.run(tmp_path)
    write(tmp_path, "fxiaoke/客户.csv", "唯一性ID,客户名称,客户类型,客户分类\n1,a,b,c\n")
    built = pipeline.run(tmp_path, as_of=date(2025, 1, 1))
    assert built.rows(
        "select customer_ref, source_level from (from intermediate.int_customers_unioned where raw_table = 'fxiaoke.account')"
    ) == [("1", "b")]


def test_files_are_known_by_their_labels(tmp_path: Path) -> None:
    for name in (
        "fxiaoke/SalesOrderObj.jsonl",
        "zoho_crm/Sales Orders.csv",
        "ga4/events/part-1.parquet",
        "zoho_crm/客户.csv",
    ):
        write(tmp_path, name, "x")
    found = [(file.table.source, file.table.name) for file in discover(tmp_path, Project())]
    assert found == [
        ("fxiaoke", "sales_order"),
        ("ga4", "events"),
        ("zoho_crm", "sales_order"),
        ("zoho_crm", "account"),
    ]
    write(tmp_path, "zoho_crm/acount.csv", "x")
    with pytest.raises(BadInput, match="did you mean account"):
        discover(tmp_path, Project())


def test_an_unknown_label_is_listed_with_the_closest_known_name(pipeline: Pipeline, tmp_path: Path) -> None:
    write(tmp_path, "zoho_crm/account.csv", "Record Id,Account Name,Anual Revenue,Favourite Colour\n1,a,5,red\n")
    built = pipeline.run(tmp_path, as_of=date(2025, 1, 1))
    assert unused_columns(built.landed) == [
        "Anual Revenue in zoho_crm/account.csv (meant to be annual_revenue?)", "Favourite Colour",
    ]  # fmt: skip


def test_another_source_with_a_table_of_a_known_name(tmp_path: Path) -> None:
    """A source added as CONTRIBUTING says: its table is called `orders` too, its ids have a prefix with a quote, and a
    telephone number is made of two fields."""
    copy = tmp_path / "project"
    for name in ("models", "macros", "seeds", "tests/dbt", "profiles", "grading"):
        shutil.copytree(HOME / name, copy / name)
    shutil.copy(HOME / "dbt_project.yml", copy)
    (copy / "models/staging/shop").mkdir()
    (copy / "models/staging/shop/_shop__sources.yml").write_text(
        """version: 2
sources:
  - name: shop
    description: "A shop."
    config:
      meta:
        ref_prefix: "o'x_"
        external_location: "read_parquet('{{ env_var('GRADING_RAW', 'warehouse/current/raw') }}/shop/{name}/*.parquet', hive_partitioning=false)"
    tables:
      - name: orders
        description: "Orders."
        config: {meta: {maps_to: orders}}
        columns:
          - {name: id, config: {meta: {maps_to: order_ref, is_required: true}}}
          - {name: buyer, config: {meta: {maps_to: customer_ref}}}
          - {name: day, config: {meta: {maps_to: ordered_at}}}
          - {name: total, config: {meta: {maps_to: amount}}}
      - name: people
        description: "People."
        config: {meta: {maps_to: customers}}
        columns:
          - {name: id, config: {meta: {maps_to: customer_ref, is_required: true}}}
          - {name: mobile, config: {meta: {may_hold: phone}}}
          - {name: landline, config: {meta: {may_hold: phone}}}
"""
    )
    for table, derived in (
        ("orders", "{}"),
        ("people", "{'phone': \"coalesce(\" ~ trimmed('mobile') ~ \", \" ~ trimmed('landline') ~ \")\"}"),
    ):
        (copy / f"models/staging/shop/stg_shop__{table}.sql").write_text(
            "{# Grain: one record. #}\n{%- set contract = source_contract('shop', '"
            + table
            + "', "
            + derived
            + ") -%}\n"
            "with standardized as (\n{{ standardize_columns(contract) }}\n),\n\n"
            "validated as (\n{{ validate_records('standardized', contract) }}\n)\n\nselect * from validated\n"
        )
    (copy / "models/staging/shop/_shop__models.yml").write_text(
        "models:\n"
        + "".join(
            f"  - {{name: stg_shop__{table}, description: One row per record.}}\n" for table in ("orders", "people")
        )
    )
    for table, entity in (("orders", "orders"), ("people", "customers")):
        union = copy / f"models/intermediate/records/int_{entity}_unioned.sql"
        first = f"    select * from {{{{ ref('stg_landing__{entity}') }}}}\n"
        assert first in union.read_text()
        union.write_text(
            union.read_text().replace(
                first, f"{first}    union all\n    select * from {{{{ ref('stg_shop__{table}') }}}}\n"
            )
        )
    landing = tmp_path / "in"
    write(landing, "orders.csv", "order_ref,ordered_at,customer_ref,amount\n1,2025-01-01,p,5\n")
    write(landing, "shop/orders.csv", "id,buyer,day,total\no'x_1,o'x_p,2025-01-01,7\n,o'x_p,2025-01-01,7\n")
    write(landing, "shop/people.csv", "id,mobile,landline\no'x_p,,+49 30 123456\no'x_q,+49 170 1234567,\n")
    command = [
        sys.executable,
        "-m",
        "grading",
        "refresh",
        "--landing",
        str(landing),
        "--warehouse",
        str(tmp_path / "w"),
    ]
    result = subprocess.run(
        command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]
    with built_database((tmp_path / "w/current").resolve()) as database:
        assert database.execute("select source_system, order_ref, gross_amount from published.marts.orders order by 1").fetchall() == [
            ("landing", "1", 5), ("shop", "1", 7),
        ]  # fmt: skip
        assert database.execute("select customer_ref, phone from intermediate.int_customers_unioned where raw_table = 'shop.people' order by 1").fetchall() == [
            ("p", "+4930123456"), ("q", "+491701234567"),
        ]  # fmt: skip
        ledger = "select source_name, raw_rows, accepted_rows, rejected_rows from published.marts.record_reconciliation where source_table = 'orders' order by 1"
        assert database.execute(ledger).fetchall() == [("landing", 1, 1, 0), ("shop", 2, 1, 1)]


# ---- Shopify: three tables in one file

SHOPIFY_ORDERS = """Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Phone,Cancelled at,Refunded Amount,Id,Source,Phone
#1001,Anna@X.de,paid,2025-01-02 10:05:00 +0100,2025-01-03 09:00:00 +0100,EUR,100.00,5.00,15.97,105.00,0.00,2025-01-02 10:00:00 +0100,2,Mug,30.00,MUG,'+49 30 123456,,0.00,5001,web,
#1001,Anna@X.de,,,,,,,,,,2025-01-02 10:00:00 +0100,1,Plate,40.00,PLT,,,,,,
#1002,,refunded,2025-02-01 10:00:00 +0100,,EUR,50.00,0.00,8.00,58.00,0.00,2025-02-01 10:00:00 +0100,1,Mug,50.00,MUG,'+49 40 9999,2025-02-05 10:00:00 +0100,58.00,5002,web,
#1003,c@x.de,partially_refunded,2025-03-01 10:00:00 +0100,,EUR,80.00,0.00,0.00,80.00,0.00,2025-03-01 10:00:00 +0100,1,Mug,80.00,MUG,,,20.00,5003,web,
#1004,,pending,,,EUR,10.00,0.00,0.00,10.00,0.00,2025-03-02 10:00:00 +0100,1,Mug,10.00,MUG,,,0.00,5004,pos,
#1005,c@x.de,teapot,,,EUR,10.00,0.00,0.00,10.00,0.00,2025-03-02 10:00:00 +0100,1,Mug,10.00,MUG,,,abc,5005,web,
"""
SHOPIFY_CUSTOMERS = """Customer ID,First Name,Last Name,Email,Default Address Company,Default Address Country Code,Default Address Phone,Phone
'611,Anna,Adler,anna@x.de,,DE,'+49 30 123456,
'612,Bert,Bauer,,,DE,,'+49 40 9999
'613,Carl,,C@x.de,Carl GmbH,DE,,
'614,Nobody,,,,,,
"""


@pytest.fixture(scope="module")
def shopify(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("shopify")
    # One export twice, as people land it: under the name that a browser gives a second download, with fewer rows.
    write(folder, "shopify/orders_export_1.csv", SHOPIFY_ORDERS)
    write(folder, "shopify/orders_export (1).csv", "\n".join(SHOPIFY_ORDERS.split("\n")[:3]) + "\n")
    write(folder, "shopify/customers_export.csv", SHOPIFY_CUSTOMERS)
    return pipeline.run(folder)


def test_shopify_rows_are_all_claimed(shopify: Built) -> None:
    assert shopify.failed_tests() == {}
    ledger = shopify.rows(
        "select landing_table, raw_rows, accepted_rows, rejected_rows, merged_rows from marts.record_reconciliation "
        "where source_table = 'orders_export' order by 1"
    )
    assert ledger == [("order_lines", 8, 6, 0, 2), ("orders", 6, 5, 0, 1), ("refunds", 3, 2, 1, 0)]
    # A row that is none of the three is a defect, not a loss.
    shopify.database.execute("begin")
    shopify.database.execute("delete from intermediate.int_refunds_unioned where raw_table = 'shopify.orders_export'")
    shopify.database.execute("delete from intermediate.int_orders_unioned where order_ref = '#1003'")
    shopify.database.execute("delete from intermediate.int_order_lines_unioned where order_ref = '#1003'")
    test = next(test for test in shopify.tests if test.name.startswith("source_every_row_is_claimed"))
    assert test.exit_code == 3 and len(shopify.rows(test.sql)) == 1
    shopify.database.execute("rollback")


def test_shopify_money(shopify: Built) -> None:
    """Taxes come off where the total says that prices include them; cancelled and unknown never count."""
    assert shopify.rows(
        "select order_ref, status_class, gross_amount, refunded_amount, differs_from_lines from marts.orders order by 1"
    ) == [
        ("#1001", "counts", Decimal("84.03"), 0, False), ("#1002", "never", 0, 0, False),
        ("#1003", "counts", 80, 20, False), ("#1004", "not_yet", 0, 0, False), ("#1005", "unknown", 0, 0, False),
    ]  # fmt: skip
    assert shopify.rows("select refund_ref, cast(refunded_at as varchar) from marts.refunds order by 1") == [
        ("#1002-refunded", "2025-02-05 09:00:00"), ("#1003-refunded", "2025-03-01 09:00:00"),
    ]  # fmt: skip


def test_shopify_customers_are_those_of_the_orders(shopify: Built) -> None:
    assert shopify.rows("select customer_ref from intermediate.int_customers_unioned order by 1") == [
        ("+49409999",), ("614",), ("anna@x.de",), ("c@x.de",),
    ]  # fmt: skip
    assert dict(shopify.rows("select order_ref, customer_ref from intermediate.int_orders_unioned where record_status = 'accepted'")) == {
        "#1001": "anna@x.de", "#1002": "+49409999", "#1003": "c@x.de", "#1004": None, "#1005": "c@x.de",
    }  # fmt: skip
    # Neither an address nor a number is published as it is.
    assert (
        shopify.value(
            "select count(*) from marts.customer_records where customer_ref like '%@%' or customer_ref like '+%'"
        )
        == 0
    )


def test_words_and_texts_that_broke_rules_are_listed(shopify: Built) -> None:
    assert shopify.rows("select source_name, source_table, column_name, source_value, record_count from restricted.unmapped_values") == [
        ("shopify", "orders_export", "status", "teapot", 1)
    ]  # fmt: skip
    assert shopify.rows(
        "select source_file, source_line, column_name, rule_code, broken_text, record_status from restricted.rule_breaks "
        "where landing_table = 'refunds'"
    ) == [("shopify/orders_export_1.csv", 7, "amount", "invalid_number", "abc", "rejected")]


def test_shopify_exports_that_overlap(pipeline: Pipeline, tmp_path: Path) -> None:
    """An order that was paid in between, a refund that grew, an order over two files, a row of commas, a date of a spreadsheet."""
    header = SHOPIFY_ORDERS.split("\n")[0]
    day = "2025-01-01 10:00:00 +0000"
    one = f"#1,a@x.de,pending,,,EUR,100,0,0,100,0,{day},1,Mug,100,MUG,,,0,1,web,"
    paid = f"#1,a@x.de,paid,2025-01-05 10:00:00 +0000,,EUR,100,0,0,100,0,{day},1,Mug,100,MUG,,,0,1,web,"
    two = f"#2,b@x.de,partially_refunded,{day},,EUR,119,0,19,119,0,{day},1,Mug,119,MUG,,,{{}},2,web,"
    three = f"#3,c@x.de,paid,{day},,EUR,30,0,0,30,0,{day},1,Mug,10,MUG,,,0,3,web,"
    rest = f"#3,c@x.de,,,,,,,,,,{day},1,Plate,20,PLT,,,,,,"
    four = "#4,d@x.de,paid,,,EUR,5,0,0,5,0,01/02/2025 10:00,1,Mug,5,MUG,,,0,4,web,"
    commas = "," * header.count(",")
    for name, rows in (
        ("orders_export_1.csv", [one, two.format("20"), three, four, commas]),
        ("orders_export_2.csv", [paid, two.format("59.50"), rest]),
    ):
        write(tmp_path, f"shopify/{name}", "\n".join([header, *rows]) + "\n")
    built = pipeline.run(tmp_path)
    assert built.failed_tests() == {}
    assert built.rows("select order_ref, status_class, gross_amount, refunded_amount from marts.orders order by 1") == [
        ("#1", "counts", 100, 0), ("#2", "counts", 100, 50), ("#3", "counts", 30, 0),
    ]  # fmt: skip
    assert built.rows("select order_ref, product_ref, line_amount from marts.order_lines order by 1, 2") == [
        ("#1", "MUG", 100), ("#2", "MUG", 100), ("#3", "MUG", 10), ("#3", "PLT", 20),
    ]  # fmt: skip
    rejected = "select landing_table, source_line, rule_codes from marts.rejected_records order by 1, 2"
    assert built.rows(rejected) == [
        ("order_lines", 5, "unknown_order"), ("orders", 5, "ambiguous_date;ambiguous_date"), ("orders", 6, "missing_value;missing_value;missing_amount"),
    ]  # fmt: skip


def test_shopify_telephone_numbers(pipeline: Pipeline, tmp_path: Path) -> None:
    """Exported with an apostrophe, they are numbers all the same, and no ref made of one is published."""
    header = SHOPIFY_CUSTOMERS.split("\n")[0]
    write(
        tmp_path,
        "shopify/customers_export.csv",
        f"{header}\n'9,Mia,M,,,DE,,'+49 30 901820\n'10,Noah,N,,,DE,,555-1234\n",
    )
    built = pipeline.run(tmp_path)
    assert built.rows("select phone from intermediate.int_customers_unioned order by 1 nulls last limit 1") == [
        ("+4930901820",)
    ]
    assert built.value("select count(*) from marts.customer_records where customer_ref not like 'H%'") == 0
