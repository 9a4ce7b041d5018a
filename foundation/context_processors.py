from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation.models import ClinicProfile


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Every page knows the clinic's name and telephone; the staff pages ask for it only if they print it."""
    return {"clinic": SimpleLazyObject(ClinicProfile.objects.current)}
