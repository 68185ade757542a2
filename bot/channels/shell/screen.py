"""What the shell prints: the chat's two sides, verdicts, notes and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from bot.channels.shell.chat import Turn
from bot.channels.shell.printable import printable
from bot.conversation import Channel
from bot.conversation.model import Author, Message, Outcome
from bot.sms_text import cut
from knowledge.decision import Decision
from knowledge.reply import Reply

_WIDTH: Final = 100
_URGENT: Final = "bold red"
_STYLES: Final = {
    "crisis": _URGENT,
    "emergency": _URGENT,
    "escalation": "yellow",
    "holding": "yellow",
    "locked": "yellow",
    "answer": "green",
    "clarify": "cyan",
}
_OUTCOMES: Final = {
    Outcome.HELD: "staff hold this conversation; the message is in their inbox",
    Outcome.ATTACHED: "automatic answers are paused; the message is with the open escalation",
    Outcome.FAILED: "the dialogue gave no usable reply; staff have the message",
    Outcome.RECOVERED: "the answer was interrupted; staff have the message",
}


class Screen:
    """Prints on one console.

    A transcript is the same for the same chat, whatever the terminal: no colors, no Markdown
    rendering, and the visitor's lines are printed too.
    """

    def __init__(self, console: Console, *, transcript: bool = False) -> None:
        self._console, self._transcript = console, transcript

    @classmethod
    def for_terminal(cls, *, no_color: bool) -> Screen:
        """Returns a screen for a person; `NO_COLOR` and dumb terminals are respected."""
        color = True if no_color else None
        return cls(Console(no_color=color, highlight=False, markup=False, emoji=False))

    @classmethod
    def for_transcript(cls) -> Screen:
        """Returns a screen that prints plain text of a fixed width."""
        console = Console(
            width=_WIDTH,
            color_system=None,
            force_terminal=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        return cls(console, transcript=True)

    @property
    def is_transcript(self) -> bool:
        """Whether what is printed must be the same every time."""
        return self._transcript

    def typed(self, line: str) -> None:
        """Shows a line that came from a script; a person sees what they type."""
        if self._transcript:
            self._say(f"you> {printable(line)}")

    def messages(
        self, messages: Iterable[Message], channel: Channel, *, with_choices: bool = True
    ) -> None:
        """Shows messages as the channel's visitor gets them.

        Args:
            messages: in their order.
            channel: the visitor's.
            with_choices: also show what can be tapped, numbered through all messages.
        """
        number = 1
        for message in messages:
            self._message(message, channel)
            if message.reply is None or channel is Channel.SMS or not with_choices:
                continue
            for button in message.reply.buttons:
                self._body(f"[{number}] {button.title}", style="cyan")
                number += 1

    def verdict(self, turn: Turn) -> None:
        """Shows in one line what became of a message."""
        parts = []
        if turn.outcome is not None:
            meaning = _OUTCOMES.get(turn.outcome)
            parts.append(f"{turn.outcome.value} ({meaning})" if meaning else turn.outcome.value)
        if turn.decision is not None:
            parts.append(summary(turn.decision))
        if not turn.settled:
            parts.insert(0, "NO OUTCOME: nobody has this message")
        self._say("-- " + ": ".join(parts), "dim" if turn.settled else _URGENT)
        if not self._transcript:
            self._say("")

    def note(self, text: str) -> None:
        """Shows something that the shell itself has to say."""
        self._say(f"-- {printable(text)}", "dim")

    def problem(self, text: str) -> None:
        """Shows what went wrong and how to mend it."""
        self._say(f"!! {printable(text)}", "red")

    def show(self, *renderables: RenderableType) -> None:
        """Shows tables and the like."""
        if not self._transcript:
            self._console.print(*renderables)
            return
        with self._console.capture() as capture:
            self._console.print(*renderables)
        for line in capture.get().splitlines():
            self._say(line.rstrip())

    def _message(self, message: Message, channel: Channel) -> None:
        if message.author is Author.VISITOR:
            self._say(f"you> {printable(message.text)}")
        elif message.reply is None:
            self._say(f"{message.staff_name or message.author.value} [staff]", "bold magenta")
            self._body(message.text)
        elif channel is Channel.SMS:
            self._sms(message.reply)
        else:
            self._web(message.reply)

    def _sms(self, reply: Reply) -> None:
        segmentation = cut(reply.sms)
        self._head(reply, f"{len(segmentation.segments)} x {segmentation.encoding.value}")
        self._body(segmentation.text)

    def _web(self, reply: Reply) -> None:
        self._head(reply)
        self._body(reply.text, markdown=True)
        if reply.footer:
            self._body("")
            self._body(reply.footer, markdown=True)
        for source in reply.sources:
            named = (source.get(key) for key in ("organisation", "title", "year", "url"))
            self._body("source: " + ", ".join(str(part) for part in named if part), style="dim")

    def _head(self, reply: Reply, *further: str) -> None:
        marks = [reply.kind, *further]
        if reply.draft:
            marks.append("draft: no clinician has approved these words")
        self._say(f"bot [{', '.join(marks)}]", _STYLES.get(reply.kind, "bold"))

    def _body(self, text: str, *, markdown: bool = False, style: str = "") -> None:
        shown = printable(text)
        if self._transcript:
            self._say("\n".join(f"  {line}".rstrip() for line in shown.split("\n")))
            return
        content = Markdown(shown) if markdown else Text(shown, style=style)
        self._console.print(Padding(content, (0, 0, 0, 2)))

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)


def summary(decision: Decision) -> str:
    """Returns a decision in a few words."""
    words = [decision.route, decision.tier, decision.category, *decision.faq_ids]
    if decision.route == "smalltalk":
        words.append(decision.intent)
    return f"{' '.join(w for w in words if w)}, confidence {decision.confidence:.2f}"
