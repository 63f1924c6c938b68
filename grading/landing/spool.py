"""Text files into records with physical line numbers.

Two streaming passes. The first hashes the file and settles its encoding; the second writes a copy under our own name
(the spool) in which every record starts with the number of its first line, and sets aside, with a code, each line that
cannot be a record. Every physical line ends up in exactly one count of the ledger.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

from grading.errors import BadInput, Defect, quoted

CHUNK_BYTES = 8 << 20
BOM = b"\xef\xbb\xbf"
SHOWN_BYTES = 1000
BEYOND_ASCII = re.compile("[^\\x00-\\x7f]")
Progress = Callable[[int], None]


@dataclass
class Ledger:
    """Where the physical lines of a file went. `lines` is the sum of the other counts."""

    lines: int = 0
    header: int = 0
    records: int = 0
    continuation: int = 0
    blank: int = 0
    unreadable: list[tuple[int, str, str]] = field(default_factory=list)
    starts: list[range] = field(default_factory=list)

    def set_aside(self, line: int, code: str, text: bytes) -> None:
        """Keep an unreadable line: its number, the reason and its first 1,000 bytes."""
        self.unreadable.append((line, code, text[:SHOWN_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")))

    def check(self, path: Path) -> None:
        """The first equality of landing. Raises Defect."""
        counted = self.header + self.records + self.continuation + self.blank + len(self.unreadable)
        if self.lines != counted:
            raise Defect(
                f"{quoted(path.name)}: {self.lines} lines but {counted} accounted for; please report this file."
            )


@dataclass(frozen=True)
class Fingerprint:
    """What the first pass found: hash of the content, and encoding (utf-8, gb18030 or the one asked for)."""

    sha256: str
    encoding: str


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """Blocks of a file."""
    while block := file.read(CHUNK_BYTES):
        yield block


def hash_of(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path, asked_encoding: str | None, max_wrong_share: float) -> Fingerprint:
    """Hash a text file and settle its encoding.

    UTF-8 wins; GB18030 only if the whole file decodes as such, most of its other lines are no UTF-8, and most of what it
    then says beyond ASCII is in common use: bytes of cp1252 (M\xfcller) decode as rare characters. A UTF-8 file with few
    damaged lines stays UTF-8, and they are set aside later. Raises BadInput for anything else.
    """
    digest = hashlib.sha256()
    right = wrong = 0
    carry = b""
    start = b""
    with path.open("rb") as file:
        for block in chunks(file):
            digest.update(block)
            start = start or block[:4]
            if not carry and block.isascii():
                continue
            block = carry + block
            cut = block.rfind(b"\n") + 1
            block, carry = (block[:cut], block[cut:]) if cut else (b"", block)
            more_right, more_wrong = _count_lines(block)
            right, wrong = right + more_right, wrong + more_wrong
    more_right, more_wrong = _count_lines(carry)
    right, wrong = right + more_right, wrong + more_wrong
    sha256 = digest.hexdigest()
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and asked_encoding is None:
        raise BadInput(f"{quoted(path.name)} is UTF-16; give --encoding utf-16, or save it as UTF-8.")
    if wrong == 0 and start[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return Fingerprint(sha256, "utf-8")
    if asked_encoding is not None:
        return Fingerprint(sha256, asked_encoding)
    if right <= wrong and _is_chinese(path):
        return Fingerprint(sha256, "gb18030")
    if right and wrong <= max_wrong_share * (right + wrong):
        return Fingerprint(sha256, "utf-8")
    raise BadInput(
        f"{quoted(path.name)} is neither UTF-8 nor plausible GB18030 ({wrong} lines are not UTF-8); give --encoding, for example "
        "cp1252 for Western Europe, big5 for Taiwan and Hong Kong, gb18030 if it is that all the same."
    )


def _count_lines(block: bytes) -> tuple[int, int]:
    """Lines with other than ASCII in a block that are UTF-8, and that are not."""
    if block.isascii():
        return 0, 0
    lines = [line for line in block.split(b"\n") if not line.isascii()]
    wrong = sum(1 for line in lines if not _is_utf8(line))
    return len(lines) - wrong, wrong


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Whether the file is GB18030 and reads as Chinese: at least half of what is beyond ASCII is in common use.

    In common use: the marks and the first level of GB 2312, 3,755 characters that make up more than 99 % of modern text,
    in the order of their sounds. Korean (EUC-KR) and Japanese (EUC-JP) take codes of the same range, but none or hardly
    any of its end, x to z, which a third of Chinese text is made of: a file without them is asked about.
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    counts = dict.fromkeys(("rare", "mark", "a_to_w", "x_to_z"), 0)
    try:
        with path.open("rb") as file:
            for block in chunks(file):
                for character in BEYOND_ASCII.findall(decoder.decode(block)):
                    counts[_use(character)] += 1
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    words = counts["a_to_w"] + counts["x_to_z"]
    return counts["rare"] <= words + counts["mark"] and (words < 8 or counts["x_to_z"] >= 0.05 * words)


@cache
def _use(character: str) -> str:
    encoded = character.encode("gb18030")
    if len(encoded) != 2 or encoded[1] < 0xA1:
        return "rare"
    lead = encoded[0]
    return (
        "mark"
        if 0xA1 <= lead <= 0xA3
        else "a_to_w"
        if 0xB0 <= lead <= 0xCF
        else "x_to_z"
        if 0xD0 <= lead <= 0xD7
        else "rare"
    )


def known_encoding(name: str) -> str:
    """The name, if it is one of a text encoding. Raises BadInput."""
    try:
        is_text = codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        raise BadInput(f"--encoding: there is no text encoding {name!r}; give a name such as cp1252, big5 or utf-16.")
    return name


def utf8_copy(path: Path, encoding: str, target: Path) -> None:
    """Write the file as UTF-8. Raises BadInput if it does not decode."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as source, target.open("wb") as output:
            for block in chunks(source):
                output.write(decoder.decode(block).encode("utf-8"))
            output.write(decoder.decode(b"", final=True).encode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{quoted(path.name)} does not decode as {encoding} at byte {error.start}; give another one."
        ) from None


def physical_lines(path: Path, max_line_bytes: int) -> Iterator[tuple[list[bytes], bool]]:
    """Blocks of whole lines of a file, without BOM, each with a flag: this is one line that is too long, cut."""
    carry = b""
    skipping = False
    first = True
    with path.open("rb") as file:
        for block in chunks(file):
            if first:
                block = block.removeprefix(BOM)
                first = False
            if skipping:
                cut = block.find(b"\n") + 1
                if not cut:
                    continue
                block, skipping = block[cut:], False
            block = carry + block
            cut = block.rfind(b"\n") + 1
            block, carry = block[:cut], block[cut:]
            if block:
                yield block[:-1].split(b"\n"), False
            if len(carry) > max_line_bytes:
                yield [carry[:SHOWN_BYTES]], True
                carry, skipping = b"", True
    if carry:
        yield [carry], False


class CsvSpooler:
    """Records of delimited text, joined where a quoted value runs over lines.

    A quote that is never closed costs its own line: the lines after it are lines again, and records of several lines among
    them are read. Every line is looked at a fixed number of times, however many quotes are left open.
    """

    def __init__(self, delimiter: str, max_line_bytes: int, max_record_lines: int) -> None:
        mark = re.escape(delimiter).encode()
        self.delimiter = delimiter.encode()
        self.max_line_bytes = max_line_bytes
        self.max_record_lines = max_record_lines
        value = rb'(?>[ ]*"(?:[^"]|"")*"[ ]*(?=' + mark + rb'|$)|(?![ ]*")[^' + mark + rb"]*)"
        self.values = re.compile(value + rb"(?>" + mark + value + rb")*")
        self.opening = re.compile(rb"(?:" + mark + rb')?[ ]*"')
        self.closing = re.compile(rb'(?:[^"]|"")*"[ ]*(?=' + mark + rb"|$)")

    def opens(self, text: bytes) -> bool:
        """True if a quoted value begins in the text and is not closed in it."""
        return self._opened(text) is not None

    def _opened(self, text: bytes) -> bytes | None:
        """What follows the quote that is not closed, if there is one."""
        if b'"' not in text:
            return None
        found = self.values.match(text)
        end = found.end() if found else 0
        opening = self.opening.match(text, end)
        return text[opening.end() :] if opening else None

    def closes(self, text: bytes) -> bool | None:
        """Whether a line that begins inside a quoted value ends outside; None if its quotes make no sense there."""
        if b'"' not in text:
            return False
        found = self.closing.match(text)
        if not found:
            return None if _has_lone_quote(text) else False
        opened = self._opened(text[found.end() :])
        if opened is None:
            return True
        return None if _has_lone_quote(opened) else False

    def spool(self, path: Path, target: Path, progress: Progress) -> Ledger:
        """Write the spool of a UTF-8 file whose first line is the header. Returns its ledger."""
        ledger = Ledger(header=1)
        # The lines of a record whose quoted value is not closed yet, the number of the first, the bytes of all.
        pending: list[bytes] = []
        pending_bytes = pending_start = number = 0
        with target.open("wb", buffering=1 << 20) as output:

            def put(start: int, text: bytes) -> None:
                output.write(b"%d%b%b\n" % (start, self.delimiter, text))
                ledger.records += 1
                ledger.starts.append(range(start, start + 1))

            def single(line: int, text: bytes) -> None:
                """A line that is no part of a longer record."""
                if not text:
                    ledger.blank += 1
                elif code := self._defect(text):
                    ledger.set_aside(line, code, text)
                elif self.opens(text):
                    ledger.set_aside(line, "quote_never_closed", text)
                else:
                    put(line, text)

            def give_up(lost: int) -> None:
                """The first lines, so many, can be no record of several lines; the others are read again."""
                again, start = pending[lost:], pending_start + lost
                ledger.set_aside(pending_start, "quote_never_closed", pending[0])
                for offset in range(1, lost):
                    single(pending_start + offset, pending[offset])
                pending.clear()
                for offset, text in enumerate(again):
                    feed(start + offset, text)

            def shorten() -> None:
                """Too long to be one record. None of its lines closes the quote, so the next that opens one waits on."""
                nonlocal pending_start, pending_bytes
                ledger.set_aside(pending_start, "quote_never_closed", pending[0])
                dropped = 1
                while dropped < len(pending) and not self._waits(pending[dropped]):
                    single(pending_start + dropped, pending[dropped])
                    dropped += 1
                pending_bytes -= sum(len(text) + 1 for text in pending[:dropped])
                pending_start += dropped
                del pending[:dropped]

            def feed(line: int, text: bytes) -> None:
                nonlocal pending_start, pending_bytes
                if not pending:
                    if self._waits(text):
                        pending.append(text)
                        pending_start, pending_bytes = line, len(text) + 1
                    else:
                        single(line, text)
                    return
                pending.append(text)
                pending_bytes += len(text) + 1
                closes = self.closes(text)
                if closes is None:
                    give_up(len(pending) - 1)
                elif closes:
                    defects = [index for index, part in enumerate(pending) if self._defect(part)]
                    if defects:
                        give_up(defects[-1] + 1)
                    else:
                        put(pending_start, b"\n".join(pending))
                        ledger.continuation += len(pending) - 1
                        pending.clear()
                elif pending_bytes > self.max_line_bytes or len(pending) > self.max_record_lines:
                    shorten()

            for lines, is_too_long in physical_lines(path, self.max_line_bytes):
                if number == 0:
                    number = 1
                    if is_too_long:
                        raise BadInput(f"{quoted(path.name)}: the header is longer than {self.max_line_bytes} bytes.")
                    lines = lines[1:]
                if is_too_long:
                    if pending:
                        give_up(len(pending))
                    number += 1
                    ledger.set_aside(number, "line_too_long", lines[0])
                elif not pending and self._is_simple(lines):
                    output.write(
                        b"".join([b"%d%b%b\n" % (n, self.delimiter, text) for n, text in enumerate(lines, number + 1)])
                    )
                    ledger.records += len(lines)
                    ledger.starts.append(range(number + 1, number + 1 + len(lines)))
                    number += len(lines)
                else:
                    for text in lines:
                        number += 1
                        feed(number, text.removesuffix(b"\r"))
                progress(number)
            if pending:
                give_up(len(pending))
        ledger.lines = number
        ledger.check(path)
        return ledger

    def _waits(self, text: bytes) -> bool:
        """True if a line begins a record that runs on: with a quoted value in which no quote stands alone."""
        if not text or self._defect(text) is not None:
            return False
        opened = self._opened(text)
        return opened is not None and not _has_lone_quote(opened)

    def _is_simple(self, lines: list[bytes]) -> bool:
        """True if no line needs a closer look: no quote, no carriage return, nothing empty, long or damaged."""
        if not lines or max(map(len, lines)) > self.max_line_bytes or not all(lines):
            return False
        text = b"\n".join(lines)
        return not (b'"' in text or b"\r" in text or b"\0" in text) and _is_utf8(text)

    def _defect(self, text: bytes) -> str | None:
        """Why a line can be no record, or None."""
        if len(text) > self.max_line_bytes:
            return "line_too_long"
        if b"\r" in text:
            return "bare_carriage_return"
        if b"\0" in text:
            return "nul_byte"
        if not text.isascii() and not _is_utf8(text):
            return "wrong_encoding"
        return None


def _has_lone_quote(text: bytes) -> bool:
    return b'"' in text.replace(b'""', b"")


def spool_lines(path: Path, target: Path, max_line_bytes: int, progress: Progress) -> Ledger:
    """Write the spool of JSON Lines: number, tab, line. A raw tab is no JSON, so the tab is safe."""
    ledger = Ledger()
    number = 0
    with target.open("wb", buffering=1 << 20) as output:
        for lines, is_too_long in physical_lines(path, max_line_bytes):
            for text in lines:
                number += 1
                text = text.removesuffix(b"\r")
                if is_too_long or len(text) > max_line_bytes:
                    ledger.set_aside(number, "line_too_long", text)
                elif not text.strip():
                    ledger.blank += 1
                elif b"\0" in text:
                    ledger.set_aside(number, "nul_byte", text)
                elif not text.isascii() and not _is_utf8(text):
                    ledger.set_aside(number, "wrong_encoding", text)
                elif b"\t" in text or b"\r" in text:
                    cleaned = text.replace(b"\t", b" ").replace(b"\r", b" ")
                    output.write(b"%d\t%b\n" % (number, cleaned))
                    ledger.records += 1
                    ledger.starts.append(range(number, number + 1))
                else:
                    output.write(b"%d\t%b\n" % (number, text))
                    ledger.records += 1
                    ledger.starts.append(range(number, number + 1))
            progress(number)
    ledger.lines = number
    ledger.check(path)
    return ledger
