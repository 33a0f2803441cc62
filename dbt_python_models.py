"""Lets dbt run this project's Python models on PostgreSQL.

dbt imports modules whose names begin with `dbt_` from all places of modules: the project's folder
is one where the project is installed.
"""

from contextlib import suppress
from typing import Any

# dbt looks for plugins of its own kind here.
plugins: list[Any] = []

with suppress(ModuleNotFoundError):
    from dbt.adapters.contracts.connection import AdapterResponse
    from dbt.adapters.postgres import PostgresAdapter

    from customer_segments.engines.python_models import OnPostgres

    PostgresAdapter.default_python_submission_method = "local"
    PostgresAdapter.python_submission_helpers = {"local": OnPostgres}
    PostgresAdapter.generate_python_submission_response = lambda _self, written: AdapterResponse(
        _message=written
    )
