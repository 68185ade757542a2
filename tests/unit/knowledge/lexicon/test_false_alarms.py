"""Of the questions that the shipped base answers, wording alone escalates a named few."""

from __future__ import annotations

from typing import Final

import pytest

from knowledge.lexicon import Lexicon
from knowledge.library import Library, load_library

#: Known and accepted: a pattern narrow enough to spare these would miss the real thing. A new one
#: needs a narrower pattern, another wording of the variant, or a line here and a reason to have it.
KNOWN: Final = {
    "suicidal thoughts evidence": "self_harm",
    "im a chatterbox, will i be able to talk to the nurse while its going": "human_request",
    "before i talk to the doctor id like the short list of usual complaints people have": (
        "human_request"
    ),
    "on that hospital show everyone on ketamine just goes limp, do patients here stay conscious": (
        "medical_emergency"
    ),
    "knocked out cold or awake, which is it during treatment": "medical_emergency",
    "my mother nearly passed out when she saw the price tag at the last place, whats it run over "
    "there": "medical_emergency",
    "casi me da un infarto con el precio, ¿aceptan seguro?": "medical_emergency",
    "my teenager says my jokes make her want to die of embarrassment lol, anyway where do i park": (
        "self_harm"
    ),
    "my husband is going to strangle the insurance company lol, do they ever cover the drip": (
        "harm_to_others"
    ),
    "my nephew was told bipolar 2 years back and my sister asked me what the research says": (
        "minor"
    ),
    "my brother has eleven years off the bottle and wonders if that history means an automatic "
    "no": "minor",
    "my mom insists on driving me everywhere like im twelve, does the ride have to be family": (
        "minor"
    ),
}
#: At most this many of every thousand authored questions.
PER_THOUSAND: Final = 5


@pytest.fixture(scope="module")
def questions() -> tuple[str, ...]:
    library: Library = load_library()
    faqs = [text for faq in library.faqs.values() for text in (faq.question, *faq.variants)]
    near = [miss.text for line in library.red_lines.values() for miss in line.near_misses]
    return tuple(dict.fromkeys((*faqs, *near)))


def test_scan_is_silent_when_the_base_has_an_answer(
    questions: tuple[str, ...], lexicon: Lexicon
) -> None:
    alarms = {text: hit.category for text in questions if (hit := lexicon.scan(text))}

    assert alarms == KNOWN
    assert len(KNOWN) * 1000 <= PER_THOUSAND * len(questions)
