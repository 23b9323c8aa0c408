"""Reading a usage log: whole lines, numbered, in bounded memory."""

import io

import pytest

from mimir.shell import usage_log
from mimir.shell.usage_log import BLOCK_BYTES, LINE_MAX_BYTES, batches


def read(content):
    """Read all lines with their numbers, and those that are none."""
    found = list(batches(io.BytesIO(content)))
    lines = [
        (batch.first + index, line) for batch in found for index, line in enumerate(batch.lines)
    ]
    assert sum(batch.size for batch in found) == len(content)
    return lines, [problem for batch in found for problem in batch.unreadable]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_every_line_has_its_number(end):
    assert read(b"a\n\nb" + end) == ([(1, "a"), (2, ""), (3, "b")], [])


def test_an_empty_log_has_no_lines():
    assert read(b"") == ([], [])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_blocks_leave_no_trace(monkeypatch, size):
    content = "".join(f"line {number} \u20ac\n" for number in range(50)).encode()
    whole = read(content)
    monkeypatch.setattr(usage_log, "BLOCK_BYTES", size)
    assert read(content) == whole


def test_a_line_of_the_longest_length_is_read():
    content = b"x" * LINE_MAX_BYTES
    assert read(content + b"\n" + content) == ([(1, content.decode()), (2, content.decode())], [])


@pytest.mark.parametrize("length", [LINE_MAX_BYTES + 1, LINE_MAX_BYTES + 3 * BLOCK_BYTES])
@pytest.mark.parametrize("end", [b"", b"\n", b"\nlast"])
def test_a_longer_line_is_named_and_the_others_are_read(length, end):
    lines, problems = read(b"first\n" + b"x" * length + end)
    assert lines[:2] == [(1, "first"), (2, "")]
    assert lines[2:] == ([(3, "last")] if end == b"\nlast" else [])
    assert [(number, problem.code) for number, problem in problems] == [(2, "line_too_long")]


def test_no_more_than_a_line_and_a_block_is_held():
    class Endless(io.RawIOBase):
        """A line without an end, which remembers how much was asked for."""

        left = 64

        def read(self, size=-1):
            self.left -= 1
            return b"x" * size if self.left else b""

    (batch,) = batches(Endless())
    assert (batch.lines, len(batch.unreadable)) == ([""], 1)


def test_a_line_that_is_no_utf_8_is_named_and_the_others_are_read():
    lines, problems = read(b"a\n\xff\n\xc3\xa9\n")
    assert lines == [(1, "a"), (2, ""), (3, "\u00e9")]
    assert [(number, problem.code) for number, problem in problems] == [(2, "line_not_utf8")]


@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_a_byte_order_mark_is_no_part_of_the_first_line(monkeypatch, size):
    monkeypatch.setattr(usage_log, "BLOCK_BYTES", size)
    assert read(b"\xef\xbb\xbfa\nb") == ([(1, "a"), (2, "b")], [])
