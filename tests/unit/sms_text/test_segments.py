from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sms_text import Encoding, cut, plain_text, units
from bot.sms_text.alphabet import BASIC, EXTENSION

GSM = st.text(alphabet=sorted(BASIC - {"\r"} | EXTENSION), max_size=700)
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
THUMB = "👍🏽"
FLAG = "🇺🇸"
CLUSTERS = st.sampled_from([FAMILY, THUMB, FLAG, "🏴\U000e0067\U000e007f", "ẍ", "x\u0323\u0308"])
SENTENCES = st.lists(
    st.text(st.sampled_from("abcñ[€á🙂"), min_size=1, max_size=90), min_size=1, max_size=40
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "encoding", "sizes"),
    [
        ("a" * 160, Encoding.GSM_7, [160]),
        ("a" * 161, Encoding.GSM_7, [153, 8]),
        ("a" * 306, Encoding.GSM_7, [153, 153]),
        ("a" * 307, Encoding.GSM_7, [153, 153, 1]),
        ("€" * 80, Encoding.GSM_7, [160]),
        ("€" * 81, Encoding.GSM_7, [152, 10]),
        ("á" * 70, Encoding.UCS_2, [70]),
        ("á" * 71, Encoding.UCS_2, [67, 4]),
        ("á" * 134, Encoding.UCS_2, [67, 67]),
        ("🙂" * 35, Encoding.UCS_2, [70]),
        ("🙂" * 36, Encoding.UCS_2, [66, 6]),
    ],
)
def test_segments_have_the_standard_sizes_when_a_text_has_no_spaces(
    text: str, encoding: Encoding, sizes: list[int]
) -> None:
    segmentation = cut(text)

    assert segmentation.encoding is encoding
    assert [segment.units for segment in segmentation.segments] == sizes
    assert segmentation.units == sum(sizes)


def test_nothing_is_sent_when_the_text_is_empty_or_invisible() -> None:
    assert cut("").segments == ()
    assert cut("\u200b\ufeff").segments == ()


def test_a_word_moves_to_the_next_segment_when_it_does_not_fit() -> None:
    text = "a" * 150 + " word " + "b" * 20

    assert [segment.text for segment in cut(text).segments] == ["a" * 150 + " ", text[151:]]


def test_a_space_opens_the_next_segment_when_the_last_is_full() -> None:
    text = "a" * 153 + " " + "b" * 20

    assert [segment.units for segment in cut(text).segments] == [153, 21]


def test_curly_quotes_do_not_cost_a_segment_when_the_rest_is_gsm_7() -> None:
    assert cut("It’s “fine” " * 13).encoding is Encoding.GSM_7
    assert len(cut("It’s “fine” " * 13).segments) == 1


@pytest.mark.parametrize("cluster", [FAMILY, THUMB, FLAG, "q\u0323\u0308"])
def test_a_seen_character_stays_whole_when_a_long_word_is_cut(cluster: str) -> None:
    segments = cut("🙂" + cluster * 60).segments

    assert len(segments) > 1
    assert all(s.text.removeprefix("🙂").replace(cluster, "") == "" for s in segments)


def test_a_seen_character_is_cut_when_it_alone_is_longer_than_a_segment() -> None:
    assert [s.units for s in cut("q" + "\u0323" * 100).segments] == [67, 34]


def test_capacity_is_the_single_limit_when_there_is_one_segment() -> None:
    assert (cut("a").capacity, cut("a" * 161).capacity) == (160, 153)
    assert (cut("á").capacity, cut("á" * 71).capacity) == (70, 67)


@given(st.one_of(st.text(max_size=500), GSM, SENTENCES, st.lists(CLUSTERS).map("".join)))
@example("\u0301" * 200)
def test_segments_carry_the_whole_text_within_their_limits_when_any_text_is_cut(text: str) -> None:
    segmentation = cut(text)

    assert segmentation.text == plain_text(text)
    assert all(0 < segment.units <= segmentation.capacity for segment in segmentation.segments)
    for segment in segmentation.segments:
        assert segment.units == units(segment.text, segmentation.encoding)
        segment.text.encode("utf-16")  # holds no half of a surrogate pair


@given(st.one_of(SENTENCES, GSM))
def test_no_word_is_cut_when_it_fits_into_a_segment(text: str) -> None:
    segmentation = cut(text)
    whole, place = segmentation.text, 0
    for segment in segmentation.segments[:-1]:
        place += len(segment.text)
        if not whole[place - 1].isspace() and not whole[place].isspace():
            word = whole[:place].split()[-1] + whole[place:].split()[0]
            assert units(word, segmentation.encoding) > segmentation.encoding.part


@given(SENTENCES)
def test_no_segment_has_room_for_the_next_word_when_a_text_is_cut(text: str) -> None:
    segmentation = cut(text)
    for before, after in itertools.pairwise(segmentation.segments):
        first = after.text[0] if after.text[0].isspace() else after.text.split()[0]
        room = segmentation.encoding.part - before.units
        assert units(first, segmentation.encoding) > room


@given(st.lists(CLUSTERS, min_size=30, max_size=90).map("".join))
def test_no_segment_starts_inside_a_seen_character_when_a_long_word_is_cut(word: str) -> None:
    starts = [segment.text[0] for segment in cut(word).segments]

    assert all(unicodedata.category(start)[0] != "M" for start in starts)
    assert all(start not in "\u200d🏽" for start in starts)
