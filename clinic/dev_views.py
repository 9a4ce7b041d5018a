"""The pages of `./run dev` alone: the mail folder, and a gallery of every kind of mail."""

from collections.abc import Callable
from email.message import EmailMessage
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from clinic import dev_samples, mailbox

# A load test leaves thousands; nobody reads further.
NEWEST = 100

View = Callable[..., Any]
Decorator = Callable[[View], View]


def only_in_debug(view: View) -> View:
    """These pages show everybody's mail, whatever includes their URLs by mistake."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return require_safe(guarded)


shows_frames: Decorator = csp_update({"frame-src": [SELF]})


def framed(view: View) -> View:
    """For a mail's HTML: without scripts, forms, an origin or any request; its style attributes work."""
    with_policy: Decorator = csp(
        {"sandbox": [True], "default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]}
    )
    return only_in_debug(xframe_options_sameorigin(with_policy(view)))


@only_in_debug
def mails(request: HttpRequest) -> HttpResponse:
    found = [{"name": name, "message": read_or_404(name)} for name in mailbox.names()[:NEWEST]]
    return render(request, "dev/mails.html", {"mails": found})


@only_in_debug
@shows_frames
def mail(request: HttpRequest, name: str) -> HttpResponse:
    message = read_or_404(name)
    context = {"mail": shown(message, reverse("dev:mail-html", args=[name])), "name": name}
    return render(request, "dev/mail.html", context)


@framed
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(part(read_or_404(name), "html"))


@only_in_debug
def attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    files = list(read_or_404(name).iter_attachments())
    if number >= len(files):
        raise Http404
    response = HttpResponse(files[number].get_payload(decode=True), content_type="application/octet-stream")
    file_name = files[number].get_filename() or "attachment"
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name)
    return response


@only_in_debug
@shows_frames
def gallery(request: HttpRequest) -> HttpResponse:
    found = [
        {"clinic": clinic, "sample": sample, "mail": shown(sample_mail(clinic, sample), sample_url(clinic, sample))}
        for sample in dev_samples.SAMPLES
        for clinic in dev_samples.CLINICS
    ]
    return render(request, "dev/gallery.html", {"mails": found, "forgotten": dev_samples.without_sample()})


@framed
def sample_html(request: HttpRequest, clinic: str, sample: str) -> HttpResponse:
    return HttpResponse(part(sample_mail(clinic, sample), "html"))


def sample_url(clinic: str, sample: str) -> str:
    return reverse("dev:sample-html", args=[clinic, sample])


def sample_mail(clinic: str, sample: str) -> EmailMessage:
    if clinic not in dev_samples.CLINICS or sample not in dev_samples.SAMPLES:
        raise Http404
    return mailbox.parse(dev_samples.render(clinic, sample).message().as_bytes())


def read_or_404(name: str) -> EmailMessage:
    try:
        return mailbox.read(name)
    except FileNotFoundError:
        raise Http404 from None


def part(message: EmailMessage, kind: str) -> str:
    """The text of a mail's "plain" or "html" part; empty when it has none."""
    body = message.get_body((kind,))
    return body.get_content() if body else ""


def shown(message: EmailMessage, html_url: str) -> dict[str, Any]:
    return {
        "subject": message["Subject"],
        "headers": message.items(),
        "text": part(message, "plain"),
        "html_url": html_url if message.get_body(("html",)) else "",
        "files": [attached.get_filename() for attached in message.iter_attachments()],
    }
