"""What gunicorn serves.

gunicorn -c python:bot.channels.web.gunicorn bot.channels.web.wsgi:app
"""

from bot.channels.web.app import create_app
from bot.channels.web.site import EXTENSION
from bot.process_log import configure_logging
from bot.settings import load_settings

settings = load_settings()
configure_logging(settings.log_level)
app = create_app(settings)
# Loaded before the first visitor comes; a broken text stops the start, not the first request.
app.extensions[EXTENSION].core.load()
