from django.urls import path

from mailings import views, webhooks

app_name = "mailings"
urlpatterns = [
    path("newsletter/", views.NewsletterView.as_view(), name="newsletter"),
    path("newsletter/check-your-email/", views.check_your_email, name="check-your-email"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="confirm"),
    path("newsletter/unsubscribe/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("webhooks/<slug:provider>/", webhooks.webhook, name="webhook"),
    path("not-me/<str:token>/", views.not_me, name="not-me"),
]
