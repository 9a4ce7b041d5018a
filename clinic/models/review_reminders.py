from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from mailings.models import OutgoingEmail


class ReviewReminder(models.Model):
    """A mail to whoever should read an article again, and of which day it told."""

    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, related_name="review_reminder", verbose_name=_("mail")
    )
    article = models.ForeignKey(Article, models.PROTECT, related_name="reminders", verbose_name=_("article"))
    due_on = models.DateField(_("review due"))

    class Meta:
        verbose_name = _("review reminder")
        verbose_name_plural = _("review reminders")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.outgoing} → {self.article}"
