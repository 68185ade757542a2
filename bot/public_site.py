"""What gunicorn serves: the website chat with the webhooks of the SMS channel.

gunicorn -c python:bot.channels.web.gunicorn bot.public_site:app
"""

import contextlib

from bot.channels.sms.webhooks import register_webhooks
from bot.channels.web.app import create_app
from bot.channels.web.site import EXTENSION
from bot.conversation.errors import StoreUnavailableError
from bot.process_log import configure_logging
from bot.settings import load_settings

settings = load_settings()
configure_logging(settings.log_level)
app = create_app(settings, further=[register_webhooks])
# Loaded before the first visitor comes; a broken text stops the start, not the first request.
core = app.extensions[EXTENSION].core
core.load()
# Without its database the site says so, and widgets keep what is said and show whom to call; with a
# wrong key nothing is right.
with contextlib.suppress(StoreUnavailableError):
    core.database.check_keys()
