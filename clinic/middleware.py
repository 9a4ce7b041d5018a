"""What every request meets before a view does."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from clinic.error_pages import error_page
from foundation.outage import OUTAGES

# Staff upload documents; a visitor's longest form is a page of text.
LARGEST_PUBLIC_BODY = 64 * 1024
# Of a staff page whose reader was signed out while writing: a long article as typed, which they get back.
LARGEST_UNKNOWN_BODY = 512 * 1024
# Mail providers send hundreds of reports in one.
LARGEST_WEBHOOK_BODY = 1024 * 1024
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
STAFF_PATHS = ("/admin/", "/accounts/")
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
NO_SENSORS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def is_staff_path(request: HttpRequest) -> bool:
    return request.path.startswith(STAFF_PATHS)


ONLY = {"DIRECTIVES"}


class PolicyMiddleware(CSPMiddleware):
    """Nearly all answers have the policy of the settings, and to put it together takes a twentieth of a post."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or is_more_than_directives() or has_policy_of_its_own(request, response):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, policy())
        return response


def is_more_than_directives() -> bool:
    return hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY") or set(settings.CONTENT_SECURITY_POLICY) != ONLY


def has_policy_of_its_own(request: HttpRequest, response: HttpResponseBase) -> bool:
    """What the decorators of django-csp leave on an answer, or a nonce that a template asked for."""
    return hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))


@cache
def policy() -> str:
    return str(build_policy())


setting_changed.connect(lambda **_: policy.cache_clear(), weak=False, dispatch_uid="clinic.policy")


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_SENSORS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.method == "POST" or response.status_code >= 400:
            # What somebody typed comes back in these answers.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class HostileInputMiddleware:
    """Refuses what Postgres cannot store and no browser sends: NUL and text that is not UTF-8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What clinic/wsgi.py could not hand on whole.
        if refused := request.META.get("clinic.refused"):
            return error_page(request, refused)
        if not (is_readable_address(request) and all(map(is_text, request.COOKIES.values()))):
            return error_page(request, 400)
        # Asked here, since an address that leads nowhere has no view, and yet others look into its post.
        if not (is_in_utf_8(request) or leads_to_machines(request)):
            return error_page(request, 400)
        if request.method == "POST" and not is_staff_path(request) and body_length(request) > largest_body(request):
            return error_page(request, 413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, callback: Any, *args: Any) -> HttpResponse | None:
        # What machines post, to a webhook or for one-click unsubscribing, is their view's affair.
        if request.method != "POST" or is_for_machines(callback) or is_readable_form(request):
            return None
        return error_page(request, 400)


def largest_body(request: HttpRequest) -> int:
    return LARGEST_WEBHOOK_BODY if request.path.startswith("/webhooks/") else LARGEST_PUBLIC_BODY


def is_for_machines(callback: Any) -> bool:
    return getattr(callback, "csrf_exempt", False)


def leads_to_machines(request: HttpRequest) -> bool:
    try:
        return is_for_machines(resolve(request.path_info).func)
    except Resolver404:
        return False


def is_readable_address(request: HttpRequest) -> bool:
    """Django has already written each byte of the path that is not UTF-8 as its %FF."""
    return is_encoded_text(request.path) and is_encoded_text(request.META.get("QUERY_STRING", ""))


def is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_encoded_text(value: str | bytes) -> bool:
    """Whether percent-encoded bytes are UTF-8 without NUL; Django would put a question mark for each wrong one."""
    decoded = unquote_to_bytes(value)
    try:
        decoded.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in decoded


def body_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return LARGEST_WEBHOOK_BODY + 1


def is_readable_form(request: HttpRequest) -> bool:
    try:
        return holds_text(request)
    except UnreadablePostError:
        # Whoever sent it hung up in the middle.
        let_go(request)
        return False
    except MultiPartParserError:
        let_go(request)
        raise


def let_go(request: HttpRequest) -> None:
    """Of a large file that breaks off half-way Django 5.2.19 leaves on the disk what came, until it is collected."""
    for handler in request.upload_handlers:
        file = getattr(handler, "file", None)
        if file is not None:
            file.close()


def holds_text(request: HttpRequest) -> bool:
    if is_staff_path(request):
        return all(map(is_text, fields(request)))
    if request.content_type == FORM_TYPES[0]:
        return is_encoded_text(request.body)
    body = request.body
    texts = fields(request)
    # Django has put this sign for each wrong byte of a field; a person who typed it has its bytes in the body.
    replaced = "\ufffd".encode() not in body and any("\ufffd" in text for text in texts)
    return not replaced and all(map(is_text, texts))


def is_in_utf_8(request: HttpRequest) -> bool:
    """Python knows charsets such as base64 and zlib, which decode no text: Django fails on them."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type in FORM_TYPES and request.method not in SAFE_METHODS:
        return charset.lower() in ("utf-8", "us-ascii")
    return is_for_text(charset)


def is_for_text(charset: str) -> bool:
    try:
        "".encode(charset)
    except (LookupError, ValueError):
        return False
    return True


def fields(request: HttpRequest) -> list[str]:
    return [text for name, values in request.POST.lists() for text in (name, *values)]


class UnknownBodyMiddleware:
    """Documents are taken from who is signed in alone: before anybody reads what comes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_staff_path(request) and body_length(request) > LARGEST_UNKNOWN_BODY and not is_known(request):
            return error_page(request, 413, "413_signed_out.html")
        return self.get_response(request)


def is_known(request: HttpRequest) -> bool:
    """While nobody can be known, the view says so, and what was typed is kept."""
    try:
        return request.user.is_authenticated
    except OUTAGES:
        return True


class OriginMiddleware:
    """Public pages set no cookie, so where a post comes from takes the place of Django's token; staff pages keep it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, callback: Any, *args: Any) -> HttpResponse | None:
        if is_staff_path(request):
            return None
        # What CsrfViewMiddleware, next in line, asks before it looks for a token.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or is_for_machines(callback) or is_from_here(request):
            return None
        return error_page(request, 403, "403_origin.html")


def is_from_here(request: HttpRequest) -> bool:
    """Every current browser says where a post comes from; one that says nothing gets the benefit of the doubt."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    here = (settings.SITE_URL, f"{request.scheme}://{request.get_host()}")
    return origin is None or origin in here
