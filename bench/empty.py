"""The least that Django can do: one view, nothing before it. What a page from memory is held against."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="empty")  # noqa: S106 - it guards nothing


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("", empty)]
application = get_wsgi_application()
