"""That somebody was erased here, and when: nothing that says who."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedPerson(models.Model):
    """Kept so that an old list does not bring them back without a word."""

    # Keyed, of the address or of number and name: only whoever has these already can ask for it.
    person_hash = models.CharField(_("hash"), max_length=64, unique=True)
    erased_on = models.DateField(_("erased on"))

    class Meta:
        verbose_name = _("erased person")
        verbose_name_plural = _("erased people")

    def __str__(self) -> str:
        return f"{self.erased_on} {self.person_hash[:8]}"
