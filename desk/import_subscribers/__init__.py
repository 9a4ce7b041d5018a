"""The pages on which a list from elsewhere becomes subscribers: upload, preview."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.urls import path

from desk.import_subscribers import pages


def urls(model_admin: admin.ModelAdmin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    upload, preview = (partial(page, model_admin=model_admin) for page in (pages.upload, pages.preview))
    return [
        path("import/", wrap(upload), name="newsletters_subscriber_import"),
        path("import/<int:pk>/preview/", wrap(preview), name="newsletters_subscriber_import-preview"),
    ]
