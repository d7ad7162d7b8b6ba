"""Tests: fast password hashing, immediate tasks, files in a folder of their own, plain static files."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import LOGGING, STORAGES, env

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMONSTRATION = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not env.str("DATABASE_URL", default=""):
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
_files = Path(tempfile.mkdtemp(prefix="worksite-test-"))
MEDIA_ROOT, PRIVATE_ROOT, STATIC_ROOT = _files / "media", _files / "private", _files
STORAGES = {
    **STORAGES,
    "private": {**STORAGES["private"], "OPTIONS": {**STORAGES["private"]["OPTIONS"], "location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAINTENANCE_FILE = str(_files / "maintenance")
MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
LOGGING = {
    **LOGGING,
    "root": {**LOGGING["root"], "level": "WARNING"},
}  # what a failing test shows is then about the test
ELASTICSEARCH_URL = []  # tests that want one name it themselves (`tests.elastic`)
