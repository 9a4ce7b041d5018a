from django.urls import path

from bench.stock import stock_site
from clinic.urls import urlpatterns as clinic_urls

urlpatterns = [*clinic_urls, path("stock/", stock_site.urls)]
