"""The accounts of the people who work here."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.actors import ActsAs
from foundation.addresses import AddressField, address_is_lower_case


class StaffUserManager(BaseUserManager["StaffUser"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "StaffUser":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "StaffUser":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class StaffUser(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, by e-mail address. Deactivated when they leave, never deleted: history names them."""

    email = AddressField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("may sign in to the staff pages"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = StaffUserManager()

    # What makes an account an Actor.
    acts_as = ActsAs.STAFF

    class Meta:
        verbose_name = _("staff account")
        verbose_name_plural = _("staff accounts")
        ordering = ["name", "email"]
        constraints = [address_is_lower_case("staffuser")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def account(self) -> "StaffUser":
        return self
