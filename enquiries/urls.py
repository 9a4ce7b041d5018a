from django.urls import path

from enquiries import views

app_name = "enquiries"
urlpatterns = [
    path("information-packet/", views.RequestPacketView.as_view(), name="request-packet"),
    path("information-packet/thanks/", views.thanks, name="thanks"),
    path("packet/<str:token>/", views.packet, name="packet"),
]
