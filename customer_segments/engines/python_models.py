"""Runs dbt's Python models on PostgreSQL, which has no Python of its own that they could use.

What a model asks for is fetched into DuckDB in this process, where it works as in a DuckDB
warehouse; what it returns is written to PostgreSQL.
"""

from typing import Any

from customer_segments.database import in_memory
from customer_segments.engines.postgres import connected, copy_rows, declaration, fetch_rows
from customer_segments.sql import literal, name


class OnPostgres:
    """What dbt calls a submission helper."""

    def __init__(self, model: dict[str, Any], _credentials: Any) -> None:
        self._target = f"{name(model['schema'])}.{name(model['alias'] + '__dbt_tmp')}"
        self._this = f"{name(model['database'])}.{name(model['schema'])}.{name(model['alias'])}"
        self._database, self._schema = name(model["database"]), name(model["schema"])

    def submit(self, compiled_code: str) -> str:
        """Run a compiled model and write its draft, which the materialization puts in place.

        Raises what the model raises, and UserError.
        """
        with in_memory() as session, connected() as connection, connection.cursor() as cursor:
            # So that names mean the same in it.
            session.execute(f"attach ':memory:' as {self._database}; use {self._database}")

            def fetched(relation: str) -> Any:
                schema = relation.rsplit(".", 1)[0]
                session.execute(f"create schema if not exists {schema}")
                fetch_rows(cursor, relation.partition(".")[2], session, relation)
                return session.query(f"select * from {relation}")

            cursor.execute("select to_regclass(%s) is not null", (self._this.partition(".")[2],))
            if cursor.fetchall() == [(True,)]:
                fetched(self._this)
            # It is the project's own code, as dbt runs it on other engines.
            space: dict[str, Any] = {"__name__": "dbt_model"}
            exec(compile(compiled_code, f"{self._this}.py", "exec"), space)
            returned = space["model"](space["dbtObj"](fetched), session)
            returned.create("model_rows")
            cursor.execute(f"drop table if exists {self._target}")
            cursor.execute(f"create table {self._target} ({declaration(session, 'model_rows')})")
            copy_rows(session, cursor, "model_rows", self._target)
        return f"written to {literal(self._target)}"
