"""The chat API's bodies. The OpenAPI document is generated from these."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.conversation.model import Author, State

ClientMessageId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$"),
    Field(description="The sender's own id; the same id gives the same message and replies."),
]


class _Request(BaseModel):
    # A field that is not named here is refused by name, never ignored: a client that sends
    # `metadata` believes that it has an effect.
    model_config = ConfigDict(extra="forbid", strict=True)


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_mode_override="serialization")


class ConversationCreate(_Request):
    """A conversation to start."""

    language: Literal["en", "es"] = Field("en", description="The language of fixed texts.")


class MessageCreate(_Request):
    """A message to send."""

    client_message_id: ClientMessageId
    text: str = Field(min_length=1, description="What the visitor wrote, unchanged.")


class FeedbackCreate(_Request):
    """A rating of one reply."""

    message_id: str = Field(max_length=64, description="The reply that is rated.")
    rating: Literal["up", "down"]
    comment: str | None = Field(None, max_length=1000)


class ContactCreate(_Request):
    """How and when staff may reach the visitor."""

    method: Literal["phone", "text", "email"] | None = None
    value: str = Field(min_length=1, max_length=200, description="A number or an e-mail address.")
    best_time: str | None = Field(None, max_length=200)


class SourceView(_Response):
    """A reference under an answer."""

    key: str
    title: str
    organisation: str | None
    year: int | None
    url: str | None


class ButtonView(_Response):
    """A choice; a tap sends `text` as an ordinary message."""

    title: str
    text: str


class MessageView(_Response):
    """A message of a conversation.

    `html` is safe to show; it is made from `text` (Markdown for the bot's messages, plain text
    for people's).
    """

    id: str
    seq: int = Field(description="Orders the conversation, from 1 without gaps.")
    author: Author
    kind: str | None = Field(description="What sort of reply it is; null for people's messages.")
    text: str
    html: str
    created_at: dt.datetime
    client_message_id: str | None
    in_reply_to: str | None
    faq_ids: list[str]
    sources: list[SourceView]
    buttons: list[ButtonView]
    footer: str | None
    footer_html: str | None
    draft: bool = Field(description="The text is not yet approved by a clinician.")
    escalated: bool = Field(description="Staff were told.")
    language: str | None
    staff_name: str | None


class ConversationCreated(_Response):
    """A new conversation. The token is shown once; it opens this conversation only."""

    id: str
    token: str
    notice: MessageView
    state: State


class MessageResult(_Response):
    """A message and what came back; `replies` is empty while staff hold the conversation."""

    message: MessageView
    replies: list[MessageView]
    state: State
    staff_name: str | None


class MessageList(_Response):
    """Messages after a place in the conversation."""

    messages: list[MessageView]
    state: State
    staff_name: str | None
    has_more: bool


class StateView(_Response):
    """Who answers now; the data of a `state` event."""

    state: State
    staff_name: str | None


class TypingView(_Response):
    """Whether a member of staff is writing; the data of a `typing` event."""

    staff: bool


class FieldError(_Response):
    """A field that is wrong, and what to do."""

    field: str
    message: str


class Problem(_Response):
    """An error (RFC 9457). `reference` finds it in the clinic's log."""

    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: list[FieldError] = Field(default_factory=list)


class Health(_Response):
    """The process answers."""

    status: Literal["ok"]


class Readiness(_Response):
    """Whether everything that an automatic answer needs is there."""

    status: Literal["ready", "not ready"]
    checks: dict[str, Literal["ok", "failing"]]
