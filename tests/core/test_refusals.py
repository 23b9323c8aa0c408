"""What a parser says when it refuses is kept: a text that changes is read by somebody first."""

import pytest

from refusals import NAMES, kept, reads, refusals


@pytest.mark.parametrize("name", NAMES)
def test_every_refusal_is_told_as_it_was_kept(name: str) -> None:
    assert refusals(name) == kept(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_document_that_is_spoiled_is_one_that_is_read(name: str) -> None:
    assert reads(name)
