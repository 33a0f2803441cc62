"""Which conditions of its rule a contact met, or met no longer, to enter or leave a segment."""

import re

import duckdb
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode
from sqlglot import exp

from customer_segments.errors import UserError
from customer_segments.segments.declared import Declared
from customer_segments.segments.definition import Definition, rows_of
from customer_segments.segments.list import RULES
from customer_segments.segments.wording import readable
from customer_segments.segments.working_copy import WorkingCopy
from customer_segments.sql import literal


def built_rules(parsed: Manifest) -> WorkingCopy:
    """Return the rules as dbt compiled them when it last built them."""
    rules = {
        node.name: node.compiled_code
        for node in parsed.nodes.values()
        if isinstance(node, ModelNode) and node.path.startswith(RULES.as_posix())
    }
    sql = {name: code for name, code in rules.items() if code}
    return WorkingCopy(sql, Declared(frozenset(sql)))


def say_failed(
    connection: duckdb.DuckDBPyConnection,
    changes: str,
    change: str,
    copy: WorkingCopy,
    worded: WorkingCopy,
) -> None:
    """Say of each contact who entered or left by a rule which of its conditions do not hold in the
    database that the connection uses, in the words of another day's working copy.

    A rule that cannot be asked there is left out if that is of the day before: what it asks for
    may be new. Raises duckdb.Error, UserError.
    """
    asked = f"{changes} where condition is null and change = {literal(change)}"
    connection.execute(
        "create or replace temp table found (contact_id varchar, segment varchar, said varchar)"
    )
    for (segment,) in connection.execute(f"select distinct segment from {asked}").fetchall():
        if segment not in copy.declared.rules:
            continue
        try:
            definition = copy.definition(segment)
            connection.execute(
                f"insert into found with wanted as (select contact_id from {asked}"
                f" and segment = {literal(segment)}),"
                f" judged as ({_judged(definition, worded.definition(segment))})"
                f" select contact_id, {literal(segment)}, coalesce("
                f"first(said order by held desc, said), {literal(f'in {definition.source}')})"
                " from wanted left join judged using (contact_id) group by contact_id"
            )
        except (UserError, ValueError, duckdb.BinderException, duckdb.CatalogException):
            if copy is worded:
                raise
    connection.execute(
        f"update {changes} as changes set condition = nullif(said, '') from found"
        " where changes.contact_id = found.contact_id and changes.segment = found.segment"
        f" and changes.change = {literal(change)}"
    )


def _judged(definition: Definition, worded: Definition) -> str:
    """Return the SQL of what does not hold, in each row of a wanted contact that a rule looks at,
    and of how many conditions do.

    Raises ValueError when there are other conditions on the other day.
    """
    select = definition.select
    if select is None:
        return f"select contact_id, {_words(worded.query)} as said, 0 as held from wanted"
    trees, shown = (
        [part.tree for part in of.parts if not part.depth] for of in (definition, worded)
    )
    said = ["null"]
    for number, (_, tree) in enumerate(zip(trees, shown, strict=True)):
        said.append(f"case when field_{number} is not true then {_words(tree)} end")
    held = ["0", *(f"coalesce(cast(field_{number} as int), 0)" for number in range(len(trees)))]
    rows = rows_of(select, trees).sql(dialect="duckdb", comments=False)
    return (
        f"select contact_id, concat_ws('; ', {', '.join(said)}) as said, {' + '.join(held)} as held"
        f" from ({rows}) as rows where contact_id in (from wanted)"
    )


def _words(tree: exp.Expr) -> str:
    """Return a condition in one line, as an SQL string."""
    text = re.sub(r"\(\n *", "(", readable(tree))
    return literal(re.sub(r"\n *", " ", re.sub(r"\n *\)", ")", text)))
