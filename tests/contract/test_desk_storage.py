"""The desk's own reading and writing, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.adapters.database.unanswered import QuestionGroup, question_groups, replace_groups
from bot.desk.authentication import MAX_TRIES
from bot.desk.errors import LinkUnusableError
from tests.desk_visitor import PASSWORD, Desk, desk_over
from tests.scripted_dialogue import Clinic


@pytest.fixture
def desk(clinic: Clinic, tmp_path: Path) -> Desk:
    return desk_over(clinic, tmp_path)


def test_inbox_tells_the_same_when_cases_have_come_a_long_way(desk: Desk) -> None:
    for text in ("refund", "what dose", "i want to die"):
        desk.case(text)
    sam = desk.logged_in()
    drafted = desk.case("what dose")
    desk.clinic.conversations.post(drafted, "m2", "is it approved")
    sam.act(drafted, "claim")
    sam.act(drafted, "reply", text="Hello.")
    desk.clinic.clock.turn(minutes=30)
    desk.clinic.conversations.post(drafted, "m3", "thanks")
    now = desk.clinic.clock()
    rows = desk.app.extensions["faqbot_desk"].inbox.open_cases(now)
    assert [(row.case.tier, row.is_overdue, row.shows_draft) for row in rows] == [
        ("T1", True, False),
        ("T2", False, False),
        ("T2", False, True),
        ("T3", False, False),
    ]
    assert rows[2].case.waiting_since == now
    page = sam.get("/").text
    assert "the patient wrote back" in page
    assert sam.act(drafted, "resolve", outcome="answered").location == "/"
    assert "Answered here" in sam.get("/resolved").text


def test_tries_are_counted_one_by_one_when_they_come_at_once(desk: Desk) -> None:
    email = desk.hire("Sam").email
    browsers = [desk.browser() for _ in range(MAX_TRIES + 3)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(lambda browser: browser.log_in(email, "wrong password"), browsers))
    assert desk.browser().log_in(email).status_code == 403
    desk.clinic.clock.turn(minutes=16)
    assert desk.browser().log_in(email).status_code == 303


def test_link_is_used_once_when_two_use_it_at_once(desk: Desk) -> None:
    token = desk.links.create(desk.hire("Sam"))

    def redeem(number: int) -> bool:
        try:
            desk.links.redeem(token, email="", name="Sam", password=f"{PASSWORD} {number}")
        except LinkUnusableError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(redeem, range(4))) == 1


def test_groups_are_there_once_when_two_workers_group_at_once(clinic: Clinic) -> None:
    groups = tuple(QuestionGroup(f"question {n}", (), 1, 0) for n in range(20))
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(replace_groups, clinic.database, groups, clinic.clock()) for _ in range(4)
        ]
        for one in made:
            one.result()
    assert len(question_groups(clinic.database)) == len(groups)
