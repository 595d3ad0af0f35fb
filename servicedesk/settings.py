"""Every setting, read once from the environment, with types."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from servicedesk import environment
from servicedesk.notices import mail_server

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY_MIN_LENGTH = 50
LONGEST_KEPT_DAYS = 36_500
SECRET_KEY: str = environment.text("SECRET_KEY")
DEBUG: bool = environment.flag("DEBUG")
DEMO: bool = environment.flag("DEMO")  # the page of demo people, and their one-click sign-in
STYLEGUIDE: bool = environment.flag("STYLEGUIDE", default=DEBUG)
SITE_URL: str = environment.address(
    "SITE_URL", ("http", "https"), "https://desk.example.org", default="http://localhost:8000"
).rstrip("/")
if urlsplit(SITE_URL).query or urlsplit(SITE_URL).fragment:
    environment.refuse("SITE_URL", "must end with the host or a path: the links in mails go on behind it.")
SITE_NAME = "Service Desk"
SERVED_SECURELY = SITE_URL.startswith("https://")
if SERVED_SECURELY and len(SECRET_KEY) < SECRET_KEY_MIN_LENGTH:
    environment.refuse("SECRET_KEY", f"must be random and have at least {SECRET_KEY_MIN_LENGTH} characters.")
ALLOWED_HOSTS: list[str] = environment.listing("ALLOWED_HOSTS", default=[str(urlsplit(SITE_URL).hostname)])

INSTALLED_APPS = [
    "servicedesk.people",
    "servicedesk.notices",
    "servicedesk.frame",
    "requests_app",
    "priorities",
    "feedback",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "servicedesk.frame.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "servicedesk.frame.middleware.ReaderMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
FORM_RENDERER = "servicedesk.frame.forms.DeskRenderer"
CRISPY_TEMPLATE_PACK = "desk"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["desk"]

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
                "servicedesk.frame.context.shell",
            ],
            "builtins": [
                "servicedesk.frame.templatetags.desk",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = environment.number("DATABASE_CONN_MAX_AGE", default=600, at_least=0)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# What is prepared (servicedesk/prepared.py) is prepared to be planned once. Compiling a statement takes longer than
# running any of ours: a sum over half a million rows was ready three seconds earlier without.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_generic_plan -c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL: str = environment.address("REDIS_URL", ("redis", "rediss"), "redis://host:6379/0")
CACHES = {
    "default": {
        # Losing Redis must lose nothing: a cache that cannot be reached behaves as an empty one.
        "BACKEND": "servicedesk.frame.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "desk",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servicedesk.frame.static.DeskStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "servicedesk.frame.static.StyleFinder",
]
FILE_UPLOAD_PERMISSIONS = 0o640
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
ATTACHMENTS_MAX_COUNT = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["servicedesk.people.backend.DeskBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "servicedesk.people.passwords.UnlikeThePerson"},
    {"NAME": "servicedesk.people.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "servicedesk.people.passwords.NotOnEverybodysList"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "servicedesk.people.adapter.DeskAccountAdapter"
ACCOUNT_FORMS = {
    "login": "servicedesk.people.forms.sign_in.SignInForm",
    "change_password": "servicedesk.people.forms.sign_in.ChangePasswordForm",
    "set_password": "servicedesk.people.forms.sign_in.SetPasswordForm",
    "reset_password": "servicedesk.people.forms.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "servicedesk.people.forms.sign_in.PasswordFromLinkForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are added by an administrator, who vouches for the address
ACCOUNT_USER_DISPLAY = str
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
SESSION_ENGINE = "servicedesk.people.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# --- Security floor -------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_SSL_REDIRECT = SERVED_SECURELY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside, without TLS
BEHIND_PROXY: bool = environment.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # rate limits count the person's address, not the proxy's
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SERVED_SECURELY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_SECURELY
SECURE_HSTS_PRELOAD = SERVED_SECURELY
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Browsers take __Host- cookies only over TLS, so a plain-http trial run uses plain names.
SESSION_COOKIE_NAME = "__Host-session" if SERVED_SECURELY else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_SECURELY
CSRF_COOKIE_NAME = "__Host-csrf" if SERVED_SECURELY else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if SERVED_SECURELY else "language"
LANGUAGE_COOKIE_SECURE = SERVED_SECURELY
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "servicedesk.frame.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
MESSAGE_STORAGE = "servicedesk.frame.messages.DeskMessageStorage"

# --- Words and times ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "servicedesk" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_PERSON_TIME_ZONE: str = environment.time_zone("DEFAULT_TIME_ZONE", default="Europe/Berlin")

# --- Delivery -------------------------------------------------------------------------------------------------------
EMAIL_URL: str = environment.text("EMAIL_URL")  # smtp://[user:password@]host:port, smtps:// or smtp+tls://
try:
    mail_server.read_url(EMAIL_URL)
except ValueError as problem:
    environment.refuse("EMAIL_URL", f"has a value that cannot be read. {problem}")
MAIL_FROM: str = environment.sender("MAIL_FROM", default="Service Desk <desk@localhost>")
# Where the local mail catcher puts letters; empty in earnest.
MAIL_FOLDER: str = environment.text("MAIL_FOLDER", default="")
NOTICE_LEASE = timedelta(seconds=environment.number("NOTICE_LEASE_SECONDS", default=120, at_least=1))
NOTICE_MAX_TRIES = 8
NOTICE_KEPT_FOR = timedelta(
    days=environment.number("NOTICE_KEPT_DAYS", default=180, at_least=1, at_most=LONGEST_KEPT_DAYS)
)  # after they are settled
# The database keeps each for a year, whatever is set here.
LOOK_KEPT_FOR = timedelta(
    days=environment.number("LOOK_KEPT_DAYS", default=730, at_least=366, at_most=LONGEST_KEPT_DAYS)
)
NOTICE_MAIL_PATIENCE = timedelta(seconds=20)  # with the mail server, for each answer; well below the lease

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 500
CELERY_TASK_PUBLISH_RETRY = False  # a bell that cannot be rung is not waited for: the sweeper comes by
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "global_keyprefix": "desk:",
}
CELERY_BEAT_SCHEDULE_FILENAME = environment.text("BEAT_SCHEDULE_FILE", default=str(BASE_DIR / "var" / "beat-schedule"))
CELERY_BEAT_SCHEDULE = {
    "sweep-notices": {"task": "servicedesk.notices.tasks.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "heartbeat": {"task": "servicedesk.notices.tasks.beat_heart", "schedule": 60.0},
    "settle-places": {"task": "priorities.tasks.settle_places", "schedule": 60.0, "options": {"expires": 60}},
    "surveys": {"task": "feedback.tasks.advance_surveys", "schedule": 600.0},
    # Hourly, though once a day would do: a clock that forgets when it is restarted would never come to the end of a day.
    "forget-delivered": {"task": "servicedesk.notices.tasks.forget_delivered", "schedule": 3600.0},
    "forget-what-ended": {"task": "servicedesk.people.tasks.forget_what_ended", "schedule": 3600.0},
    "forget-old-looks": {"task": "priorities.tasks.forget_old_looks", "schedule": 3600.0},
    "raise-alarms": {"task": "priorities.tasks.raise_alarms", "schedule": 3600.0},
    "unowned-requests": {"task": "requests_app.tasks.look_for_unowned", "schedule": 3600.0},
    "article-uses": {"task": "requests_app.tasks.forget_article_uses", "schedule": 3600.0},
    "unnamed-files": {"task": "requests_app.tasks.remove_unnamed_files", "schedule": 3600.0},
}

# --- Logs -----------------------------------------------------------------------------------------------------------
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "servicedesk.frame.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": environment.choice("LOG_LEVEL", LOG_LEVELS, default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # each answer has one line of its own, with status and time
        "django.server": {"level": "WARNING"},
    },
}
