"""`-p tests.production.only_transactional`: only tests with transactions of their own.

Any other is one transaction from begin to end, in which pgbouncer keeps to one server connection as a session does.
"""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = [item for item in items if has_transactions(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def has_transactions(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or "transactional_db" in getattr(item, "fixturenames", ())
