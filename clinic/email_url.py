"""EMAIL_URL: a mail server by SMTP, or a provider by its web interface through anymail."""

from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from clinic import environment

SMTP_LIKE = "smtp://user:password@host:587 or smtps://user:password@host:465"
SES_BY_SMTP = "smtp://user:password@email-smtp.REGION.amazonaws.com:587"


class Provider(NamedTuple):
    """What anymail calls the parts of PROVIDER://KEY:SECOND_KEY@HOST?OPTION=..."""

    like: str
    key: str = "API_KEY"
    second_key: str = ""
    host: str = ""
    # HOST is where the provider's interface is found, under this path.
    path: str = ""
    options: tuple[str, ...] = ()


PROVIDERS = {
    "brevo": Provider("brevo://API_KEY@"),
    "mailersend": Provider("mailersend://API_TOKEN@", key="API_TOKEN"),
    "mailgun": Provider("mailgun://API_KEY@mg.clinic.example", host="SENDER_DOMAIN"),
    "mailjet": Provider("mailjet://API_KEY:SECRET_KEY@", second_key="SECRET_KEY"),
    "mailtrap": Provider("mailtrap://API_TOKEN@", key="API_TOKEN"),
    "mandrill": Provider("mandrill://API_KEY@"),
    "postal": Provider("postal://API_KEY@postal.clinic.example", host="API_URL", path="/"),
    "postmark": Provider("postmark://SERVER_TOKEN@", key="SERVER_TOKEN", options=("message_stream",)),
    "resend": Provider("resend://API_KEY@"),
    "sendgrid": Provider("sendgrid://API_KEY@"),
    "sparkpost": Provider("sparkpost://API_KEY@", options=("subaccount",)),
    "unisender-go": Provider(
        "unisender-go://API_KEY@go1.unisender.ru", host="API_URL", path="/ru/transactional/api/v1/"
    ),
}


def mail_settings(url: str, *, timeout: int) -> dict[str, Any]:
    """Django's and anymail's settings for EMAIL_URL; without one, each mail becomes a file."""
    if not url:
        return {"EMAIL_BACKEND": "clinic.mailbox.FolderBackend"}
    scheme = url.partition(":")[0].lower()
    if scheme == "amazon-ses":
        environment.refuse(f"EMAIL_URL names Amazon SES, which is used by SMTP here: {SES_BY_SMTP}")
    if scheme in PROVIDERS:
        return _by_provider(scheme, url, timeout)
    return _by_smtp(url)


def _by_smtp(url: str) -> dict[str, Any]:
    parts = environment.split("EMAIL_URL", url, {"smtp", "smtps"}, f"{SMTP_LIKE}, or name a provider: {_names()}")
    if not parts.hostname:
        environment.refuse(f"EMAIL_URL must look like {SMTP_LIKE}")
    return {
        "EMAIL_BACKEND": "mailings.transport.SmtpBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        # A password or a patient's address must never cross a network in the clear.
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in environment.LOOPBACK,
    }


def _names() -> str:
    return ", ".join(PROVIDERS)


def _by_provider(name: str, url: str, timeout: int) -> dict[str, Any]:
    provider = PROVIDERS[name]
    module = name.replace("-", "_")
    parts = environment.split("EMAIL_URL", url, {name}, provider.like)
    given = {**_parts_of(parts, provider), **_options_of(parts, provider)}
    return {
        "EMAIL_BACKEND": "mailings.providers.ProviderBackend",
        "EMAIL_PROVIDER": module,
        "ANYMAIL": {
            **{f"{module}_{part}".upper(): value for part, value in given.items()},
            "REQUESTS_TIMEOUT": timeout,
            # Not every provider passes on every header; a mail without its Feedback-ID is better than none.
            "IGNORE_UNSUPPORTED_FEATURES": True,
            # What somebody reads about their health is theirs.
            "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
        },
    }


def _parts_of(parts: SplitResult, provider: Provider) -> dict[str, str]:
    host = parts.netloc.rpartition("@")[2]
    given = [(provider.key, parts.username), (provider.second_key, parts.password), (provider.host, host)]
    # Each part that this provider has must be there, and none that it has not.
    if any(bool(part) != bool(value) for part, value in given) or parts.path or parts.fragment:
        environment.refuse(f"EMAIL_URL must look like {provider.like}")
    values = {part: unquote(value) for part, value in given if value}
    if provider.path:
        values[provider.host] = f"https://{host}{provider.path}"
    return values


def _options_of(parts: SplitResult, provider: Provider) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = {"api_url", *provider.options}
    if set(options) - known or "" in options.values() or not _is_safe(options.get("api_url")):
        allowed = " and ".join(["api_url=https://...", *(f"{option}=..." for option in provider.options)])
        environment.refuse(f"EMAIL_URL must look like {provider.like} and may end in ? with {allowed}")
    return options


def _is_safe(api_url: str | None) -> bool:
    """The key goes there with each mail."""
    try:
        parts = urlsplit(api_url or "https://default")
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in environment.LOOPBACK)
