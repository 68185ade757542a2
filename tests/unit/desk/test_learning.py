"""From a resolved case to a draft in the review queue, and from questions to groups."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bot.adapters.database.models import FaqDraftRow
from bot.adapters.database.unanswered import question_groups
from bot.conversation.model import Feedback
from bot.conversation.scrub import scrub
from bot.conversation.visitor import rate
from bot.desk.accounts import Role
from bot.grouping import regroup
from knowledge.library.schema import FaqFrontMatter
from tests.desk_visitor import Desk
from tests.scripted_dialogue import ANSWER, PlainTexts, decision, result_of


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call me at 202-555-0123 after 5 pm", "call me at … after 5 pm"),
        ("my email is pat.doe@example.org ok", "my email is … ok"),
        ("My name is Jane Doe and I hurt", "My name is … and I hurt"),
        ("my name is jane", "my name is …"),
        ("I'm Jane, can I eat before?", "I'm …, can I eat before?"),
        ("i saw Dr. Smith on 11/23/2026", "i saw Dr. … on …"),
        ("born March 3rd, 1980 at 12 Oak Street", "born … at …"),
        ("mrn: 44-1234 and ssn 123-45-6789", "… and ssn …"),
        ("does a 2 hour visit cost $450?", "does a 2 hour visit cost $450?"),
        ("is it approved since 2019?", "is it approved since 2019?"),
    ],
)
def test_personal_details_are_taken_out_when_words_are_kept(text: str, kept: str) -> None:
    assert scrub(text) == kept


def _resolved(desk: Desk) -> str:
    conversation = desk.case("what dose")
    asked = "my name is Jane, can i bring my dog? 202-555-0123"
    desk.clinic.conversations.post(conversation, "m2", asked)
    sam = desk.accounts.by_email("sam@clinic.example").staff
    desk.clinic.desk.claim(conversation, sam)
    desk.clinic.desk.staff_reply(conversation, sam, "s1", "Dogs may wait outside.")
    desk.clinic.desk.resolve(conversation, sam, "Answered here")
    return conversation


def _form(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    found |= dict(re.findall(r'<input id="(\w+)"[^>]* value="([^"]*)"', page))
    return found


def test_case_becomes_a_draft_file_when_staff_make_it_a_faq(desk: Desk) -> None:
    sam = desk.logged_in("Sam")
    conversation = _resolved(desk)
    path = f"/conversations/{conversation}/faq"
    fields = _form(sam.get(path).text)
    assert fields["answer"] == fields["sms"] == "Dogs may wait outside."
    assert "my name is …, can i bring my dog? …" in fields["variants"]
    assert "Jane" not in str(fields)
    fields |= {"topic": "topic", "question": "Can I bring my dog?", "slug": "bring-my-dog"}
    assert sam.submit(path, path, **fields).status_code == 303
    assert sam.get("/review").status_code == 403  # reviewing is a clinician's matter

    kim = desk.logged_in("Kim", Role.CLINICIAN)
    assert "Can I bring my dog?" in kim.get("/review").text
    text = kim.get("/review/1.md").text
    head, answer = text.split("---\n")[1:]
    front = FaqFrontMatter.model_validate(yaml.safe_load(head))
    assert (front.id, answer) == ("bring-my-dog", "Dogs may wait outside.\n")
    assert kim.submit("/review", "/review/1/taken").status_code == 303
    assert [row.status for row in desk.clinic.rows(FaqDraftRow)] == ["taken"]
    assert "Can I bring my dog?" not in kim.get("/review").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "../../etc"), ("slug", ""), ("question", ""), ("answer", " "), ("sms", "x" * 321),
     ("variants", "\n"), ("topic", "../x")],
)  # fmt: skip
def test_draft_is_refused_when_a_field_is_wrong(desk: Desk, field: str, value: str) -> None:
    sam = desk.logged_in("Sam")
    path = f"/conversations/{_resolved(desk)}/faq"
    fields = _form(sam.get(path).text) | {"topic": "topic", field: value}
    assert sam.submit(path, path, **fields).status_code == 422
    assert desk.clinic.rows(FaqDraftRow) == []


def test_draft_is_not_offered_when_the_case_is_open(desk: Desk) -> None:
    conversation = desk.case()
    assert desk.logged_in().get(f"/conversations/{conversation}/faq").status_code == 404


def _by_letters(texts: Any) -> Any:
    """Puts texts with the same first word in one direction."""
    words = sorted({text.split()[0] for text in texts})
    return np.eye(len(words))[[words.index(text.split()[0]) for text in texts]]


def test_questions_are_grouped_and_counted_when_they_found_no_answer(desk: Desk) -> None:
    def lost(text: str) -> Any:
        found = decision(text, route="escalate", category="unanswerable", tier="T3")
        return result_of(ANSWER, decision=found)

    texts = ["dogs allowed", "dogs at 202-555-0123 ok", "parking free", "dogs allowed"]
    desk.clinic.clock.now = dt.datetime.now(dt.UTC)
    for text in texts:
        desk.clinic.dialogue.script[text] = lost(text)
        desk.clinic.conversations.post(desk.clinic.start(), "m1", text)
    conversation = desk.clinic.start()
    desk.clinic.dialogue.script["parking cost"] = result_of(ANSWER, decision=decision("x"))
    answer = desk.clinic.conversations.post(conversation, "m1", "parking cost").replies[0]
    rate(
        desk.clinic.store,
        PlainTexts(),
        conversation,
        Feedback("down", answer.id),
        desk.clinic.clock(),
    )

    assert regroup(desk.clinic.database, lambda: _by_letters) == 2
    groups = question_groups(desk.clinic.database)
    assert [(g.unanswered, g.disliked) for g in groups] == [(3, 0), (1, 1)]
    assert "555" not in str(groups)
    page = desk.logged_in().get("/questions").text
    assert "dogs allowed" in page
    assert "<strong>3</strong> questions" in page


def test_no_encoder_is_loaded_when_there_is_nothing_to_group(desk: Desk, tmp_path: Path) -> None:
    def fail() -> Any:
        raise AssertionError("the encoder is large")

    assert regroup(desk.clinic.database, fail) == 0
