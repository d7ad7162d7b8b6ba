"""Settings for benchmarks: production's manners (no debug, cached templates) without TLS, on a database of their own."""

from worksite.settings.base import *  # noqa: F403
from worksite.settings.base import STORAGES

SECRET_KEY = "only-for-benchmarks-on-this-machine-nobody-else-reaches-it"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = "benchmarks.urls"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {"version": 1, "disable_existing_loggers": True}
