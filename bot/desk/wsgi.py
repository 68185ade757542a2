"""What gunicorn serves: `gunicorn -c python:bot.desk.gunicorn bot.desk.wsgi:app`."""

import contextlib

from bot.conversation.errors import StoreUnavailableError
from bot.desk.app import create_app
from bot.desk.site import EXTENSION
from bot.process_log import configure_logging
from bot.settings import load_settings

settings = load_settings()
configure_logging(settings.log_level)
app = create_app(settings)
with contextlib.suppress(StoreUnavailableError):  # it is waited for; a wrong key stops the start
    app.extensions[EXTENSION].database.check_keys()
