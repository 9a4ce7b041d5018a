"""Who did what with people's data and with accounts. Postgres refuses to change or remove a row of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One act that must be answered for later. It names rows, never people: erasing somebody leaves it as it is."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
        SIGN_IN_HELD_OFF = "sign_in_held_off", _("was held off after too many tries")
        SIGNED_OUT = "signed_out", _("signed out")
        SESSIONS_ENDED = "sessions_ended", _("signed out everywhere")
        PASSWORD_CHANGED = "password_changed", _("changed the password")
        PASSWORD_RESET_ASKED = "password_reset_asked", _("asked for a new password")
        FACTOR_ADDED = "factor_added", _("added a second factor")
        FACTOR_REMOVED = "factor_removed", _("removed a second factor")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("made new recovery codes")
        ACCOUNT_ADDED = "account_added", _("added an account")
        ACCOUNT_CHANGED = "account_changed", _("changed an account")
        STAFF_INVITED = "staff_invited", _("invited a colleague")
        INVITATION_REVOKED = "invitation_revoked", _("took an invitation back")
        INVITATION_TAKEN = "invitation_taken", _("came by an invitation")
        ROLES_SYNCED = "roles_synced", _("set the roles anew")
        HEALTH_TEXT_OPENED = "health_text_opened", _("opened what a person wrote")
        PERSON_EXPORTED = "person_exported", _("exported a person")
        LIST_EXPORTED = "list_exported", _("exported a list")
        EXPORT_ENDED = "export_ended", _("handed an export to the web server")
        LIST_IMPORTED = "list_imported", _("imported a list")
        IMPORT_UNDONE = "import_undone", _("took a list back that was imported")
        BULK_RUN = "bulk_run", _("changed many leads at once")
        PERSON_ERASED = "person_erased", _("erased a person")
        BACKUP_MADE = "backup_made", _("made a backup")

    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    kind = models.CharField(_("what"), max_length=40, choices=Kind)
    # Empty for the shell, for a job, and for a sign-in that failed.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_events",
        verbose_name=_("who"),
    )
    # "lead 12", "account 3", "address 5f2c…" (a keyed hash): what it was done to.
    about = models.CharField(_("about"), max_length=200, blank=True, db_default="")
    network = models.CharField(_("from the network"), max_length=50, blank=True, db_default="")
    data = models.JSONField(_("details"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [
            # The list's own order, newest first.
            models.Index(fields=["-at", "-id"], name="auditevent_newest"),
            # "What did this account do?" and "Who opened this lead?"
            models.Index(fields=["by", "-at"], name="auditevent_by"),
            models.Index(fields=["about", "-at"], name="auditevent_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}".strip()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("What was done stays on record.")
