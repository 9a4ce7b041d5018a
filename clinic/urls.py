from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("enquiries.urls")),
    path("", include("mailings.urls")),
    path("", include("articles.urls")),
]
