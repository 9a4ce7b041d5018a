from django.urls import path

from newsletters import views

app_name = "newsletters"
urlpatterns = [
    path("newsletter/", views.NewsletterView.as_view(), name="newsletter"),
    path("newsletter/check-your-email/", views.check_your_email, name="check-your-email"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="confirm"),
    path("newsletter/unsubscribe/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
]
