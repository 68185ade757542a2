"""A chat on a real SQLite file with a scripted dialogue, and one on a scripted triage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.channels.shell.chat import StoredChat
from bot.channels.shell.decide_only import DecidedChat
from bot.channels.shell.screen import Screen
from bot.channels.shell.session import Session
from bot.conversation import Channel
from knowledge.decision import Candidate, Decision
from tests.scripted_dialogue import Clinic, decision, sqlite_clinic

QUESTIONS = {"approval": "Is it approved?", "spravato": "Is Spravato approved?"}


@dataclass
class Lines:
    """Hands lines to a session and returns what is printed for them."""

    session: Session
    capture: pytest.CaptureFixture[str]

    def __call__(self, *lines: str) -> str:
        self.capture.readouterr()
        self.verdicts = [self.session.handle(line) for line in lines]
        return self.capture.readouterr().out


@dataclass
class ScriptedTriage:
    """Answers everything, and remembers what it was asked."""

    asked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        self.asked.append((text, channel, tuple(previous)))
        candidates = (Candidate("approval", 0.91), Candidate("spravato", 0.05))
        return decision(text, faq_ids=("approval",), confidence=0.91, candidates=candidates)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with sqlite_clinic(tmp_path, patience=0.2) as made:
        yield made


@pytest.fixture
def chat(clinic: Clinic) -> StoredChat:
    return StoredChat(clinic.conversations, clinic.store, QUESTIONS, Channel.WEB)


@pytest.fixture
def triage() -> ScriptedTriage:
    return ScriptedTriage()


@pytest.fixture
def decided(triage: ScriptedTriage) -> DecidedChat:
    return DecidedChat(triage, QUESTIONS, Channel.WEB, max_chars=100)


@pytest.fixture
def started(capsys: pytest.CaptureFixture[str]) -> Callable[[StoredChat | DecidedChat], Lines]:
    def start(chat: StoredChat | DecidedChat) -> Lines:
        session = Session(chat, Screen.for_transcript())
        session.start(chat.channel)
        return Lines(session, capsys)

    return start


@pytest.fixture
def say(chat: StoredChat, started: Callable[[StoredChat], Lines]) -> Lines:
    return started(chat)


@pytest.fixture
def decide(decided: DecidedChat, started: Callable[[DecidedChat], Lines]) -> Lines:
    return started(decided)
