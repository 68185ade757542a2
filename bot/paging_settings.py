"""Settings of the staff desk and of how staff are told."""

from __future__ import annotations

import dataclasses

from bot.ladder import Ladder, Target, parse_ladder, parse_targets
from bot.setting_values import keys, one_of, setting, text, url, whole

#: Where a person gets told of cases, by the setting that a target of the kind needs.
NEEDED = {"mailto": "smtp_url", "webhook": "webhook_url"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What an operator can choose about staff."""

    page_ladder: Ladder = setting(
        "FAQBOT_PAGE_LADDER",
        "0 console",
        "Who is told of T0 and T1 cases that nobody takes, after how many minutes:"
        " `0 mailto:on-call@clinic.example; 5 sms:+12025550142 webhook`. `console` is the log.",
        parse_ladder,
    )
    page_repeat: int = setting(
        "FAQBOT_PAGE_REPEAT",
        "5",
        "Minutes between repeats of the ladder's last step.",
        whole(1, 240),
    )
    notify: tuple[Target, ...] = setting(
        "FAQBOT_NOTIFY",
        "console",
        "Who is told of T2 and T3 cases, when they open and when they are overdue.",
        parse_targets,
    )
    smtp_url: str = setting(
        "FAQBOT_SMTP_URL",
        "",
        "The mail server: `smtps://user:password@host:465`, or `smtp://…:587` with STARTTLS.",
        url("smtp", "smtps", optional=True),
        secret=True,
    )
    smtp_from: str = setting(
        "FAQBOT_SMTP_FROM", "faqbot@localhost", "The sender's address of e-mails.", text
    )
    webhook_url: str = setting(
        "FAQBOT_WEBHOOK_URL",
        "",
        "Where the target `webhook` posts to; Slack's incoming webhooks fit.",
        url("https", "http", optional=True),
        secret=True,
    )
    webhook_secret: str = setting(
        "FAQBOT_WEBHOOK_SECRET", "", "Signs webhook posts; empty leaves them unsigned.", text,
        secret=True,
    )  # fmt: skip
    desk_threads: int = setting(
        "FAQBOT_DESK_THREADS", "96", "Threads of the staff desk.", whole(4, 1000)
    )
    desk_streams: int = setting(
        "FAQBOT_DESK_STREAMS",
        "64",
        "Open desks that are told of changes at once; further ones ask every few seconds.",
        whole(0, 990),
    )
    data_keys: tuple[str, ...] = setting(
        "FAQBOT_DATA_KEYS",
        "",
        "Seals what patients write, their numbers and staff's secrets in the database; at least 32"
        " characters. To change it, put the new key in front with a space and run `faqbot reseal`."
        " Without it nothing stored can be read. `local` mode makes one in `<var>/data_key`;"
        " `production` needs it.",
        keys,
        secret=True,
    )
    oidc_issuer: str = setting(
        "FAQBOT_OIDC_ISSUER",
        "",
        "The address of the clinic's identity provider (OpenID Connect); empty leaves it out.",
        url("https", "http", optional=True),
    )
    oidc_client_id: str = setting(
        "FAQBOT_OIDC_CLIENT_ID", "", "The desk's name at the identity provider.", text
    )
    oidc_client_secret: str = setting(
        "FAQBOT_OIDC_CLIENT_SECRET", "", "The desk's secret at the identity provider.", text,
        secret=True,
    )  # fmt: skip
    retention_days: int = setting(
        "FAQBOT_RETENTION_DAYS",
        "90",
        "Days after its last message after which a closed conversation's words are deleted.",
        whole(1, 3650),
    )
    desk_second_factor: str = setting(
        "FAQBOT_DESK_SECOND_FACTOR",
        "optional",
        "Whether staff need a code from an app to log in: `optional` or `required`.",
        one_of("optional", "required"),
    )
