"""Every setting of the service, parsed once from FAQBOT_* environment variables.

`docs/settings.md` lists the same settings; a test keeps both equal.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from bot.kept_key import SHORTEST_KEY, DamagedKeyError, kept_key
from bot.paging_settings import NEEDED
from bot.setting_values import (
    Bind,
    Declaration,
    SettingsError,
    UnusableValueError,
    bind,
    hours,
    one_of,
    path,
    seconds,
    setting,
    text,
    url,
    whole,
)
from bot.web_settings import WebSettings

__all__ = ["Bind", "Settings", "SettingsError", "declarations", "load_settings"]

PREFIX: Final = "FAQBOT_"
_DATABASES: Final = ("sqlite", "postgresql", "postgresql+psycopg", "postgres")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings(WebSettings):
    """What an operator can choose. Every value has a default that works on one machine."""

    mode: Literal["local", "production"] = setting(
        "FAQBOT_MODE",
        "local",
        "`local` also serves drafts and says so; `production` serves approved answers only.",
        one_of("local", "production"),
    )
    var: Path = setting("FAQBOT_VAR", "var", "Folder for everything that the service writes.", path)
    database_url: str = setting(
        "FAQBOT_DATABASE_URL",
        "sqlite:///<var>/faqbot.db",
        "Where conversations are kept: SQLite, or `postgresql://user:password@host/name`.",
        url(*_DATABASES),
        secret=True,
    )
    redis_url: str = setting(
        "FAQBOT_REDIS_URL",
        "",
        "Redis for the job queue; empty keeps the queue in a SQLite file under `FAQBOT_VAR`.",
        url("redis", "rediss", "unix", optional=True),
        secret=True,
    )
    secret_key: str = setting(
        "FAQBOT_SECRET_KEY",
        "",
        "Signs staff sessions; at least 32 characters. `local` mode makes one in"
        " `<var>/secret_key`; `production` needs it.",
        text,
        secret=True,
    )
    web_bind: Bind = setting(
        "FAQBOT_WEB_BIND", "127.0.0.1:8080", "Where the public site listens.", bind
    )
    web_workers: int = setting(
        "FAQBOT_WEB_WORKERS", "1", "Processes of the public site.", whole(1, 64)
    )
    web_threads: int = setting(
        "FAQBOT_WEB_THREADS", "1088", "Threads of each process of the public site.", whole(2, 5000)
    )
    web_event_streams: int = setting(
        "FAQBOT_WEB_EVENT_STREAMS",
        "1024",
        "Live event streams that one process serves before clients are told to poll; fewer than"
        " `FAQBOT_WEB_THREADS`. Each keeps a thread, which is made when it is needed.",
        whole(0, 4999),
    )
    trusted_proxies: int = setting(
        "FAQBOT_TRUSTED_PROXIES",
        "0",
        "Reverse proxies in front whose `X-Forwarded-*` headers are believed.",
        whole(0, 8),
    )
    public_url: str = setting(
        "FAQBOT_PUBLIC_URL",
        "http://<web_bind>",
        "How the world outside reaches the public site, without a path. SMS providers sign their"
        " requests over it, so it must be the address that they call, also behind a proxy.",
        url("http", "https"),
    )
    sms_gateways: str = setting(
        "FAQBOT_SMS_GATEWAYS",
        "",
        "SMS providers with their secrets and numbers, as YAML or JSON; docs/sms.md has examples."
        " When empty, `local` mode texts through `faqbot sms simulate`, and `production` not at"
        " all.",
        text,
        secret=True,
    )
    sms_simulator_bind: Bind = setting(
        "FAQBOT_SMS_SIMULATOR_BIND",
        "127.0.0.1:8082",
        "Where `faqbot sms simulate` takes texts, as a provider would.",
        bind,
    )
    sms_continue_hours: int = setting(
        "FAQBOT_SMS_CONTINUE_HOURS",
        "24",
        "Hours after its last message for which a phone number continues its conversation. One"
        " that is paused, held by staff or has an open case goes on anyway.",
        whole(1, 8760),
    )
    sms_notice_days: int = setting(
        "FAQBOT_SMS_NOTICE_DAYS",
        "90",
        "Days of silence after which a phone number gets the first-contact notice again.",
        whole(1, 3650),
    )
    sms_quiet_hours: str = setting(
        "FAQBOT_SMS_QUIET_HOURS",
        "21:00-08:00",
        "Hours, in the clinic's time zone, in which nothing is texted that answers nothing;"
        " `none` for no such hours.",
        hours,
    )
    sms_burst_texts: int = setting(
        "FAQBOT_SMS_BURST_TEXTS",
        "20",
        "Texts of one number in ten minutes after which it is taken for a machine and no longer"
        " answered, except in danger; staff get what it texts. 0 for no such limit.",
        whole(0, 1000),
    )
    sms_repeat_texts: int = setting(
        "FAQBOT_SMS_REPEAT_TEXTS",
        "3",
        "Times in an hour that the same text (of four words or more) is answered; after that staff"
        " get it. 0 for no such limit.",
        whole(0, 100),
    )
    sms_daily_texts: int = setting(
        "FAQBOT_SMS_DAILY_TEXTS",
        "100",
        "Texts of one number in 24 hours after which it is no longer answered, except in danger. 0"
        " for no such limit.",
        whole(0, 1000),
    )
    sms_confirm_minutes: int = setting(
        "FAQBOT_SMS_CONFIRM_MINUTES",
        "10",
        "Minutes after which staff are told that a safety reply is not known to have arrived, or"
        " that a text of theirs could not be handed over.",
        whole(1, 1440),
    )
    sms_give_up_minutes: int = setting(
        "FAQBOT_SMS_GIVE_UP_MINUTES",
        "240",
        "Minutes for which handing a text to its provider is tried before staff are told.",
        whole(1, 2880),
    )
    desk_bind: Bind = setting(
        "FAQBOT_DESK_BIND", "127.0.0.1:8081", "Where the staff desk listens.", bind
    )
    desk_url: str = setting(
        "FAQBOT_DESK_URL",
        "http://<desk_bind>",
        "How staff reach the desk, for links; with `https://` its cookies are sent securely only.",
        url("http", "https"),
    )
    desk_idle_minutes: int = setting(
        "FAQBOT_DESK_IDLE_MINUTES",
        "30",
        "Minutes without activity after which staff are logged off.",
        whole(5, 720),
    )
    rasa_bind: Bind = setting(
        "FAQBOT_RASA_BIND", "127.0.0.1:5005", "Where Rasa listens; never a public address.", bind
    )
    actions_bind: Bind = setting(
        "FAQBOT_ACTIONS_BIND",
        "127.0.0.1:5055",
        "Where the action server listens; never a public address.",
        bind,
    )
    rasa_url: str = setting(
        "FAQBOT_RASA_URL",
        "http://<rasa_bind>",
        "How other processes reach Rasa.",
        url("http", "https"),
    )
    actions_url: str = setting(
        "FAQBOT_ACTIONS_URL",
        "http://<actions_bind>",
        "How other processes reach the action server.",
        url("http", "https"),
    )
    rasa_timeout: float = setting(
        "FAQBOT_RASA_TIMEOUT",
        "2.0",
        "Seconds that Rasa may take before the holding reply is sent instead.",
        seconds(0.1, 30),
    )
    recover_after: float = setting(
        "FAQBOT_RECOVER_AFTER",
        "20",
        "Seconds after which the worker answers a message that a dead process left unanswered.",
        seconds(1, 600),
    )
    max_message_chars: int = setting(
        "FAQBOT_MAX_MESSAGE_CHARS",
        "4000",
        "Longest message that is accepted, in characters.",
        whole(160, 20000),
    )
    visitor_idle_days: int = setting(
        "FAQBOT_VISITOR_IDLE_DAYS",
        "30",
        "Days without a message after which a visitor's token no longer opens the conversation.",
        whole(1, 3650),
    )
    index_dir: Path = setting(
        "FAQBOT_INDEX_DIR", "<var>/index", "Folder of the built search index.", path
    )
    model_dir: Path = setting(
        "FAQBOT_MODEL_DIR", "<var>/encoder", "Folder of the exported sentence encoder.", path
    )
    encoder: Literal["onnx", "sentence-transformers"] = setting(
        "FAQBOT_ENCODER",
        "onnx",
        "Which engine runs the sentence encoder.",
        one_of("onnx", "sentence-transformers"),
    )
    encoder_model: str = setting(
        "FAQBOT_ENCODER_MODEL",
        "",
        "Name or folder of the encoder's weights; empty takes the packaged ones.",
        text,
    )
    knowledge_dir: Path = setting(
        "FAQBOT_KNOWLEDGE_DIR", "knowledge", "Folder of the clinic's texts.", path
    )
    approvals_dir: Path = setting(
        "FAQBOT_APPROVALS_DIR",
        "<knowledge_dir>/approvals",
        "Folder of the record of approvals; every process has to see it.",
        path,
    )
    published_dir: Path = setting(
        "FAQBOT_PUBLISHED_DIR",
        "<var>/published",
        "Folder of published versions. What `faqbot publish` put there last is served; while it"
        " is empty, the texts of `FAQBOT_KNOWLEDGE_DIR` are.",
        path,
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "FAQBOT_LOG_LEVEL",
        "info",
        "How much the processes log. Message text is never logged.",
        one_of("debug", "info", "warning", "error"),
    )

    def require_secret_key(self) -> str:
        """Returns the key that signs sessions; `local` mode makes one at the first call.

        Raises:
            SettingsError: in production, when no key is set.
        """
        if self.secret_key:
            return self.secret_key
        if self.mode == "production":
            fix = "set it, or FAQBOT_SECRET_KEY_FILE, to at least 32 random characters"
            raise SettingsError("FAQBOT_SECRET_KEY", "is missing", fix)
        return _kept_key(self.var / "secret_key", "FAQBOT_SECRET_KEY")

    @property
    def data_key_file(self) -> Path:
        """Where `local` mode keeps the data key that it makes."""
        return self.var / "data_key"

    def require_data_keys(self) -> tuple[str, ...]:
        """Returns the keys that seal stored words; `local` mode makes one at the first call.

        Raises:
            SettingsError: in production, when no key is set.
        """
        if self.data_keys:
            return self.data_keys
        if self.mode == "production":
            fix = "set it, or FAQBOT_DATA_KEYS_FILE, to at least 32 random characters"
            raise SettingsError("FAQBOT_DATA_KEYS", "is missing", fix)
        return (_kept_key(self.data_key_file, "FAQBOT_DATA_KEYS"),)


def declarations() -> dict[str, Declaration]:
    """Returns what can be set, by the field of `Settings`."""
    return {f.name: f.metadata["setting"] for f in dataclasses.fields(Settings)}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Parses the environment.

    Args:
        environ: variables to read; the process's own by default.

    Raises:
        SettingsError: naming the variable that is unknown or wrong, and the fix.
    """
    environ = os.environ if environ is None else environ
    declared = declarations()
    _refuse_unknown(environ, declared.values())
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        values[name] = _parse(declaration, environ, values)
    settings = Settings(**values)
    _check(settings)
    return settings


def _refuse_unknown(environ: Mapping[str, str], declared: Iterable[Declaration]) -> None:
    known = {d.variable for d in declared} | {d.variable + "_FILE" for d in declared if d.secret}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(name, "is not a setting", "remove it; docs/settings.md lists all")


def _parse(declaration: Declaration, environ: Mapping[str, str], earlier: Mapping[str, Any]) -> Any:
    given = _given(declaration, environ)
    if given is None or (given == "" and declaration.default != ""):
        given = declaration.default
        for name, value in earlier.items():
            shown = value.url.removeprefix("http://") if isinstance(value, Bind) else str(value)
            given = given.replace(f"<{name}>", shown)
    try:
        return declaration.parse(given)
    except UnusableValueError as problem:
        shown = "has a value that cannot be used" if declaration.secret else f"is {given!r}"
        raise SettingsError(declaration.variable, shown, str(problem)) from problem


def _given(declaration: Declaration, environ: Mapping[str, str]) -> str | None:
    variable = declaration.variable
    file_variable = variable + "_FILE"
    if not declaration.secret or not environ.get(file_variable):
        return environ.get(variable)
    if environ.get(variable):
        raise SettingsError(variable, f"is set together with {file_variable}", "set only one")
    try:
        return Path(environ[file_variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(file_variable, "cannot be read", "name a readable text file") from error


def _check(settings: Settings) -> None:
    if settings.secret_key and len(settings.secret_key) < SHORTEST_KEY:
        fix = f"give at least {SHORTEST_KEY} random characters"
        raise SettingsError("FAQBOT_SECRET_KEY", "is too short", fix)
    if settings.web_event_streams >= settings.web_threads:
        raise SettingsError(
            "FAQBOT_WEB_EVENT_STREAMS",
            f"is {settings.web_event_streams} with {settings.web_threads} threads",
            "give fewer streams than FAQBOT_WEB_THREADS, so that messages find a thread",
        )
    _check_targets(settings)
    if settings.recover_after <= settings.rasa_timeout:
        raise SettingsError(
            "FAQBOT_RECOVER_AFTER",
            f"is {settings.recover_after:g}, within FAQBOT_RASA_TIMEOUT",
            "give more seconds than FAQBOT_RASA_TIMEOUT",
        )


def _check_targets(settings: Settings) -> None:
    targets = [target for step in settings.page_ladder for target in step.targets]
    for target in (*targets, *settings.notify):
        needed = NEEDED.get(target.kind)
        if needed is not None and not getattr(settings, needed):
            variable = declarations()[needed].variable
            raise SettingsError(variable, f"is missing for the target {target.shown}", "set it")
    if settings.desk_streams >= settings.desk_threads:
        fix = "give fewer streams than FAQBOT_DESK_THREADS, so that pages find a thread"
        raise SettingsError("FAQBOT_DESK_STREAMS", f"is {settings.desk_streams}", fix)


def _kept_key(file: Path, variable: str) -> str:
    try:
        return kept_key(file)
    except DamagedKeyError as error:
        fix = "put the file back from a backup, or delete it if it never sealed anything"
        raise SettingsError(variable, f"{file} is damaged", fix) from error
