"""Every setting, from the environment only. README.md lists them; clinic/environment.py refuses wrong ones."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from clinic import environment
from clinic.email_url import mail_settings

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / ".data"))).absolute()

SITE_URL = environment.site_url(f"http://127.0.0.1:{environment.number('PORT', 8000, most=65535)}")
SITE_HOST = environment.host_of(SITE_URL)
HTTPS = SITE_URL.startswith("https://")
DEBUG = environment.boolean("DEBUG", False)
FORM_LIMITS = environment.boolean("FORM_LIMITS", True)
if HTTPS and DEBUG:
    environment.refuse("DEBUG is on with an https SITE_URL; debug pages would show what people wrote.")
if HTTPS and not FORM_LIMITS:
    environment.refuse("FORM_LIMITS=off is for load tests on this machine, never with an https SITE_URL.")

SECRET_KEY = environment.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
# Never rotated: suppression hashes and the links in mails already sent stand on it.
HASH_KEY = environment.secret("HASH_KEY")
if HASH_KEY == SECRET_KEY:
    environment.refuse("HASH_KEY is the same as SECRET_KEY, which must be free to change; make another one.")
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", SITE_HOST if HTTPS else "127.0.0.1 localhost [::1]", SITE_HOST)
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0)

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "desk.apps.DeskConfig",
    "enquiries.apps.EnquiriesConfig",
    "newsletters.apps.NewslettersConfig",
    "mailings.apps.MailingsConfig",
    "articles.apps.ArticlesConfig",
    "foundation.apps.FoundationConfig",
    "clinic.apps.StaffAdminConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "clinic.requests.RequestMiddleware",
    "clinic.client_address.ClientAddressMiddleware",
    "clinic.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.PolicyMiddleware",
    "clinic.middleware.HeadersMiddleware",
    "clinic.middleware.HostileInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.UnknownBodyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "clinic.accounts.guard.SessionTimeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.outage.OutageMiddleware",
]
ROOT_URLCONF = "clinic.urls"
CSRF_FAILURE_VIEW = "clinic.unsaved.csrf_failure"
WSGI_APPLICATION = "clinic.wsgi.application"
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
                "foundation.context_processors.clinic",
                "clinic.accounts.context.staff_frame",
            ]
        },
    },
    {
        # Text mails: escaping for HTML would print O&#x27;Brien.
        "NAME": "text",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"autoescape": False},
    },
]
FORM_RENDERER = "clinic.form_renderer.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": environment.database(engine="clinic.postgres", conn_max_age=60, conn_health_checks=True)}
# Two seconds, also for a host that vanished: a post that meets a dead database gets its form back within three.
DATABASES["default"].setdefault("OPTIONS", {}).update(connect_timeout=2, tcp_user_timeout=2000)
# So that pgbouncer in transaction mode can stand between.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True

# What each web process must know of the others, such as a one-time code that was used: in Postgres, not in memory.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
        # Beyond Django's 300, a stranger's sign-in tries from many networks would push out used codes and throttles.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "clinic.StaffUser"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "clinic.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# A mailed link for a new password, from when the mail is written.
PASSWORD_RESET_TIMEOUT = 60 * 60

# Whether everybody on staff needs a second factor: a passkey, or an app that makes codes.
REQUIRE_MFA = environment.boolean("REQUIRE_MFA", HTTPS)
# A screen left open at the desk; and a day's work, after which even a stolen session ends.
SESSION_IDLE_MINUTES = 60
SESSION_LONGEST_HOURS = 12
SESSION_COOKIE_AGE = SESSION_LONGEST_HOURS * 3600

ACCOUNT_ADAPTER = "clinic.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Django's own: allauth's keeps addresses in a table beside the accounts, which would outlive a change of address.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Ours stand in clinic/accounts/throttle.py: rows, and never a lock on the owner.
ACCOUNT_RATE_LIMITS = False
# The cookie ends with the browser.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "clinic.accounts.forms.SignInForm",
    "change_password": "clinic.accounts.forms.OwnPasswordForm",
    "reauthenticate": "clinic.accounts.forms.PasswordAgainForm",
    "reset_password_from_key": "clinic.accounts.forms.NewPasswordForm",
    "reset_password": "clinic.accounts.forms.AskForLinkForm",
    "user_token": "clinic.accounts.forms.LinkForm",
}
MFA_ADAPTER = "clinic.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Phones whose clock is half a minute off; clinic/accounts/forms.py takes each code once for as long.
MFA_TOTP_TOLERANCE = 1
# Browsers make passkeys on http for localhost only, which this machine is.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "clinic.accounts.forms.CodeForm",
    "reauthenticate": "clinic.accounts.forms.CodeAgainForm",
    "activate_totp": "clinic.accounts.forms.SetUpAppForm",
    "authenticate_webauthn": "clinic.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "clinic.accounts.forms.PasskeyAgainForm",
    "login_webauthn": "clinic.accounts.forms.PasskeySignInForm",
    "add_webauthn": "clinic.accounts.forms.AddPasskeyForm",
}
# Nothing can be guessed there; it is for the work that each try makes.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}

CELERY_BROKER_URL = environment.redis_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Without it, the task of a killed child is acknowledged and gone.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A drain at its worst connects for 70 s, sends for 30 s and has one last mail for 60 s; beyond this it hangs.
CELERY_TASK_TIME_LIMIT = 180
# Else the worker would write through a handler of its own, what visitors typed included; see clinic/logs.py.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The worker waits for Redis for as long as it takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 10,
    # A Redis whose host vanished says no goodbye: without these the worker would listen to it for ever.
    "socket_keepalive": True,
    "socket_keepalive_options": environment.keepalive(idle_seconds=10, between_seconds=5, probes=3),
}
# A claim longer than this belongs to a worker that died. See mailings/delivery.py.
MAIL_LEASE_SECONDS = 45
# What no doorbell announced is found after this time.
MAIL_SWEEP_SECONDS = 15
# Patient at first, then rare: greylisting answers within minutes, a broken server is mended within hours.
MAIL_RETRY_SECONDS = [60, 300, 900, 3600, 4 * 3600, 24 * 3600]
# After connection trouble, all mails wait; a single cut costs nothing, and the last value stays until it works again.
MAIL_HOLD_OFF_SECONDS = [0, 5, 15, 30, 60]
# Newsletters, for all workers together; 0 is no limit of ours. Providers name theirs: Amazon's is 14 a second at first.
BULK_PER_SECOND = environment.number("BULK_PER_SECOND", 0)
BULK_PER_HOUR = environment.number("BULK_PER_HOUR", 0)
BULK_PER_DAY = environment.number("BULK_PER_DAY", 0)
# How many mails a new sending domain begins with on its first day; 0 is no ramp. See docs/newsletters.md.
BULK_WARMUP = environment.number("BULK_WARMUP", 0)
# Between two mails of newsletters to a provider that says "not so much": after the first refusal, and at most.
MAIL_SLOW_SECONDS = (2, 300)
# Rows instead of a file, so that any number of beats makes one tick a period.
CELERY_BEAT_SCHEDULER = "clinic.beat:RowScheduler"
CELERY_BEAT_SCHEDULE = {
    "deliver-mail": {
        "task": "mailings.deliver_mail",
        "schedule": MAIL_SWEEP_SECONDS,
        # While no worker runs they would pile up, and the newest does what all of them would.
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    # What is scheduled begins, and what is out is over.
    "look-after-newsletters": {
        "task": "newsletters.look_after",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    # At night; the privacy page promises it.
    "erase-old": {"task": "enquiries.erase_old", "schedule": crontab(hour=3, minute=17)},
    # Against the list of retractions that was loaded last; papers may be newer than it.
    "check-papers": {"task": "articles.check_papers", "schedule": crontab(hour=4, minute=17)},
    # Pages know the moment themselves; this moves them where a host's clock is late, and writes it down.
    "withdraw-what-is-due": {"task": "articles.withdraw_what_is_due", "schedule": 60, "options": {"expires": 60}},
    "forget-old-budgets": {"task": "foundation.forget_old_budgets", "schedule": crontab(hour=3, minute=37)},
    "clear-old-sessions": {"task": "clinic.clear_old_sessions", "schedule": crontab(hour=3, minute=57)},
    # Files of people that somebody began to import are held for a day.
    "forget-old-lists": {"task": "enquiries.forget_old_lists", "schedule": crontab(minute=27)},
    "forget-old-lists-of-subscribers": {"task": "newsletters.forget_old_lists", "schedule": crontab(minute=37)},
    # As the hour begins: its first notice tells of whoever was held after that of the hour before.
    "tell-of-held": {"task": "enquiries.tell_of_held", "schedule": crontab(minute=0)},
    # Every clinic has a morning of its own; who has the mail of a day gets no second one.
    "write-digests": {"task": "enquiries.write_digests", "schedule": crontab(minute="3,18,33,48")},
    # Also of what was put off by two minutes.
    "write-reminders": {"task": "enquiries.write_reminders", "schedule": crontab()},
    # Once a day; a day that no beat ran on is made good by the next.
    "remind-of-reviews": {"task": "clinic.remind_of_reviews", "schedule": crontab(hour=11, minute=7)},
    # What a process that ended while a version was approved left behind.
    "queue-waiting-packets": {"task": "enquiries.queue_waiting_packets", "schedule": crontab(minute=42)},
}
CELERY_TIMEZONE = "UTC"

EMAIL_URL = environment.text("EMAIL_URL", "")
if HTTPS and not EMAIL_URL:
    environment.refuse("EMAIL_URL is not set, so no packet could be sent. Set it like smtp://user:password@host:587")
# A command that a mail server does not answer. Django's default is to wait for ever.
EMAIL_TIMEOUT = 10
# Where mails go as files when there is no EMAIL_URL.
EMAIL_FILE_PATH = DATA_DIR / "mail"
# What anymail calls the provider that EMAIL_URL names; empty for a mail server.
EMAIL_PROVIDER = ""
globals().update(mail_settings(EMAIL_URL, timeout=EMAIL_TIMEOUT))
FROM_EMAIL = environment.address("FROM_EMAIL", f"packets@{SITE_HOST}" if HTTPS else "packets@clinic.example")
DEFAULT_FROM_EMAIL = FROM_EMAIL
REPLY_TO = environment.address("REPLY_TO", FROM_EMAIL)
# The envelope sender: where other mail servers send what they cannot deliver.
BOUNCE_ADDRESS = environment.address("BOUNCE_ADDRESS", FROM_EMAIL)
ADMIN_EMAIL = environment.address("ADMIN_EMAIL", "" if HTTPS else "admin@clinic.example")
STAFF_ALERT_EMAIL = environment.address("STAFF_ALERT_EMAIL", ADMIN_EMAIL)
if HTTPS and not STAFF_ALERT_EMAIL:
    environment.refuse("STAFF_ALERT_EMAIL is not set, so nobody would hear of an enquiry. Set it to your own address.")
# What proves that a report of a bounce or complaint comes from the mail provider. See mailings/webhooks.py.
WEBHOOK_SECRET = environment.text("WEBHOOK_SECRET", "")
if not WEBHOOK_SECRET.isascii():
    environment.refuse("WEBHOOK_SECRET holds letters that no provider signs with; write plain ASCII.")
CONFIRM_LINK_DAYS = 14
# After the last contact; the privacy page says so by itself.
KEPT_MONTHS = 24

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Under no-referrer Chromium posts "Origin: null", which the origin check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# See clinic/accounts/known_browser.py.
KNOWN_BROWSER_COOKIE_NAME = "__Host-known-browser" if HTTPS else "known-browser"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
# The country list is a plain select; flags would be requests for nothing.
COUNTRIES_FIRST = ["US", "CA", "GB"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Where errors are told of, beside the log; empty for nowhere. See clinic/sentry.py.
SENTRY_DSN = environment.sentry_dsn()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "clinic.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "clinic.logs.DiscreetJson"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line" if DEBUG else "json"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "clinic": {"level": "INFO"},
        "enquiries": {"level": "INFO"},
        "foundation": {"level": "INFO"},
        "mailings": {"level": "INFO"},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Refusals stand in our own line of the request, and errors under their route; these would name the path.
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        # They quote what a stranger sent, as Host for one; that it was refused stands in the request's line too.
        "django.security": {"handlers": ["nowhere"], "propagate": False},
        # Django, celery and its process pool would give each of these a handler that writes everything.
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "celery.task": {"handlers": ["console"], "propagate": False},
        "multiprocessing": {"handlers": ["console"], "propagate": False},
    },
}
