"""Settings shared by every environment. Values here are the safe ones; `dev` and `test` loosen them by name.

Every environment variable read in this package has one row in the README's configuration table.
"""

import datetime as dt
import zoneinfo
from pathlib import Path
from typing import Any

import environ

from operations import logs

# Time zone data comes from the pinned `tzdata` package alone, so that two machines never disagree
# about a conference call (docs/decisions/0005-time.md).
zoneinfo.reset_tzpath(())

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"  # everything that a running site writes, when nothing else is configured

env = environ.Env()

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "operations",
    "home",
    # A new section's parts are made in this order (home.signals.place_created); its groups need the pages.
    "calendar_app",
    "library",
    "members",
    "search",
    "wagtail_modeladmin",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_structlog",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # First what only adds headers, so that every answer carries them: also static files and what refuses a request early.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "operations.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "operations.logs.RequestMiddleware",  # after static files, which need no line each
    "home.middleware.CompressionMiddleware",  # what lies below sees whole answers
    "operations.maintenance.MaintenanceMiddleware",  # before all that asks a database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.sessions.middleware.SessionEndMiddleware",  # before anybody asks who the user is
    "members.visits.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "home.middleware.CacheControlMiddleware",
    "members.privacy.consent.ConsentMiddleware",
    "home.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "worksite.urls"
WSGI_APPLICATION = "worksite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.frame",
            ],
        },
    },
]

# Database: SQLite unless DATABASE_URL names another (postgres://user:password@host/name).
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"].get("ENGINE") == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Cache: Redis where REDIS_URL is set. `production` refuses the in-process default (limits would not hold).
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# Search: the database answers unless ELASTICSEARCH_URL names an Elasticsearch (docs/search.md).
ELASTICSEARCH_URL = env.list("ELASTICSEARCH_URL", default=[])
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_CA_FILE = env.str("ELASTICSEARCH_CA_FILE", default="")
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="worksite")
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
ELASTICSEARCH_REPLICAS = env.int("ELASTICSEARCH_REPLICAS", default=0)

# Where uploads live. Nothing below PRIVATE_ROOT is ever served by a web server: it leaves only through a
# view that asks `home.access`. Images that are not restricted are plain files below MEDIA_ROOT.
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
PRIVATE_ROOT = env.path("PRIVATE_ROOT", default=str(VAR_DIR / "private"))
MEDIA_ROOT, PRIVATE_ROOT = Path(str(MEDIA_ROOT)), Path(str(PRIVATE_ROOT))
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "home.storage.PrivateStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o640},
    },
    "images": {"BACKEND": "home.storage.ImageStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WAGTAILIMAGES_RENDITION_STORAGE = "images"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"  # what a page shows before it knows the reader's zone
USE_I18N = True
USE_TZ = True

# Accounts (docs/decisions/0003-accounts.md): allauth is the only way in.
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "members.security.passwords.LongEnough"},
    {"NAME": "members.security.passwords.NotStolen"},
    {"NAME": "members.security.passwords.NotFromHere"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_REDIRECT_URL = "/join/"  # where one's request stands
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # the adapter does the work and writes to nobody
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # the password again before an address or a second factor changes
# How often: per network (`ip`), person (`user`), or what members/security/limits.py names (`key`). Those per network alone
# are wide, for an office is one network: they keep floods out. `contact`: messages by the contact form.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/5m/key",  # an account from one place; also codes of the second step, per person
    "login_failed_network": "60/5m/ip",
    "login_failed_account": "50/h/key",  # from everywhere: then a new browser needs a code by mail too
    "reset_password": "60/m/ip",
    "request_login_code": "60/m/ip",
    "mail": "5/15m/key",  # to one address, asked for from one place
    "mail_account": "30/h/key",  # to one address, asked for from new browsers
    "signup": "20/h/ip",
    "contact": "20/h/ip,3/h/key",
    "search_click": "120/m/ip",
    "roster_export": "10/h/user",
    "join": "5/h/user",
    "invite_send": "20/h/user",
    "write": "20/d/user,3/d/key",
    "wish": "5/d/user",
    "own_data": "5/h/user",
}
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = True  # whoever passed the second step may trust the browser, which then is not asked again
MFA_TRUST_COOKIE_AGE = dt.timedelta(days=30)
# allauth's forms and sentences in our words.
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
MFA_ADAPTER = "members.adapters.MFAAdapter"
ACCOUNT_FORMS = {
    "login": "members.forms.LoginForm",
    "signup": "members.joining.forms.AskForm",
    "add_email": "members.forms.AddEmailForm",
    "change_password": "members.forms.ChangePasswordForm",
    "set_password": "members.forms.SetPasswordForm",
    "reset_password": "members.forms.ResetPasswordForm",
    "reset_password_from_key": "members.forms.ResetPasswordKeyForm",
    "reauthenticate": "members.forms.ReauthenticateForm",
    "request_login_code": "members.forms.RequestLoginCodeForm",
    "confirm_login_code": "members.forms.ConfirmLoginCodeForm",
}
MFA_FORMS = {
    "authenticate": "members.forms.AuthenticateForm",
    "reauthenticate": "members.forms.ReauthenticateWithCodeForm",
    "activate_totp": "members.forms.ActivateTOTPForm",
    "authenticate_webauthn": "members.forms.AuthenticatePasskeyForm",
    "login_webauthn": "members.forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "members.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "members.forms.AddPasskeyForm",
    "edit_webauthn": "members.forms.EditPasskeyForm",
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60  # after the last act; members/sessions/times.py ends it earlier
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "operations.errors.form_not_sent"

# Headers (operations/headers.py; docs/decisions/0013-policy.md). No script or style that stands in a page is run; what the
# admin's pages may do beyond is in worksite/urls.py.
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "display-capture": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

# Work that follows a write. Wagtail's own tasks stay immediate; ours name the backend `worker`.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "worker": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
}

# Mail: every message is a row first (docs/decisions/0006-mail.md); the clock sends it by the transport of EMAIL_URL.
EMAIL_BACKEND = "operations.mail.OutboxBackend"
EMAIL_TIMEOUT = 10
_mail = env.email_url("EMAIL_URL", default="consolemail://")
MAIL_TRANSPORT = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Learning Community <worksite@worksite.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# What the clock does, and how often in seconds. An app adds its own function here; it must stand being run twice.
CLOCK_JOBS = {
    "operations.mail.send_due": 10,
    "operations.jobs.publish_scheduled": 60,
    "operations.jobs.reap_tasks": 60,
    "search.desk.terms.forget": 24 * 60 * 60,
    "search.reading.read_waiting": 5,
    "search.elastic.sync.tend": 0.5,
    "search.elastic.sync.check": 60,
    "search.audit.mend": 60 * 60,
    "search.saved.keeping.tell_due": 5 * 60,
    "search.projection.refresh": 5,
    "search.spelling.learn": 10,
    "search.spelling.start_over": 7 * 24 * 60 * 60,
    "search.wishes.answer": 5 * 60,
    "home.pictures.remove_leftovers": 60,
    "home.contact.inbox.forget_answered": 24 * 60 * 60,
    "library.tasks.remove_old_imports": 60 * 60,
    "members.security.tasks.forget_sessions": 60 * 60,
    "members.joining.tasks.escalate": 60 * 60,
    "members.profiles.facets.complete": 60 * 60,
    "members.profiles.photos.sweep": 24 * 60 * 60,
    "members.writing.post.forget": 24 * 60 * 60,
    "members.joining.tasks.forget": 24 * 60 * 60,
    "members.models.audit.forget_audit": 24 * 60 * 60,
    "members.letters.sending.send_due": 10,
    "members.models.following.forget_told": 24 * 60 * 60,
    "members.sessions.unsent.forget": 24 * 60 * 60,
    "operations.mail.purge": 24 * 60 * 60,
    "operations.jobs.sweep": 24 * 60 * 60,
    "home.planner.tell": 60 * 60,
}

# What `/readyz` asks. A function that gives a sentence if something is wrong, else an empty string.
READY_CHECKS = [
    "operations.health.database",
    "operations.health.migrations",
    "operations.health.clock_runs",
    "operations.health.mail",
    "operations.health.disk",
]

# What `/readyz` asks too, of what the site can do without for a while: it then says "degraded", and goes on serving.
DEGRADED_CHECKS = ["search.health.elasticsearch"]

# While this file is there, everybody reads that the site is being updated, until the time that stands in it.
MAINTENANCE_FILE = env.str("MAINTENANCE_FILE", default=str(VAR_DIR / "maintenance"))

# Whether the demonstration community may be made here. Its logins are known to everybody, so only `dev` and `test` allow it.
DEMONSTRATION = False

LOGGING = logs.configure(env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # one line a request is enough: the one that says how it ended

# Wagtail
WAGTAIL_SITE_NAME = "Learning Community"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # chosen in /my/settings/, for the admin too
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILDOCS_DOCUMENT_MODEL = "home.SiteDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
LARGEST_UPLOAD = 110 * 1024 * 1024  # nothing larger is stored, whatever the form (operations.uploads)
FILE_UPLOAD_HANDLERS = [
    "operations.uploads.FileLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv", "txt", "vtt", "mp4", "webm", "mp3"]
WAGTAILDOCS_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
}
WAGTAILDOCS_INLINE_CONTENT_TYPES = [
    "application/pdf",
    "text/vtt; charset=utf-8",
    "video/mp4",
    "video/webm",
    "audio/mpeg",
]
WAGTAILIMAGES_IMAGE_MODEL = "home.SiteImage"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "home.search_backend"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "home.reviews.publish_approved"
WAGTAILEMBEDS_FINDERS: list[dict] = []  # nothing is fetched from or embedded from a third party
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
TAGGIT_CASE_INSENSITIVE = True
