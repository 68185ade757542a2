"""What gunicorn serves: `gunicorn -c python:bot.desk.gunicorn bot.desk.wsgi:app`."""

from bot.desk.app import create_app
from bot.process_log import configure_logging
from bot.settings import load_settings

settings = load_settings()
configure_logging(settings.log_level)
app = create_app(settings)
