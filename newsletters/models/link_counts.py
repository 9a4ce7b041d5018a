"""How often the links of an issue were followed: a sum for all readers, by link and day, and nothing of who."""

from typing import NamedTuple

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from newsletters.models.newsletters import Newsletter

# Of fewer, a figure would tell of somebody.
FEWEST_TOLD = 10


class LinkCount(models.Model):
    newsletter = models.ForeignKey(
        Newsletter, models.PROTECT, db_index=False, related_name="link_counts", verbose_name=gettext_lazy("newsletter")
    )
    article = models.ForeignKey(Article, models.PROTECT, related_name="+", verbose_name=gettext_lazy("article"))
    # Where the clinic is.
    day = models.DateField(gettext_lazy("day"))
    follows = models.PositiveIntegerField(gettext_lazy("followed"), default=0)
    # By the newest alone one knows what follows every link at once.
    last_at = models.DateTimeField(gettext_lazy("last followed"))

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["newsletter", "article", "day"], name="linkcount_once_a_day")]

    def __str__(self) -> str:
        return f"{self.newsletter_id} · {self.article_id} · {self.day}"


class Followed(NamedTuple):
    title: str
    times: str


def followed(newsletter: Newsletter) -> list[Followed]:
    """Of each link of an issue, in its order. A figure only from ten on, and where ten people got the issue."""
    rows = newsletter.link_counts.order_by().values_list("article").annotate(Sum("follows"))
    counted = dict(rows) if (newsletter.candidates or 0) >= FEWEST_TOLD else {}
    return [
        Followed(entry["title"], in_words(counted.get(entry["article"], 0))) for entry in newsletter.content["entries"]
    ]


def in_words(times: int) -> str:
    return str(times) if times >= FEWEST_TOLD else _("fewer than ten")
