"""Files into records: every physical line is accounted for, whatever the file looks like; what is not usable is refused."""

from __future__ import annotations

import os
import random
import socket
import time
import zipfile
from dataclasses import field, make_dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.contract import Project
from grading.errors import BadInput
from grading.landing.discovery import discover
from grading.landing.store import Landed, Store

from .conftest import write

ORDERS = "order_ref,ordered_at,amount\n"
PROJECT = Project()


def land(folder: Path, encoding: str | None = None) -> tuple[list[Landed], Store]:
    store = Store(folder.parent / "store", PROJECT, encoding)
    return store.land(discover(folder, PROJECT), lambda file, lines: None), store


def rows(
    store: Store, entry: Landed, columns: str = "_line, order_ref, ordered_at, amount"
) -> list[tuple[object, ...]]:
    with duckdb.connect() as database:
        return database.execute(
            f"select {columns} from read_parquet('{store.folder / entry.stored}') order by _line"
        ).fetchall()


def unreadable(store: Store, entry: Landed) -> list[tuple[int, str]]:
    if not entry.unreadable_lines:
        return []
    with duckdb.connect() as database:
        return database.execute(
            f"select _line, code from read_parquet('{store.unreadable_path(entry)}') order by 1"
        ).fetchall()


def one(tmp_path: Path, name: str, text: str | bytes, encoding: str | None = None) -> tuple[Landed, Store]:
    write(tmp_path / "in", name, text)
    landed, store = land(tmp_path / "in", encoding)
    assert len(landed) == 1
    return landed[0], store


def refused(folder: Path, encoding: str | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        land(folder, encoding)
    return str(caught.value)


# ---- what is refused, and how it is said


def test_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert "has neither customers nor orders" in refused(tmp_path / "in")


def test_unknown_table_names_the_file_and_the_closest_table(tmp_path: Path) -> None:
    write(tmp_path / "in", "order.csv", ORDERS)
    message = refused(tmp_path / "in")
    assert "order.csv" in message and "did you mean orders?" in message


def test_missing_required_column(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,amount\n1,2\n")
    assert "the required column ordered_at is missing in line 1" in refused(tmp_path / "in")


def test_a_missing_column_is_asked_for_among_the_headers_that_nobody_knows(tmp_path: Path) -> None:
    """By the labels that are known, in both languages; else all of them are named."""
    write(tmp_path / "in", "orders.csv", "order_ref,下单日期时间,amount\n1,2025-01-01,2\n")
    assert "Is '下单日期时间' meant to be ordered_at?" in refused(tmp_path / "in")
    write(tmp_path / "in", "orders.csv", "Auftrag,ordered_at,Summe\n1,2025-01-01,2\n")
    message = refused(tmp_path / "in")
    assert "nobody knows 'Auftrag', 'Summe'" in message and "column_aliases.csv" in message


def test_two_headers_for_one_column(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,Order ID,ordered_at\n1,2,2025-01-01\n")
    message = refused(tmp_path / "in")
    assert "'order_ref'" in message and "'Order ID'" in message and "both mean order_ref" in message


@pytest.mark.parametrize(
    "text", [b"", b"\n1,2\n", b"\xef\xbb\xbf\n", b'order_ref,"ordered_at\n1,2\n', b"order_ref,ordered_at\r1,2\r"]
)
def test_unusable_first_lines(text: bytes, tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", text)
    assert "orders.csv" in refused(tmp_path / "in")


def test_links_pipes_sockets_and_inner_folders_are_refused(tmp_path: Path) -> None:
    real = write(tmp_path / "in", "orders.csv", ORDERS)
    (tmp_path / "in" / "refunds.csv").symlink_to(real)
    assert "refunds.csv is a symbolic link" in refused(tmp_path / "in")
    (tmp_path / "in" / "refunds.csv").unlink()
    os.mkfifo(tmp_path / "in" / "refunds.csv")
    assert "refunds.csv is a named pipe" in refused(tmp_path / "in")
    (tmp_path / "in" / "refunds.csv").unlink()
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.getcwd()
        os.chdir(tmp_path / "in")
        server.bind("refunds.csv")
        os.chdir(folder)
    assert "refunds.csv is a socket" in refused(tmp_path / "in")
    (tmp_path / "in" / "refunds.csv").unlink()
    write(tmp_path / "in", "refunds/k=v/part.csv", "refund_ref,refunded_at,amount\n")
    assert "refunds/k=v is a folder inside a table's folder" in refused(tmp_path / "in")
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside, "orders.csv", ORDERS)
    (tmp_path / "in2").mkdir()
    (tmp_path / "in2" / "orders").symlink_to(outside)
    assert "orders is a symbolic link" in refused(tmp_path / "in2")


def test_hostile_file_names_are_only_names(tmp_path: Path) -> None:
    for name in ("o[1].csv", "k=v.csv", "a'; drop table x; --.csv", "*.csv", "{x}.csv", "$(x).csv"):
        write(tmp_path / "in" / "orders", name, ORDERS + "1,2025-01-01,5\n")
    write(tmp_path / "in" / "orders", "[z].jsonl", '{"order_ref": "2", "ordered_at": "2025-01-01"}\n')
    landed, store = land(tmp_path / "in")
    assert [entry.record_count for entry in landed] == [1] * 7
    assert {rows(store, entry, "_file")[0][0] for entry in landed} == {entry.file for entry in landed}


def test_hostile_headers_are_only_headers(tmp_path: Path) -> None:
    header = 'order_ref,ordered_at,"a\'); drop table x; --","b""c",hive=1\n'
    entry, store = one(tmp_path, "orders.csv", header + "1,2025-01-01,x,y,z\n")
    assert rows(store, entry, "_other") == [('{"a\'); drop table x; --":"x","b\\"c":"y","hive=1":"z"}',)]
    assert entry.ignored_columns == ["a'); drop table x; --", 'b"c', "hive=1"]


def test_half_a_parquet_file(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        database.execute(
            f"copy (select 'x' as order_ref, date '2025-01-01' as ordered_at) to '{tmp_path}/whole.parquet'"
        )
    whole = (tmp_path / "whole.parquet").read_bytes()
    write(tmp_path / "in", "orders.parquet", whole[: len(whole) // 2])
    assert "orders.parquet is damaged, or not a Parquet file" in refused(tmp_path / "in")


def test_broken_and_exploding_workbooks(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.xlsx", b"PK\x03\x04nonsense")
    assert "orders.xlsx is damaged, or not an .xlsx workbook" in refused(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "in" / "orders.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    assert "suspiciously many" in refused(tmp_path / "in")


def test_encodings(tmp_path: Path) -> None:
    text = ORDERS.replace("amount", "渠道") + "1,2025-01-01,门店\n2,2025-01-02,网店\n"
    for number, data in enumerate((text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030"))):
        entry, store = one(tmp_path / str(number), "orders.csv", data)
        assert rows(store, entry, "_line, order_ref, channel") == [(2, "1", "门店"), (3, "2", "网店")]


def test_other_encodings_are_asked_for(tmp_path: Path) -> None:
    text = (ORDERS.replace("amount", "channel") + "1,2025-01-01,café\n2,2025-01-01,é\xff\n").encode("latin-1")
    write(tmp_path / "in", "orders.csv", text)
    assert "give --encoding" in refused(tmp_path / "in")
    assert "no text encoding 'klingon'" in refused(tmp_path / "in", "klingon")
    entry, store = one(tmp_path, "orders.csv", text, "latin-1")
    assert rows(store, entry, "channel") == [("café",), ("éÿ",)]
    write(tmp_path / "utf16", "orders.csv", (ORDERS + "1,2025-01-01,5\n").encode("utf-16"))
    assert "UTF-16" in refused(tmp_path / "utf16")
    landed, store = land(tmp_path / "utf16", "utf-16")
    assert landed[0].record_count == 1


def test_few_damaged_lines_of_utf8_are_set_aside(tmp_path: Path) -> None:
    lines = [f"{n},2025-01-01,店{n}".encode() for n in range(30)]
    lines[7] = b"7,2025-01-01,\xff\xfe"
    entry, store = one(tmp_path, "orders.csv", b"order_ref,ordered_at,channel\n" + b"\n".join(lines) + b"\n")
    assert entry.record_count == 29 and unreadable(store, entry) == [(9, "wrong_encoding")]


# ---- records and lines


def test_lines_that_are_no_records(tmp_path: Path) -> None:
    body = (
        b'1,2025-01-01,"5\n6"\n'  # a value over two lines
        b"\n"
        b"2,2025-01-02\n"  # too few
        b"3,2025-01-03,7,8\n"  # too many
        b"4,2025-\x0001-04,1\n"
        b"5,2025-01-05,1\r2\n"  # a bare carriage return inside
        b"6,2025-01-06,9\r\n"  # a Windows line end
        b'7,2025-01-07,"open\n'  # never closed
        b"8,2025-01-08,8\n"
    )
    entry, store = one(tmp_path, "orders.csv", ORDERS.encode() + body)
    assert [row[:2] for row in rows(store, entry)] == [(2, "1"), (9, "6"), (11, "8")]
    assert unreadable(store, entry) == [
        (5, "too_few_columns"), (6, "too_many_columns"), (7, "nul_byte"), (8, "bare_carriage_return"),
        (10, "quote_never_closed"),
    ]  # fmt: skip
    assert (entry.physical_lines, entry.continuation_lines, entry.blank_lines) == (11, 1, 1)


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    body = b"1,2025-01-01,5\n2,2025-01-01," + b"9" * 10_000_000 + b"\n3,2025-01-01,7\n"
    entry, store = one(tmp_path, "orders.csv", ORDERS.encode() + body)
    assert [row[1] for row in rows(store, entry)] == ["1", "3"]
    assert unreadable(store, entry) == [(3, "line_too_long")]


def test_quoted_value_over_too_many_lines(tmp_path: Path) -> None:
    body = '1,2025-01-01,"' + "x\n" * 1200 + '2,2025-01-01,5\n"\n'
    entry, store = one(tmp_path, "orders.csv", ORDERS + body)
    assert unreadable(store, entry)[0] == (2, "quote_never_closed")
    assert entry.physical_lines == 1203


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(delimiter: str, tmp_path: Path) -> None:
    text = (ORDERS + '1,2025-01-01,"4,50"\n').replace(",", delimiter).replace(f"4{delimiter}50", "4,50")
    entry, store = one(tmp_path, "orders.csv", text)
    assert rows(store, entry) == [(2, "1", "2025-01-01", "4,50")]


def test_aliases_in_two_languages_and_any_order(tmp_path: Path) -> None:
    entry, store = one(tmp_path, "orders.csv", "销售订单金额,* 下单日期（必填）,订单编号\n5,2025-01-01,A\n")
    assert rows(store, entry) == [(2, "A", "2025-01-01", "5")]


def test_json_lines(tmp_path: Path) -> None:
    text = (
        '{"order_ref": "1", "ordered_at": "2025-01-01", "amount": 5.50, "tags": ["a"], "x": null}\n'
        "\n[1, 2]\nnonsense\n"
        '{"order_ref": 2, "ordered_at": "2025-01-02"}\r\n{"order_ref": "\\u5e97"}'
    )
    entry, store = one(tmp_path, "orders.jsonl", text)
    assert rows(store, entry) == [(1, "1", "2025-01-01", "5.5"), (5, "2", "2025-01-02", None), (6, "店", None, None)]
    assert unreadable(store, entry) == [(3, "not_an_object"), (4, "invalid_json")]
    assert entry.physical_lines == 6 and entry.blank_lines == 1


def test_parquet_values_in_canonical_text(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with duckdb.connect() as database:
        database.execute(
            f"""copy (select 1 as order_ref, timestamp '2025-01-01 10:00:00' as ordered_at, 12.50::double as amount,
            1e-7::double as discount_amount, 3::decimal(10, 2) as tax_amount, date '2025-02-01' as due_at,
            timestamptz '2025-01-01 10:00:00+08' as promised_at, [1] as channel, 2.0::float as shipping_amount,
            'nan'::double as cost_amount) to '{tmp_path}/in/orders.parquet'"""
        )
    landed, store = land(tmp_path / "in")
    columns = "order_ref, ordered_at, amount, discount_amount, tax_amount, due_at, promised_at, channel, shipping_amount, cost_amount"
    assert rows(store, landed[0], columns) == [
        (
            "1",
            "2025-01-01 10:00:00",
            "12.5",
            "0.0000001",
            "3.00",
            "2025-02-01",
            "2025-01-01 02:00:00.000000Z",
            "[1]",
            "2",
            "nan",
        )
    ]


def test_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["订单编号", "下单日期", "Amount"], ["1", datetime(2025, 1, 1, 10), 5], [None, None, None], [2, date(2025, 1, 2), 5.25],
                ["3", 45659, "a\nb"]):  # fmt: skip
        sheet.append(row)
    (tmp_path / "in").mkdir()
    book.save(tmp_path / "in" / "orders.xlsx")
    landed, store = land(tmp_path / "in")
    assert rows(store, landed[0]) == [
        (2, "1", "2025-01-01 10:00:00", "5"), (4, "2", "2025-01-02", "5.25"), (5, "3", "45659", "a\nb"),
    ]  # fmt: skip
    assert landed[0].blank_lines == 1


def test_formats_of_one_table_mix(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", ORDERS + "1,2025-01-01,5\n")
    write(tmp_path / "in" / "orders", "more.jsonl", '{"order_ref": "2", "ordered_at": "2025-01-01"}\n')
    landed, store = land(tmp_path / "in")
    paths = [str(store.folder / entry.stored) for entry in landed]
    with duckdb.connect() as database:
        assert database.execute("select count(*), count(distinct _file) from read_parquet(?)", [paths]).fetchone() == (
            2,
            2,
        )


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "in", "orders.csv", ORDERS + "1,2025-01-01,5\n")
    assert [entry.is_new for entry in land(tmp_path / "in")[0]] == [True]
    assert [entry.is_new for entry in land(tmp_path / "in")[0]] == [False]
    path.write_text(ORDERS + "1,2025-01-01,6\n")
    landed, store = land(tmp_path / "in")
    assert landed[0].is_new and rows(store, landed[0])[0][3] == "6"


def test_an_index_of_another_version_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a later version has written serves an earlier one: what it does not know, it lands anew."""
    write(tmp_path / "in", "orders.csv", ORDERS + "1,2025-01-01,5\n")
    later = make_dataclass("Landed", [("checked_by", str, field(default="later"))], bases=(Landed,))
    with monkeypatch.context() as patch:
        patch.setattr("grading.landing.store.Landed", later)
        land(tmp_path / "in")
        assert [entry.is_new for entry in land(tmp_path / "in")[0]] == [False]
    assert [entry.is_new for entry in land(tmp_path / "in")[0]] == [True]


FIELD = st.one_of(
    st.text(alphabet=st.sampled_from("ab\",\n\r\0;\té店'# "), max_size=8),
    st.sampled_from(["", '"', '""', '"a"', '"a\nb"', '"a', 'a"b', "2025-01-01", "\r\n", "x" * 2000]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(FIELD, max_size=5).map(",".join), max_size=30), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_line_of_a_fuzzed_file_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, last_end: bool
) -> None:
    """Physical lines = header + records + continuation + blank + unreadable, and records = rows."""
    folder = tmp_path_factory.mktemp("fuzz")
    text = end.join([ORDERS.strip(), *lines]) + (end if last_end else "")
    entry, store = one(folder, "orders.csv", text)
    data = text.encode()
    assert entry.physical_lines == data.count(b"\n") + (0 if data.endswith(b"\n") else 1)
    assert entry.physical_lines == (
        entry.header_lines + entry.record_count + entry.continuation_lines + entry.blank_lines + entry.unreadable_lines
    )
    stored = rows(store, entry, "_line")
    assert len(stored) == entry.record_count == len(set(stored))
    assert not {line for (line,) in stored} & {line for line, _ in unreadable(store, entry)}


# ---- what attackers tried


def test_cp1252_is_not_taken_for_chinese(tmp_path: Path) -> None:
    """Its bytes decode as GB18030, as characters that nobody uses; Chinese stays Chinese, rare names among it too."""
    western = (
        ORDERS.replace("amount", "channel")
        + "".join(f"{n},2025-01-01,{name}\n" for n, name in enumerate(("Müller", "Çelik", "Gößl", "Señor")))
    ).encode("cp1252")
    western.decode("gb18030")
    write(tmp_path / "in", "orders.csv", western)
    assert "give --encoding, for example cp1252" in refused(tmp_path / "in")
    entry, store = one(tmp_path, "orders.csv", western, "cp1252")
    assert rows(store, entry, "channel")[0] == ("Müller",)
    chinese = (ORDERS.replace("amount", "channel") + "1,2025-01-01,深圳市鑫淼贸易有限公司\n2,2025-01-01,王喆\n").encode(
        "gb18030"
    )
    entry, store = one(tmp_path / "zh", "orders.csv", chinese)
    assert rows(store, entry, "channel") == [("深圳市鑫淼贸易有限公司",), ("王喆",)]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("euc_kr", "김민수,서울특별시 강남구 테헤란로"), ("euc_jp", "東京都港区赤坂,株式会社山田商店")],
)
def test_korean_and_japanese_are_not_taken_for_chinese(tmp_path: Path, encoding: str, text: str) -> None:
    data = b"order_ref,ordered_at,customer_ref,channel\n" + f"1,2025-01-01,{text}\n".encode(encoding)
    data.decode("gb18030")
    write(tmp_path / "in", "orders.csv", data)
    assert "give --encoding" in refused(tmp_path / "in")
    entry, store = one(tmp_path, "orders.csv", data, encoding)
    assert rows(store, entry, "customer_ref, channel") == [tuple(text.split(","))]


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "", "utf-8; drop"])
def test_unknown_encodings_are_refused_by_name(tmp_path: Path, name: str) -> None:
    """Also where no file needs one."""
    write(tmp_path / "in", "orders.csv", ORDERS + "1,2025-01-01,5\n")
    assert f"no text encoding {name!r}" in refused(tmp_path / "in", name)


def test_damaged_parquet_is_refused_or_read(tmp_path: Path) -> None:
    """300 mutants of one file: cut, bits flipped, bytes removed and put in."""
    good = tmp_path / "good.parquet"
    duckdb.execute(
        f"copy (select cast(i as varchar) as order_ref, date '2025-01-01' + cast(i % 300 as int) as ordered_at, i * 1.5 as amount, [i] as extra "
        f"from range(2000) t(i)) to '{good}' (format parquet, row_group_size 500)"
    )
    data, dice, ends = good.read_bytes(), random.Random(5), set()
    for number in range(300):
        mutant, place = bytearray(data), dice.randrange(len(data))
        if number % 5 == 0:
            del mutant[place:]
        elif number % 5 == 1:
            mutant[place] = dice.randrange(256)
        elif number % 5 == 2:
            for _ in range(5):
                mutant[-dice.randrange(1, 1200)] ^= 1 << dice.randrange(8)
        elif number % 5 == 3:
            del mutant[place : place + dice.randrange(1, 200)]
        else:
            mutant[place:place] = dice.randbytes(50)
        write(tmp_path / "in", "orders.parquet", bytes(mutant))
        try:
            land(tmp_path / "in")
            ends.add("landed")
        except BadInput:
            ends.add("refused")
    assert ends == {"landed", "refused"}


def sheet(path: Path, cells: str) -> None:
    """A workbook whose sheet holds these cells, as XML."""
    book = openpyxl.Workbook()
    book.active.append(["order_ref", "ordered_at", "amount"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</row>", cells.encode() + b"</row>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


@pytest.mark.parametrize("ref", ["XFD1048576", "ZZZZZZ9", "A99999999999", "AAAAAAAAA999999999999"])
def test_far_cells_of_a_workbook(tmp_path: Path, ref: str) -> None:
    (tmp_path / "in").mkdir()
    sheet(tmp_path / "in" / "orders.xlsx", f'<c r="{ref}" t="inlineStr"><is><t>x</t></is></c>')
    assert "so far away" in refused(tmp_path / "in")


def test_workbooks_in_capitals_and_refs_that_are_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["order_ref", "ordered_at", "amount"], ["1", 45720.25, 5]):
        book.active.append(row)
    (tmp_path / "in").mkdir()
    book.save(tmp_path / "in" / "orders.XLSX")
    assert land(tmp_path / "in")[0][0].record_count == 1
    sheet(
        tmp_path / "in" / "orders.XLSX", '<c r="" t="inlineStr"><is><t>x</t></is></c><c r="!!" t="s"><v>999999</v></c>'
    )
    try:
        land(tmp_path / "in")
    except BadInput as error:
        assert "damaged" in str(error)  # whatever the reader makes of it, it is no traceback


def test_a_header_of_200_kilobytes(tmp_path: Path) -> None:
    write(tmp_path / "in", "orders.csv", "order_ref,ordered_at," + "x" * 200_000 + "\n1,2025-01-01,5\n")
    assert "line 1 is not a header" in refused(tmp_path / "in")
    write(
        tmp_path / "in",
        "orders.csv",
        "order_ref,ordered_at," + ",".join(f"c{n}" for n in range(20_000)) + "\n1,2025-01-01" + "," * 20_000 + "\n",
    )
    assert "columns" in refused(tmp_path / "in")


def test_json_that_is_no_json_lines(tmp_path: Path) -> None:
    for text in (
        '[{"order_ref": "1", "ordered_at": "2025-01-01"}]\n',
        '[\n{"order_ref": "1"},\n{"order_ref": "2"}\n]\n',
    ):
        write(tmp_path / "in", "orders.jsonl", text)
        assert "is a JSON array; write one object on each line" in refused(tmp_path / "in")
    write(tmp_path / "in", "orders.jsonl", "hello\n")
    assert "no line is a JSON object" in refused(tmp_path / "in")
    entry, store = one(
        tmp_path, "orders.jsonl", '{"order_ref": "a\\u0000b", "ordered_at": "2025-01-01", "amount": {"v": 1}}\n'
    )
    assert rows(store, entry) == [(1, "a\ufffdb", "2025-01-01", '{"v":1}')]


def test_an_unclosed_quote_costs_its_own_line(tmp_path: Path) -> None:
    """Not the good records of several lines after it."""
    text = (
        ORDERS.replace("amount", "channel")
        + '1,2025-01-01,"open\n2,2025-01-01,"two\nlines"\n3,2025-01-01,x\n4,2025-01-01,"a ""quoted""\nword"\n'
    )
    entry, store = one(tmp_path, "orders.csv", text)
    assert rows(store, entry, "order_ref, channel") == [("2", "two\nlines"), ("3", "x"), ("4", 'a "quoted"\nword')]
    assert unreadable(store, entry) == [(2, "quote_never_closed")]


def test_unclosed_quotes_on_every_line_take_no_longer_for_each(tmp_path: Path) -> None:
    """Eight times the lines cost about eight times the processor's time; were the rest read anew per line, 64 times."""
    seconds = {}
    for count in (1_500, 12_000):
        text = (
            ORDERS.replace("amount", "channel")
            + "".join(f'{n},2025-01-01,"open\n' for n in range(count))
            + "z,2025-01-01,x\n"
        )
        started = time.process_time()
        entry, store = one(tmp_path / str(count), "orders.csv", text)
        seconds[count] = time.process_time() - started
        assert entry.unreadable_lines == count and rows(store, entry, "order_ref") == [("z",)]
    assert seconds[12_000] < 24 * seconds[1_500]


def test_what_is_damaged_in_the_store_is_landed_anew(tmp_path: Path) -> None:
    first, store = one(tmp_path, "orders.csv", ORDERS + "1,2025-01-01,5\n")
    for damaged in (store.index_path, store.folder / first.stored):
        data = damaged.read_bytes()
        damaged.write_bytes(data[: len(data) // 2])
        (again, *_), store = land(tmp_path / "in")
        assert again.is_new and rows(store, again) == [(2, "1", "2025-01-01", "5")]
    store.index_path.write_text('{"orders.csv": 5}')
    assert land(tmp_path / "in")[0][0].is_new
    assert not land(tmp_path / "in")[0][0].is_new
    empty = store.empty_file(PROJECT.tables["landing", "orders"])
    empty.write_bytes(empty.read_bytes()[:20])
    assert duckdb.execute(
        f"select count(*) from read_parquet('{store.empty_file(PROJECT.tables['landing', 'orders'])}')"
    ).fetchall() == [(0,)]


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    path = write(tmp_path / "in", "orders.csv", ORDERS + "1,2025-01-01,5\n")
    store = Store(tmp_path / "store", PROJECT)
    files = discover(tmp_path / "in", PROJECT)
    with pytest.raises(BadInput, match=r"changed|vanished"):
        store.land(files, lambda file, lines: path.unlink())
    with pytest.raises(BadInput, match="has vanished"):
        store.land(files, lambda file, lines: None)


@pytest.mark.parametrize("first", ['",";', '1,"a" b', '1,"a"b"c'])
def test_a_quote_that_stands_alone_opens_no_record(tmp_path: Path, first: str) -> None:
    """A reader would refuse the record that it seems to begin; it costs its own line, not the next."""
    entry, store = one(tmp_path, "orders.csv", f'{ORDERS}{first}\n2,2025-01-01,5\n3,2025-01-01,"5\n"\n')
    assert rows(store, entry, "order_ref") == [("2",), ("3",)]
    assert [line for line, _ in unreadable(store, entry)] == [2]
