"""Nodes are counted in words."""

from __future__ import annotations

import pytest

from inventory.ordinals import index, ordinal


def test_every_place_has_a_word_of_its_own_that_leads_back_to_it() -> None:
    assert [index(ordinal(place)) for place in range(130)] == list(range(130))


def test_words_are_english() -> None:
    assert [ordinal(place) for place in (0, 2, 11, 12, 20, 21, 110)] == [
        "first",
        "third",
        "twelfth",
        "13th",
        "21st",
        "22nd",
        "111th",
    ]


@pytest.mark.parametrize("word", ["21th", "1st", "last", "x"])
def test_another_word_is_none(word: str) -> None:
    with pytest.raises(ValueError, match=r"ordinal|invalid literal"):
        index(word)
