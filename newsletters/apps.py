from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from articles.signals import sitemap_asked
        from mailings.signals import (
            called_dead_by_mistake,
            database_restored,
            email_bounced,
            email_complained,
            email_failed,
            list_mail_stopped,
        )
        from newsletters import emails

        emails.register_own_kinds()
        list_mail_stopped.connect(take_off)
        called_dead_by_mistake.connect(put_back)
        database_restored.connect(hold_what_was_due)
        sitemap_asked.connect(public_pages)
        for signal in (email_bounced, email_complained, email_failed):
            signal.connect(heed_result)


def heed_result(outgoing: Any, **kwargs: Any) -> None:
    from foundation.actors import MACHINE
    from newsletters import actions

    if outgoing.mailing_id:
        actions.heed_result(outgoing)
        actions.heed_digest_result(outgoing, by=MACHINE)


def take_off(address: str, reason: str, **kwargs: Any) -> None:
    from newsletters import actions

    actions.take_off(address, reason)


def put_back(hashes: set[str], **kwargs: Any) -> None:
    from newsletters import actions

    actions.put_back(hashes)


def hold_what_was_due(**kwargs: Any) -> None:
    from foundation.actors import JOB
    from newsletters import actions

    actions.hold_due(by=JOB)
    actions.hold_due_digest(by=JOB)


def public_pages(changes: Any, **kwargs: Any) -> Any:
    from newsletters import archive

    return archive.pages_for_machines(changes)
