"""The WSGI entry point: `gunicorn worksite.wsgi` serves the production settings."""

import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "worksite.settings.production")
django.setup()

from operations import checks  # noqa: E402  needs the apps, which the line above loads

checks.refuse_missing_static_files()
checks.refuse_unfit_database()
application = get_wsgi_application()
