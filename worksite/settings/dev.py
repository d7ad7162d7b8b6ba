"""Development: SQLite, readable errors, no TLS, mail kept in the outbox. Never for a server that others reach."""

from .base import *  # noqa: F403
from .base import STORAGES, VAR_DIR, env

DEBUG = True
DEMONSTRATION = True
SECRET_KEY = env.str("SECRET_KEY", default="development-only-not-a-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
INTERNAL_IPS = ["127.0.0.1"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
VAR_DIR.mkdir(exist_ok=True)
