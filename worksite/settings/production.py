"""Production: refuses to start, with one sentence for each thing that is missing or unsafe; then everything strict.

What each environment variable means: the configuration table in the README.
"""

import math
import re
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host


def _refuse(*sentences: str) -> NoReturn:
    """End here. On this exit code gunicorn ends too instead of trying again."""
    sys.stderr.write("".join(f"Worksite does not start. {sentence}\n" for sentence in sentences))
    raise SystemExit(3)


warnings.filterwarnings("ignore", message="Engine not recognized")  # the refusal below says it better
try:
    from .base import *  # noqa: F403
except ImproperlyConfigured as error:
    _refuse(f"The environment cannot be read: {error}.")
except ValueError:  # what it says may hold a password
    _refuse("DATABASE_URL, EMAIL_URL or a number is malformed: in a password, write %40 for @, %2F for /, %3A for :.")
from .base import (  # noqa: E402
    ALLOWED_HOSTS,
    CONTENT_SECURITY_POLICY,
    DATABASES,
    ELASTICSEARCH_API_KEY,
    ELASTICSEARCH_CA_FILE,
    ELASTICSEARCH_PREFIX,
    ELASTICSEARCH_URL,
    MAIL_TRANSPORT,
    REDIS_URL,
    SECRET_KEY,
    SITE_URL,
    STORAGES,
    env,
)

_postgresql = DATABASES["default"].get("ENGINE") == "django.db.backends.postgresql"
_host = urlsplit(SITE_URL).hostname or ""
_bits = sum(-n / len(SECRET_KEY) * math.log2(n / len(SECRET_KEY)) for n in Counter(SECRET_KEY).values()) * len(
    SECRET_KEY
)
_sample = any(
    word in SECRET_KEY.lower() for word in ("insecure", "development", "change", "secret", "sample", "example")
)


def _is_address(url: str) -> bool:
    host = r"([^@/]+@)?(\[[0-9a-fA-F:]+\]|[^@/:\[\]]+)"
    return bool(re.fullmatch(rf"https://{host}(:\d+)?/?|http://{host}:\d+/?", url))


_hosts = [urlsplit(url) for url in ELASTICSEARCH_URL if _is_address(url)]

_refusals = {
    "SECRET_KEY is missing: set it to 50 or more random characters.": not SECRET_KEY,
    "SECRET_KEY is too short or too regular: set it to 50 or more random characters.": (
        SECRET_KEY and not _sample and (len(SECRET_KEY) < 50 or _bits < 128)
    ),
    "SECRET_KEY is the one of a sample: set it to 50 or more random characters of your own.": SECRET_KEY and _sample,
    "ALLOWED_HOSTS is missing: name the hosts that this site answers for, with commas between.": not ALLOWED_HOSTS,
    "ALLOWED_HOSTS holds * and so answers for any host: name the hosts.": "*" in ALLOWED_HOSTS,
    "DATABASE_URL is missing or names no PostgreSQL database: set postgres://user:password@host/name.": not _postgresql,
    "SITE_URL is missing or does not start with https://: set it to the address that people type.": (
        not SITE_URL.startswith("https://")
    ),
    "SITE_URL names a host that ALLOWED_HOSTS does not: add it there.": (
        SITE_URL.startswith("https://") and ALLOWED_HOSTS and not validate_host(_host, ALLOWED_HOSTS)
    ),
    "EMAIL_URL is missing or names no mail server: set smtp+tls://user:password@host:587.": (
        MAIL_TRANSPORT != "django.core.mail.backends.smtp.EmailBackend"
    ),
    "DEFAULT_FROM_EMAIL is missing: set it to the address that mail comes from.": not env.str(
        "DEFAULT_FROM_EMAIL", default=""
    ),
    "AWS_S3_CUSTOM_DOMAIN is missing: with a bucket, name the host that serves its public images.": (
        env.str("AWS_STORAGE_BUCKET_NAME", default="") and not env.str("AWS_S3_CUSTOM_DOMAIN", default="")
    ),
    "ELASTICSEARCH_URL holds what is no address: write https://user:password@host:9200, with commas between several, and "
    "in a password %40 for @, %2F for /, %3A for :, %2C for a comma.": (
        len(_hosts) < len(ELASTICSEARCH_URL) or len({host.scheme for host in _hosts}) > 1
    ),
    "ELASTICSEARCH_URL reaches another machine without TLS and without a password: anybody there could read and change "
    "the index. Use https://, or name a user and password.": (
        not ELASTICSEARCH_API_KEY
        and any(
            host.scheme == "http" and not host.password and host.hostname not in {"localhost", "127.0.0.1", "::1"}
            for host in _hosts
        )
    ),
    "ELASTICSEARCH_CA_FILE names no file: set it to the certificate of the authority that signed Elasticsearch's.": (
        ELASTICSEARCH_CA_FILE and not Path(ELASTICSEARCH_CA_FILE).is_file()
    ),
    "ELASTICSEARCH_PREFIX may hold small letters, digits and hyphens alone, and begins with a letter.": (
        not re.fullmatch(r"[a-z][a-z0-9-]{0,60}", ELASTICSEARCH_PREFIX)
    ),
}
_problems = [sentence for sentence, wrong in _refusals.items() if wrong]
if _problems:
    _refuse(*_problems)

DEBUG = False
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# TLS and cookies. Behind a proxy that ends TLS, TRUSTED_PROXIES says how many stand before us: only then is what they
# say about scheme and sender believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # a probe inside the network comes without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

# Limits on sign-in and sign-up hold only in a cache that all processes share: Redis, or else a table.
if not REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "worksite_cache"},
    }

# A query that hangs must not hold a web process. Set STATEMENT_TIMEOUT=0 for a long migration.
_timeout = env.str("STATEMENT_TIMEOUT", default="15s")
DATABASES["default"]["OPTIONS"]["options"] = (
    f"-c statement_timeout={_timeout} -c idle_in_transaction_session_timeout=60s -c lock_timeout=10s"
)

TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# Object storage, if a bucket is named. Private files stay behind our views there too: their signed addresses are
# never given to anybody. Credentials: boto3's own variables (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or a role.
_bucket = env.str("AWS_STORAGE_BUCKET_NAME", default="")
if _bucket:
    _images = env.str("AWS_S3_CUSTOM_DOMAIN")
    _s3 = {
        "bucket_name": _bucket,
        "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", default="") or None,
        "region_name": env.str("AWS_S3_REGION_NAME", default="") or None,
        "file_overwrite": False,
        "default_acl": None,
    }
    STORAGES = {
        **STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**_s3, "location": "media", "custom_domain": _images, "querystring_auth": False},
        },
        "private": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_s3, "location": "private"}},
    }
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"https://{_images}")

# Error reports, if asked for: where in the code, never whose request, which address or what was typed.
_sentry = env.str("SENTRY_DSN", default="")
if _sentry:
    import sentry_sdk

    def _without_the_request(event, hint):
        for part in ("request", "user", "breadcrumbs"):
            event.pop(part, None)
        return event

    sentry_sdk.init(
        dsn=_sentry,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=_without_the_request,
    )
