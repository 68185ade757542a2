"""Settings of the widget and of who may call the public API how often."""

from __future__ import annotations

import dataclasses

from limits import parse_many

from bot.paging_settings import DeskSettings
from bot.setting_values import UnusableValueError, keys, setting, words

_ANY: str = "*"


def origins(value: str) -> tuple[str, ...]:
    """Accepts the origins of websites, with spaces between them."""
    found = tuple(value.split())
    for origin in found:
        scheme, separator, host = origin.partition("://")
        if origin != _ANY and (not separator or scheme not in ("http", "https") or "/" in host):
            fix = "give origins such as https://www.clinic.example, without a path"
            raise UnusableValueError(fix)
    return tuple(origin.lower() for origin in found)


def rates(value: str) -> str:
    """Accepts rates such as `20/minute; 200/hour`."""
    try:
        parse_many(value)
    except ValueError as error:
        raise UnusableValueError("give rates such as 20/minute; 200/hour") from error
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings(DeskSettings):
    """What an operator can choose about the website's chat."""

    web_origins: tuple[str, ...] = setting(
        "FAQBOT_WEB_ORIGINS",
        "",
        "Origins of the websites that may embed the chat, with spaces between them:"
        " `https://www.clinic.example`. The public site itself always may; `*` lets every site.",
        origins,
    )
    identity_keys: tuple[str, ...] = setting(
        "FAQBOT_IDENTITY_KEYS",
        "",
        "Keys with which the clinic's own site signs who a visitor is (docs/widget.md); at least 32"
        " characters each. To change one, put the new key in front with a space. Empty: nobody is"
        " verified.",
        keys,
        secret=True,
    )
    widget_suggestions: tuple[str, ...] = setting(
        "FAQBOT_WIDGET_SUGGESTIONS",
        "what-is-ketamine fda-approval-depression cost visit-length",
        "Ids of the FAQs that the chat suggests at first; one that may not be served is left out.",
        words,
    )
    limit_visitor: str = setting(
        "FAQBOT_LIMIT_VISITOR",
        "20/minute; 300/hour",
        "Messages of one conversation. Words that mean danger are taken in at any rate.",
        rates,
    )
    limit_address: str = setting(
        "FAQBOT_LIMIT_ADDRESS",
        "120/minute; 1500/hour",
        "Messages, ratings and contact details from one network address. Words that mean danger are"
        " taken in at any rate.",
        rates,
    )
    limit_starts: str = setting(
        "FAQBOT_LIMIT_STARTS",
        "20/minute; 200/hour",
        "Conversations started from one network address.",
        rates,
    )
    limit_reads: str = setting(
        "FAQBOT_LIMIT_READS",
        "1200/minute",
        "Reads and event streams from one network address.",
        rates,
    )
    limit_triage: str = setting(
        "FAQBOT_LIMIT_TRIAGE",
        "600/minute",
        "Messages over a limit, from one network address, that are still triaged in full; beyond"
        " that only the red-line wording is looked for.",
        rates,
    )
