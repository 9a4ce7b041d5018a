"""Included below /dev/ while DEBUG is on."""

from django.urls import path

from clinic import dev_views

app_name = "dev"
urlpatterns = [
    path("mail/", dev_views.mails, name="mails"),
    path("mail/<slug:name>/", dev_views.mail, name="mail"),
    path("mail/<slug:name>/html/", dev_views.mail_html, name="mail-html"),
    path("mail/<slug:name>/attachments/<int:number>/", dev_views.attachment, name="attachment"),
    path("emails/", dev_views.gallery, name="gallery"),
    path("emails/<slug:clinic>/<slug:sample>/html/", dev_views.sample_html, name="sample-html"),
]
