"""Verified visitors, further tokens and consents, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.database.erasure import Erasure
from bot.adapters.database.models import (
    PresenceRow,
    VerifiedVisitorRow,
    WebConsentRow,
    WebTokenRow,
)
from bot.adapters.database.visits import SqlVisits
from bot.conversation.visits import Visits
from tests.scripted_dialogue import Clinic


@pytest.fixture
def kept(clinic: Clinic) -> SqlVisits:
    return SqlVisits(clinic.database, clinic.clock)


@pytest.fixture
def visits(clinic: Clinic, kept: SqlVisits) -> Visits:
    return Visits(kept, clinic.conversations, clinic.store, clinic.clock)


def test_devices_share_one_conversation_when_they_begin_at_once(
    visits: Visits, clinic: Clinic
) -> None:
    with ThreadPoolExecutor(6) as pool:
        started = list(pool.map(lambda _: visits.begin("en", visitor_key="a" * 64), range(6)))
    assert len({one.conversation.id for one in started}) == 1
    assert len({one.token for one in started}) == 6
    for one in started:
        assert visits.opens(one.conversation.id, one.token)
        assert one.notice.kind == "notice"


def test_token_opens_its_own_conversation_only(visits: Visits, clinic: Clinic) -> None:
    mine = visits.begin("en", visitor_key="a" * 64)
    again = visits.begin("en", visitor_key="a" * 64)
    other = visits.begin("en", visitor_key="b" * 64)
    assert not visits.opens(other.conversation.id, again.token)
    assert not visits.opens(mine.conversation.id, other.token)
    assert again.token not in {row.token_hash for row in clinic.rows(WebTokenRow)}


def test_visit_leaves_nothing_when_the_conversation_is_erased(
    visits: Visits, clinic: Clinic, tmp_path: Path
) -> None:
    mine = visits.begin("en", visitor_key="a" * 64, consent=True)
    again = visits.begin("en", visitor_key="a" * 64)
    assert len(clinic.rows(WebConsentRow)) == 1
    Erasure(clinic.database, tmp_path / "none.db").erase(
        mine.conversation.id, clinic.clock(), "asked"
    )
    for table in (WebTokenRow, VerifiedVisitorRow, WebConsentRow):
        assert clinic.rows(table) == []
    assert not visits.opens(mine.conversation.id, again.token)
    assert visits.begin("en", visitor_key="a" * 64).conversation.id != mine.conversation.id


def test_marks_tell_of_changes_and_of_the_holders_typing_only(
    clinic: Clinic, kept: SqlVisits
) -> None:
    watched, quiet = clinic.start(), clinic.start()
    sam, kim = clinic.staff("Sam"), clinic.staff("Kim")
    before = kept.marks([watched, quiet, "unknown"])
    assert set(before) == {watched, quiet}
    clinic.desk.claim(watched, sam)
    with clinic.database.write() as session:
        for staff in (sam, kim):
            session.add(
                PresenceRow(
                    conversation_id=watched, account_id=staff.account_id, name=staff.name,
                    seen_at=clinic.clock(), typing_at=clinic.clock(),
                )
            )  # fmt: skip
    after = kept.marks([watched, quiet])
    assert after[watched][0] > before[watched][0]
    assert after[watched][1] == "Sam"
    assert after[quiet] == before[quiet]
    clinic.clock.turn(seconds=9)
    assert kept.marks([watched])[watched][1] is None


def test_marks_are_found_when_very_many_are_watched(clinic: Clinic, kept: SqlVisits) -> None:
    conversation = clinic.start()
    many = [f"unknown-{number}" for number in range(1200)]
    assert set(kept.marks([*many, conversation])) == {conversation}
    with clinic.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(WebTokenRow)) == 0


def test_marks_of_all_hold_what_had_a_message_lately_or_is_being_written_in(
    clinic: Clinic, kept: SqlVisits
) -> None:
    old = clinic.start()
    clinic.clock.turn(minutes=5)
    fresh = clinic.start()
    assert set(kept.marks(None)) == {fresh}
    sam = clinic.staff()
    clinic.desk.claim(old, sam)
    assert set(kept.marks(None)) == {old, fresh}
    clinic.clock.turn(minutes=5)
    assert kept.marks(None) == {}
    with clinic.database.write() as session:
        session.add(
            PresenceRow(
                conversation_id=old, account_id=sam.account_id, name="Sam",
                seen_at=clinic.clock(), typing_at=clinic.clock(),
            )
        )  # fmt: skip
    assert {known: who for known, (_, who) in kept.marks(None).items()} == {old: "Sam"}
