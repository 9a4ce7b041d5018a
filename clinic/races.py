"""Two people who save the same name at the same moment."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from psycopg.errors import UniqueViolation


def once_more(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    """Whoever loses finds the row of the winner at the second look, and the form says that the name is taken."""
    try:
        return view(request, *args, **kwargs)
    except IntegrityError as error:
        if request.method != "POST" or not isinstance(error.__cause__, UniqueViolation):
            raise
    for _name, files in request.FILES.lists():
        for file in files:
            file.seek(0)
    return view(request, *args, **kwargs)
