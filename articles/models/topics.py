from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.outage import last_known


class TopicManager(models.Manager["Topic"]):
    def choices(self) -> list[tuple[str, str]]:
        """Slug and name of each topic, for forms; the last ones known while the database is away."""
        return _topic_choices()


@last_known(default=list, of_the_frame=True)
def _topic_choices() -> list[tuple[str, str]]:
    return list(Topic.objects.values_list("slug", "name"))


class Topic(models.Model):
    class Kind(models.TextChoices):
        CONDITION = "condition", _("one condition")
        AREA = "area", _("a group of conditions")
        SUBJECT = "subject", _("no condition")

    class Risk(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary: read again after 24 months")
        HIGH = "high", _("high: read again after 12 months")

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)
    # What a visitor may be taken to ask about: only a condition, and no group of them.
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CONDITION, db_default=Kind.CONDITION)
    risk = models.CharField(_("risk"), max_length=20, choices=Risk, default=Risk.ORDINARY, db_default=Risk.ORDINARY)

    objects = TopicManager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:topic", args=[self.slug])
