"""What staff look at again and again in the list of leads."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def shared(self) -> "SavedViewQuerySet":
        return self.filter(shared_at__isnull=False)

    def for_account(self, account: Any) -> "SavedViewQuerySet":
        """Their own, and what others share, also those who left meanwhile."""
        return self.filter(Q(owner=account.pk) | Q(shared_at__isnull=False)).select_related("owner")


class SavedView(models.Model):
    """One person's name for some filters and a search. Others see it while it is shared, each with their own rights."""

    # More chips than this are searched longer than the filters they replace: of one's own, and of all that are shared.
    MOST = 20

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name of the view"), max_length=60)
    # What stands behind the "?" of the list: names of its own filters only, and no page.
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    shared_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["created_at", "pk"]
        permissions = [("take_back_views", _("Can take back views that colleagues share"))]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_one_of_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
