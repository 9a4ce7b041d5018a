from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clinic import moved

# Django's own would ask for a token, and so read a post that cannot be read.
handler400 = "clinic.error_pages.bad_request"
handler403 = "clinic.error_pages.permission_denied"
handler404 = "clinic.error_pages.page_not_found"
handler500 = "clinic.error_pages.server_error"

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
