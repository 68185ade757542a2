"""What a measurement counts in the database after it: nothing lost, doubled or overtaken."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.database.models import MessageRow
from bot.conversation.errors import DialogueError
from tests.bench.replicas import count_out_of_order
from tests.bench.stored import count_lost
from tests.scripted_dialogue import Clinic


def test_nothing_is_counted_when_every_message_was_answered(clinic: Clinic) -> None:
    conversation = clinic.start()
    for number in range(3):
        clinic.conversations.post(conversation, f"m{number}", "a question")

    counts = count_lost(clinic.database)

    assert counts == {"accepted": 3, "unanswered": 0, "silent": 0, "failed": 0, "twice": 0}
    assert count_out_of_order(clinic.database) == 0


def test_failure_silence_and_doubles_are_counted_when_they_happened(clinic: Clinic) -> None:
    conversation = clinic.start()
    clinic.dialogue.script["broken"] = DialogueError("timeout", "2 s")
    clinic.conversations.post(conversation, "m1", "broken")
    first = clinic.conversations.post(conversation, "m2", "one")
    second = clinic.conversations.post(conversation, "m3", "two")
    third = clinic.conversations.post(conversation, "m4", "three")
    with clinic.database.write() as session:
        doubled = sa.update(MessageRow).where(MessageRow.id == second.replies[0].id)
        session.execute(doubled.values(in_reply_to=first.message.id))
        waiting = sa.update(MessageRow).where(MessageRow.id == third.message.id)
        session.execute(waiting.values(outcome=None))

    counts = count_lost(clinic.database)

    assert counts == {"accepted": 4, "unanswered": 1, "silent": 1, "failed": 1, "twice": 1}


def test_overtaking_and_gaps_are_counted_when_the_order_is_wrong(clinic: Clinic) -> None:
    conversation = clinic.start()
    first = clinic.conversations.post(conversation, "m1", "one")
    second = clinic.conversations.post(conversation, "m2", "two")
    with clinic.database.write() as session:
        for reply, place in ((first.replies[0], 99), (second.replies[0], 98)):
            change = sa.update(MessageRow).where(MessageRow.id == reply.id)
            session.execute(change.values(seq=place))

    assert count_out_of_order(clinic.database) == 2  # one reply overtook, one conversation has gaps
