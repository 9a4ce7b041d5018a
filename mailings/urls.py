from django.urls import path

from mailings import views, webhooks

app_name = "mailings"
urlpatterns = [
    path("webhooks/<slug:provider>/", webhooks.webhook, name="webhook"),
    path("not-me/<str:token>/", views.not_me, name="not-me"),
]
