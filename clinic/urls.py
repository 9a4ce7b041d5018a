from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clinic import moved

urlpatterns = [
    *moved.urls(),
    path("admin/", admin.site.urls),
    path("accounts/", include("clinic.accounts.urls")),
    path("", include("enquiries.urls")),
    path("", include("newsletters.urls")),
    path("", include("mailings.urls")),
    path("", include("articles.urls")),
]
if settings.DEBUG:
    urlpatterns.insert(0, path("dev/", include("clinic.dev_urls")))
