"""What is looked at. A check returns what it found, or raises `AilmentError` with the remedy."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bot.setting_values import ROOT
from bot.settings import Settings, SettingsError
from bot.setup.layout import Layout
from bot.supervisor.errors import AlreadyRunningError, ObstacleError
from bot.supervisor.instance import only_instance
from bot.supervisor.ports import require_free
from bot.supervisor.processes import all_processes
from bot.texts_place import texts_of

_LEAST_FREE_GB: Final = 1.0
_GB: Final = 1e9
_NOT_HERE: Final = "not looked at: this environment was not made by `make setup`"


class AilmentError(Exception):
    """Something is wrong; says what, and how to mend it."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem}: {remedy}")


Check = Callable[[Settings], str]


def environments(_settings: Settings) -> str:
    """Both Python environments hold what requirements/ says."""
    if _in_container():
        return _NOT_HERE
    for environment in Layout(ROOT).environments():
        if not environment.python.exists():
            raise AilmentError(f"the {environment.name} environment is missing", "run `make setup`")
        if not environment.is_fresh(with_optional=False):
            raise AilmentError(
                f"the {environment.name} environment differs from requirements/", "run `make setup`"
            )
    return "both are as requirements/ says"


def disk(settings: Settings) -> str:
    """There is room for conversations and logs."""
    settings.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var).free / _GB
    if free < _LEAST_FREE_GB:
        raise AilmentError(f"{free:.1f} GB free in {settings.var}", "free some space")
    return f"{free:.0f} GB free in {settings.var}"


def texts(settings: Settings) -> str:
    """The clinic's texts can be loaded."""
    from knowledge.errors import KnowledgeError
    from knowledge.library import clinic_today
    from knowledge.library.review import SOON_DAYS

    try:
        library = texts_of(settings).load()
    except KnowledgeError as error:
        raise AilmentError(str(error), "then run `faqbot check`") from error
    served = sum(faq.servable for faq in library.faqs.values())
    if not served:
        raise AilmentError("no FAQ may be served", "approve answers, or set FAQBOT_MODE to local")
    soon = clinic_today(str(library.clinic["timezone"])) + dt.timedelta(days=SOON_DAYS)
    ending = sum(faq.ends is not None and faq.ends <= soon for faq in library.faqs.values())
    more = f"; {ending} approvals end within {SOON_DAYS} days" if ending else ""
    return f"{served} of {len(library.faqs)} FAQs are served in {settings.mode} mode{more}"


def weights(settings: Settings) -> str:
    """The encoder's weights are the published ones, and the export is theirs."""
    from knowledge.encoder import load_encoder
    from knowledge.encoder.weights import DEFAULT_MODEL, model_folder
    from knowledge.errors import KnowledgeError

    model = settings.encoder_model or DEFAULT_MODEL
    try:
        model_folder(model)
        encoder = load_encoder(settings.encoder, settings.model_dir, model)
    except KnowledgeError as error:
        raise AilmentError(str(error), "run `make setup`") from error
    return encoder.identity


def index(settings: Settings) -> str:
    """The index was built from the texts as they are now."""
    from knowledge.build import content_sha256

    file = settings.index_dir / "manifest.json"
    try:
        manifest: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AilmentError(
            f"there is no index in {settings.index_dir}", "run `make setup`"
        ) from error
    if manifest.get("content") != content_sha256(settings.knowledge_dir):
        raise AilmentError("the texts changed after the index was built", "run `make setup`")
    return f"built from the texts as they are, in {settings.index_dir}"


def dialogue(settings: Settings) -> str:
    """Rasa's model exists and was trained on the flows as they are now."""
    from bot.setup.steps import train_rasa

    if _in_container():
        return _NOT_HERE
    model = settings.var / "models" / "dialogue.tar.gz"
    if not model.exists():
        raise AilmentError(f"there is no model in {model.parent}", "run `make setup`")
    if not train_rasa(Layout(ROOT)).is_fresh():
        raise AilmentError("the dialogue changed after Rasa was trained", "run `make setup`")
    return str(model)


def database(settings: Settings) -> str:
    """The database answers and has the newest tables."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.adapters.database import Database, pending_migrations
    from bot.conversation.errors import StoreUnavailableError

    opened = None
    try:
        opened = Database.of(settings)
        pending = pending_migrations(opened)
        opened.check_keys()
    except SettingsError as error:
        raise AilmentError(f"{error.variable} {error.problem}", error.fix) from error
    except (StoreUnavailableError, SQLAlchemyError) as error:
        # The driver's own message may quote what is stored.
        what = str(error) if isinstance(error, StoreUnavailableError) else type(error).__name__
        raise AilmentError(
            f"the database does not answer ({what})", "start it, or mend FAQBOT_DATABASE_URL"
        ) from error
    finally:
        if opened is not None:
            opened.close()
    if pending:
        raise AilmentError("its tables are older than the program", "run `faqbot migrate`")
    return "answers, and its tables are up to date"


def ports(settings: Settings) -> str:
    """The service's ports are free, or the service itself has them."""
    try:
        with only_instance(settings.var):
            require_free(all_processes(settings))
    except AlreadyRunningError:
        return "the service is running"
    except ObstacleError as error:
        raise AilmentError(error.problem, error.remedy) from error
    return "free"


def texting(settings: Settings) -> str:
    """The SMS gateways can be read."""
    from bot.adapters.sms.simulated import configured_accounts

    try:
        accounts = configured_accounts(settings)
    except SettingsError as error:
        raise AilmentError(f"{error.variable} {error.problem}", error.fix) from error
    named = [f"{name} ({account.provider})" for name, account in accounts.items()]
    return ", ".join(named) or "no gateway: nobody texts"


def _in_container() -> bool:
    # An image is built once with everything in it; set-up has no part in it.
    return ROOT / ".venvs" not in Path(sys.prefix).parents


CHECKS: Final[Mapping[str, Check]] = {
    "environments": environments,
    "disk": disk,
    "texts": texts,
    "weights": weights,
    "index": index,
    "dialogue": dialogue,
    "database": database,
    "ports": ports,
    "texting": texting,
}
