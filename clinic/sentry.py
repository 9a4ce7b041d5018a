"""Errors to a Sentry of the clinic's own, when SENTRY_DSN names one: where the code failed, and nothing of whom."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.tracing import TransactionSource

from clinic.logs import discreet
from clinic.request_names import request_id

# Not even asked for; bare() is there for what a later version may ask by itself.
NOTHING: Any = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
    "frame_context_lines": 0,
}
# What an event may keep; all else, such as request, user, extra and breadcrumbs, may hold what somebody typed.
KEPT = {"event_id", "timestamp", "level", "logger", "platform", "release", "server_name", "exception", "tags", "type"}
KEPT_OF_A_FRAME = {"filename", "abs_path", "function", "module", "lineno", "in_app"}


def start(dsn: str, **options: Any) -> None:
    """With an empty dsn nothing starts. `options` are sentry_sdk's own, for tests."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        # Only these two: others would record statements, addresses and the arguments of tasks.
        default_integrations=False,
        integrations=[DjangoIntegration(transaction_style="url"), CeleryIntegration()],
        data_collection=NOTHING,
        max_breadcrumbs=0,
        before_send=bare,
        **options,
    )


def bare(event: Any, _hint: dict[str, Any]) -> Any:
    """The kinds of the exceptions and the places they passed; their words stand in our log, under the same number."""
    found = {name: value for name, value in event.items() if name in KEPT}
    found["tags"] = {"request": request_id.get()} if request_id.get() else {}
    # Of an address that leads nowhere, Sentry takes the address itself.
    if (event.get("transaction_info") or {}).get("source") != TransactionSource.URL:
        found["transaction"] = discreet(str(event.get("transaction", "")))
    for exception in (found.get("exception") or {}).get("values") or []:
        exception.pop("value", None)
        trace = exception.get("stacktrace") or {}
        trace["frames"] = [
            {name: value for name, value in frame.items() if name in KEPT_OF_A_FRAME}
            for frame in trace.get("frames", [])
        ]
    return found
