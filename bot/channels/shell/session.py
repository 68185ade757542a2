"""One sitting at the shell: each line is a message or a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from bot.channels.shell import tables
from bot.channels.shell.chat import Chat, Turn
from bot.channels.shell.errors import CommandError, ShellError
from bot.channels.shell.screen import Screen
from bot.channels.shell.slash import COMMANDS, Call, parse
from bot.conversation import Channel
from bot.conversation.errors import ConversationError, InvalidInputError
from bot.sms_text import cut
from knowledge.reply import Button, Reply

_NOTHING_STORED: Final = "With --decide-only nothing is stored and nobody answers."


class Verdict(Enum):
    """What came of a line."""

    DONE = "done"
    FAILED = "failed"  # a message without an outcome, or a command that could not be followed
    QUIT = "quit"


class Session:
    """Leads a chat and prints what comes of it."""

    def __init__(self, chat: Chat, screen: Screen) -> None:
        self._chat, self._screen = chat, screen
        self._last: Turn | None = None
        self._shown: tuple[Reply, ...] = ()
        self._commands: Mapping[str, Callable[[str], Verdict | None]] = {
            "why": self._why,
            "sms": self._sms,
            "tap": self._tap,
            "channel": self._channel,
            "new": lambda _argument: self.start(self._chat.channel),
            "state": self._state,
            "history": self._history,
            "help": lambda _argument: self._screen.show(tables.help_table()),
        }

    @property
    def channel(self) -> Channel:
        """The channel of the conversation."""
        return self._chat.channel

    def start(self, channel: Channel) -> None:
        """Starts a new conversation."""
        opening = self._chat.start(channel)
        self._last = None
        self._shown = tuple(m.reply for m in opening if m.reply is not None)
        self._screen.note(f"new conversation on {channel.value}")
        self._screen.messages(opening, channel)

    def handle(self, line: str) -> Verdict:
        """Does what a line says; an empty one only looks for news from staff."""
        try:
            meant = parse(line)
            if isinstance(meant, Call) and meant.name == "quit":
                return Verdict.QUIT
            if isinstance(meant, Call):
                return self._commands[meant.name](meant.argument) or Verdict.DONE
            if meant.text:
                return self._send(meant.text)
            self._news()
        except InvalidInputError as error:
            self._screen.problem(f"Not accepted: {error.field}: {error.fix}")
            return Verdict.FAILED
        except (ConversationError, ShellError) as error:
            self._screen.problem(str(error) or type(error).__name__)
            return Verdict.FAILED
        return Verdict.DONE

    def _send(self, text: str) -> Verdict:
        self._news()
        turn = self._last = self._chat.send(text)
        self._shown = tuple(m.reply for m in turn.replies if m.reply is not None)
        self._screen.messages(turn.replies, self.channel)
        self._screen.verdict(turn)
        self._news()
        return Verdict.DONE if turn.settled else Verdict.FAILED

    def _news(self) -> None:
        self._screen.messages(self._chat.news(), self.channel)

    def _why(self, _argument: str) -> None:
        if self._last is None:
            raise CommandError("No message was sent yet in this conversation.")
        if self._last.decision is None:
            self._screen.note("No decision was recorded for the last message.")
            self._screen.verdict(self._last)
            return
        questions = self._chat.questions
        self._screen.show(tables.decision_tables(self._last.decision, questions))

    def _sms(self, argument: str) -> None:
        texts = [("your text", argument)] if argument else [(r.kind, r.sms) for r in self._shown]
        if not texts:
            raise CommandError("There is no reply yet: send a message first, or give /sms TEXT.")
        for title, text in texts:
            self._screen.show(tables.segment_tables(title, cut(text)))

    def _tap(self, argument: str) -> Verdict:
        if self.channel is Channel.SMS:
            raise CommandError(
                "A phone has nothing to tap: answer with the number, as in the text."
            )
        buttons: list[Button] = [button for reply in self._shown for button in reply.buttons]
        numbers = {str(number): button for number, button in enumerate(buttons, 1)}
        if argument not in numbers:
            offered = f"give a number from 1 to {len(buttons)}" if buttons else "there is none"
            raise CommandError(f"/tap picks a choice under the last reply: {offered}.")
        self._screen.note(f"sends: {numbers[argument].text}")
        return self._send(numbers[argument].text)

    def _channel(self, argument: str) -> None:
        choices = COMMANDS["channel"].choices
        if argument not in choices:
            raise CommandError(
                f"You are on {self.channel.value}: give /channel {' or /channel '.join(choices)}."
            )
        self.start(Channel(argument))

    def _state(self, _argument: str) -> None:
        standing = self._chat.standing()
        if standing is None:
            self._screen.note(_NOTHING_STORED)
            return
        with_ids = not self._screen.is_transcript
        self._screen.show(tables.standing_table(standing, with_ids=with_ids))

    def _history(self, _argument: str) -> None:
        history = self._chat.history()
        if not history:
            self._screen.note("Nothing was said yet.")
        self._screen.messages(history, self.channel, with_choices=False)
