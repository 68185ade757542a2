"""The core's values as the chat API shows them. Tiers and reasons are for staff only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.web.schemas import (
    ButtonView,
    ConversationCreated,
    MessageList,
    MessageResult,
    MessageView,
    SourceView,
    StateView,
)
from bot.conversation.model import Author, Conversation, Exchange, Message
from bot.conversation.service import Started
from bot.markup import markdown_to_html, plain_to_html


def message_view(message: Message) -> MessageView:
    """Returns a message as a visitor may see it."""
    reply = message.reply
    is_markdown = message.author is Author.BOT
    footer = None if reply is None else reply.footer
    return MessageView(
        id=message.id,
        seq=message.seq,
        author=message.author,
        kind=message.kind,
        text=message.text,
        html=markdown_to_html(message.text) if is_markdown else plain_to_html(message.text),
        created_at=message.created_at,
        client_message_id=message.client_message_id if message.author is Author.VISITOR else None,
        in_reply_to=message.in_reply_to,
        faq_ids=[] if reply is None else list(reply.faq_ids),
        sources=[] if reply is None else [_source_view(source) for source in reply.sources],
        buttons=[]
        if reply is None
        else [ButtonView(title=button.title, text=button.text) for button in reply.buttons],
        footer=footer,
        footer_html=None if footer is None else markdown_to_html(footer),
        draft=reply is not None and reply.draft,
        escalated=reply is not None and reply.escalation is not None,
        language=None if reply is None else reply.language,
        staff_name=message.staff_name,
    )


def created_view(started: Started) -> ConversationCreated:
    """Returns a new conversation with its token."""
    return ConversationCreated(
        id=started.conversation.id,
        token=started.token,
        notice=message_view(started.notice),
        state=started.conversation.state,
    )


def result_view(exchange: Exchange) -> MessageResult:
    """Returns a message and its replies."""
    state = state_view(exchange.conversation)
    return MessageResult(
        message=message_view(exchange.message),
        replies=[message_view(reply) for reply in exchange.replies],
        state=state.state,
        staff_name=state.staff_name,
    )


def list_view(
    messages: tuple[Message, ...], conversation: Conversation, *, has_more: bool
) -> MessageList:
    """Returns messages and who answers now."""
    state = state_view(conversation)
    return MessageList(
        messages=[message_view(message) for message in messages],
        state=state.state,
        staff_name=state.staff_name,
        has_more=has_more,
    )


def state_view(conversation: Conversation) -> StateView:
    """Returns who answers now."""
    holder = conversation.holder
    return StateView(state=conversation.state, staff_name=None if holder is None else holder.name)


def _source_view(source: Mapping[str, Any]) -> SourceView:
    url = source.get("url")
    shown = url if isinstance(url, str) and url.startswith("https://") else None
    year = source.get("year")
    return SourceView(
        key=str(source.get("key", "")),
        title=str(source.get("title", "")),
        organisation=source.get("organisation"),
        year=year if isinstance(year, int) else None,
        url=shown,
    )
