from django.urls import path

from newsletters import archive, feeds, following, preferences, views

app_name = "newsletters"
urlpatterns = [
    path("newsletter/", views.NewsletterView.as_view(), name="newsletter"),
    path("newsletter/check-your-email/", views.check_your_email, name="check-your-email"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="confirm"),
    path("newsletter/unsubscribe/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("newsletter/preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("newsletter/preferences/<str:token>/pause/", preferences.pause, name="pause"),
    path("newsletter/preferences/<str:token>/resume/", preferences.resume, name="resume"),
    path("newsletter/preferences/<str:token>/what-we-hold/", preferences.what_we_hold, name="what-we-hold"),
    path("newsletter/preferences/<str:token>/erase/", preferences.erase, name="erase"),
    path("newsletter/go/<slug:issue>/<slug:article>/", following.follow, name="go"),
    path("newsletter/archive/", archive.archive, name="archive"),
    path("newsletter/archive/feed/", feeds.ArchiveFeed(), name="archive-feed"),
    path("newsletter/archive/<slug:slug>/", archive.issue, name="archived-issue"),
]
