from django.urls import path, re_path

from enquiries import views

app_name = "enquiries"
urlpatterns = [
    path("information-packet/", views.RequestPacketView.as_view(), name="request-packet"),
    path("information-packet/thanks/", views.thanks, name="thanks"),
    re_path(r"^information-packet/(?P<sha256>[0-9a-f]{64})\.webp$", views.packet_page, name="packet-page"),
    path("packet/<str:token>/", views.packet, name="packet"),
]
