"""A draft and what it is made of."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Topic
from foundation.actors import Actor
from foundation.addresses import lock_address
from mailings.actions import queue_email
from mailings.models import OutgoingEmail
from newsletters.actions.moves import act_as, ask_leave, locked
from newsletters.emails import NEWSLETTER_TEST
from newsletters.models import Newsletter, NewsletterEntry, NewsletterEvent
from newsletters.snapshots import as_text, fingerprint, snapshot

Mail = OutgoingEmail.State
# A quick post office may have sent the mail of the first by then.
SECOND_CLICK = timedelta(minutes=1)


@transaction.atomic
def save_newsletter(
    *,
    newsletter: Newsletter | None = None,
    by: Actor,
    articles: Iterable[Article],
    topics: Iterable[Topic] = (),
    form_key: UUID | None = None,
    **fields: Any,
) -> Newsletter:
    """Makes a draft, or changes one, with its articles in this order. Whoever saves it does not approve it.

    form_key: of the page on which it was begun, whenever it is saved from there.
    """
    ask_leave(by, "newsletters.change_newsletter" if newsletter else "newsletters.add_newsletter")
    found = locked(newsletter, Newsletter.State.DRAFT) if newsletter else Newsletter(form_key=form_key)
    before = as_text(snapshot(found)) if newsletter else ""
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    found.entries.all().delete()
    NewsletterEntry.objects.bulk_create(
        NewsletterEntry(newsletter=found, article=article, position=number)
        for number, article in enumerate(articles, start=1)
    )
    found.topics.set(topics)
    # Whoever only looked, and pressed the button in passing, wrote none of it and may still approve it.
    if as_text(snapshot(found)) != before:
        data = {"form_key": str(form_key)} if form_key else {}
        NewsletterEvent.objects.create(newsletter=found, kind=NewsletterEvent.Kind.SAVED, data=data, actor=by.account)
    return found


@transaction.atomic
def discard(*, newsletter: Newsletter, sha256: str, by: Actor) -> Newsletter:
    """A draft that nobody wants: it stays with its history, for good, and out of the lists.

    sha256: of what they had before them. What a colleague wrote since is not thrown away unread.
    """
    ask_leave(by, "newsletters.change_newsletter")
    found = locked(newsletter, Newsletter.State.DRAFT)
    if fingerprint(as_text(snapshot(found))) != sha256:
        raise ValidationError(_("Somebody changed it meanwhile. Read it again before you discard it."))
    act_as(by)
    found.state = Newsletter.State.CANCELLED
    found.save()
    return found


@transaction.atomic
def send_test(*, newsletter: Newsletter, by: Actor, page: UUID | None = None) -> OutgoingEmail:
    """The mail as everybody will get it, to whoever asks, and to nobody else.

    page: from which it is asked for; asked for by two clicks there, of the same words, it is one mail.
    """
    ask_leave(by, "newsletters.view_newsletter")
    if not by.account.email:
        raise ValidationError(_("Your account has no e-mail address."))
    # Of two clicks the second waits here, and finds the mail of the first.
    lock_address(by.account.email)
    asked = {"page": str(page or uuid4()), "sha256": _words_of(newsletter)}
    known = _just_tested(newsletter, by, asked)
    if known:
        return known
    key = f"newsletter-test:{uuid4()}"
    outgoing = queue_email(kind=NEWSLETTER_TEST, address=by.account.email, dedupe_key=key, language=newsletter.language)
    kind = NewsletterEvent.Kind.TESTED
    NewsletterEvent.objects.create(newsletter=newsletter, kind=kind, outgoing=outgoing, actor=by.account, data=asked)
    return outgoing


def _words_of(newsletter: Newsletter) -> str:
    now = Newsletter.objects.get(pk=newsletter.pk)
    return fingerprint(as_text(now.content or snapshot(now)))


def _just_tested(newsletter: Newsletter, by: Actor, asked: dict[str, str]) -> OutgoingEmail | None:
    """Whoever comes back to that page later, or of whose mail nothing became, wants another one."""
    known = OutgoingEmail.objects.filter(
        newsletter_test__newsletter=newsletter, newsletter_test__actor=by.account, newsletter_test__data=asked
    )
    waits = Q(state__in=(Mail.QUEUED, Mail.SENDING))
    return known.filter(waits | Q(state=Mail.SENT, created_at__gt=timezone.now() - SECOND_CLICK)).first()
