"""The table of failures: what each word and each status says about the lane."""

import pytest

from mimir.core.health.completion import Completion
from mimir.core.health.failure import CLASS_OF, FAILURE_CLASSES, FailureClass, class_of
from mimir.core.vocabulary import Lane


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("400", "request"),
        ("context_length_exceeded", "request"),
        ("content_filter", "request"),
        ("cancelled", "request"),
        ("499", "request"),
        ("401", "credential"),
        ("403", "credential"),
        ("402", "quota"),
        ("insufficient_quota", "quota"),
        ("429", "throttle"),
        ("500", "lane"),
        ("529", "lane"),
        ("connect", "lane"),
        ("timeout", "lane"),
    ],
)
def test_a_failure_is_known_by_its_word_or_its_status(word: str, wanted: FailureClass) -> None:
    assert class_of(word, "error") == wanted
    assert class_of(None, word) == wanted


def test_a_class_is_known_by_its_own_name() -> None:
    assert [class_of(name, "error") for name in FAILURE_CLASSES] == [*FAILURE_CLASSES]


def test_what_is_stated_of_a_failure_goes_before_its_outcome() -> None:
    assert class_of("429", "timeout") == "throttle"


def test_a_word_that_is_not_known_leaves_it_to_the_outcome() -> None:
    assert class_of("E_17", "cancelled") == "request"


def test_what_nobody_knows_is_a_failure_of_the_lane() -> None:
    assert class_of("E_17", "broken") == "lane"
    assert class_of(None, "") == "lane"
    assert class_of("599", "error") == "lane"


def test_words_compare_without_regard_to_case() -> None:
    assert class_of("Content_Filter", "error") == "request"
    assert class_of(None, "Cancelled") == "request"


def test_every_server_error_is_a_failure_of_the_lane() -> None:
    assert {class_of(str(status), "error") for status in range(500, 600)} == {"lane"}


def test_no_word_stands_in_two_classes() -> None:
    words = [word for word in CLASS_OF if word not in FAILURE_CLASSES]
    assert len(words) > 50
    assert all(word == word.lower() for word in words)


def test_a_success_has_no_class() -> None:
    made = Completion(lane=Lane("a"), outcome="ok", at=0, failure_class="500")
    assert made.counts_as is None
