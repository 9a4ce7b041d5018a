"""What the frame of the staff pages needs, for the pages that allauth renders in it."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse


def staff_frame(request: HttpRequest) -> dict[str, Any]:
    if request.path.startswith("/accounts/") or request.path == reverse("admin:login"):
        return {**admin.site.each_context(request), "require_mfa": settings.REQUIRE_MFA}
    return {}
