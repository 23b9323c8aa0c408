"""How large an input may be: every bound of every parser, in one place (deviation D14).

Rules:
1. A parser refuses what is past a bound with an error that names the field; it never clips.
2. An integer is measured by ``bit_length`` before anything prints or compares it: rendering an
   integer of more than 4,300 digits raises in CPython.
3. Bytes are counted before they are decoded.
"""

from typing import Final

INTEGER_MAX: Final = 2**63 - 1
"""The largest integer of any field; the smallest is its negative. Each field has its sign rule."""

TASK_CLASS_MAX_CHARS: Final = 256
"""Characters of a descriptor's ``task_class``."""

DIGEST_MAX_CHARS: Final = 512
"""Characters of an agent's ``digest``."""

NAME_MAX_CHARS: Final = 128
"""Characters of enum-like strings: capabilities, runtimes, lane states, agent names."""

ID_MAX_CHARS: Final = 512
"""Characters of an identifier: entry, model, lane, request, workflow, step, grant."""

LIST_MAX_ITEMS: Final = 1_000
"""Items of a list inside a document."""

CATALOG_MAX_ROWS: Final = 100_000
"""Rows of a catalog, and models of a price configuration."""

OBJECT_MAX_KEYS: Final = CATALOG_MAX_ROWS
"""Keys of an object. What has more is none, so that nobody looks at all of them."""

EVENT_VALUES_MAX: Final = 65_536
"""Values of an event's payload: twice those that the bytes of a request have room for."""

DEPTH_MAX: Final = 32
"""Levels of nesting of a document."""

QUALITY_BAR_MAX: Final = 10_000
"""Basis points: a bar of 10,000 is 100 %."""

WIRE_IN_MAX_BYTES: Final = 256 * 1024
"""Bytes of a request body or of a descriptor file that is read."""

WIRE_OUT_MAX_BYTES: Final = 1024 * 1024
"""Bytes of a response body that a router client reads."""

WIRE_OUT_MAX_MARKS: Final = 32 * 1024
"""Commas and opening brackets of a response body: they bound how many values it can hold, and with
them the time and the memory that reading it takes."""

HEADER_FIELDS_MAX: Final = 256
"""Header fields of a response."""

ERROR_TEXT_MAX_CHARS: Final = 512
"""Characters of a described error."""

EXCERPT_MAX_CHARS: Final = 64
"""Characters of the input that an error quotes."""
