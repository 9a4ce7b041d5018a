"""The pages on which a list of people becomes leads: upload, columns, preview, result."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.urls import path


def urls(model_admin: admin.ModelAdmin) -> list[Any]:
    # Here, since the process that only reads a list comes by, too, and has no models.
    from desk.import_list import pages

    wrap = model_admin.admin_site.admin_view
    steps = {"columns": pages.columns, "sheet": pages.sheet, "preview": pages.preview, "result": pages.result}
    return [
        path("import/", wrap(partial(pages.upload, model_admin=model_admin)), name="enquiries_lead_import"),
        *(
            path(
                f"import/<int:pk>/{name}/",
                wrap(partial(page, model_admin=model_admin)),
                name=f"enquiries_lead_import-{name}",
            )
            for name, page in steps.items()
        ),
        path("import/<int:pk>/undo/", wrap(pages.undo), name="enquiries_lead_import-undo"),
        path("import/<int:pk>/refused/", wrap(pages.refused), name="enquiries_lead_import-refused"),
    ]
