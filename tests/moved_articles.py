"""The site's addresses as they would be if its articles stood elsewhere."""

from django.urls import include, path

from clinic.urls import urlpatterns as others

# The first of a namespace is the one that addresses are made by.
urlpatterns = [path("a.b/", include("articles.urls")), *others]
