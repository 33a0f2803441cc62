"""Writes SQL as a person would have: lower case, plain dates, no names of schemas."""

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.tokenizer_core import TokenType

_WIDTH = 84
_CONSTANT = (
    exp.Cast,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Neg,
    exp.Paren,
    exp.Interval,
    exp.Literal,
    exp.DataType,
    exp.Var,
)


def readable(tree: exp.Expr) -> str:
    """Return a condition or a query, on several lines when it is long."""
    plain = fold_dates(tree.copy()).transform(_without_noise).unnest()
    text = _lower_case(_Readable().generate(plain))
    if len(text) > _WIDTH:
        text = _lower_case(_Readable(pretty=True, indent=4, pad=4).generate(plain))
    return text


def fold_dates(tree: exp.Expr) -> exp.Expr:
    """Return SQL with calculations on fixed dates done: 30 days before 2026-06-30 is a date."""
    return tree.transform(_folded)


def is_date(tree: exp.Expr) -> bool:
    """Whether it is a cast to a date."""
    return isinstance(tree, exp.Cast) and tree.to.this == exp.DType.DATE


def _folded(node: exp.Expr) -> exp.Expr:
    if not is_date(node) or isinstance(node.this, exp.Literal):
        return node
    if not all(isinstance(part, _CONSTANT) for part in node.walk()):
        return node
    try:
        day = duckdb.execute(f"select {node.sql(dialect='duckdb')}").fetchall()[0][0]
    except duckdb.Error:
        return node
    return exp.cast(exp.Literal.string(str(day)), exp.DType.DATE)


def _without_noise(node: exp.Expr) -> exp.Expr:
    """Drop schemas, quotes and conditions that are only `true`."""
    if isinstance(node, exp.Table):
        node.set("db", None)
        node.set("catalog", None)
    elif isinstance(node, exp.Identifier) and exp.SAFE_IDENTIFIER_RE.match(node.name):
        node.set("quoted", False)
    elif isinstance(node, exp.And):
        for kept, other in ((node.left, node.right), (node.right, node.left)):
            if other.unnest() == exp.true():
                return kept.transform(_without_noise)
    elif isinstance(node, exp.Paren) and _is_needless(node):
        return node.unnest().transform(_without_noise)
    return node


def _is_needless(paren: exp.Paren) -> bool:
    inside = paren.unnest()
    if isinstance(paren.parent, exp.And | exp.Where | exp.Having):
        return not isinstance(inside, exp.Or)
    shifted = isinstance(inside, exp.Add | exp.Sub) and isinstance(paren.parent, exp.Predicate)
    return shifted or (isinstance(inside, exp.Func) and not isinstance(inside, exp.Connector))


def _lower_case(text: str) -> str:
    """Write all but texts and quoted names in lower case."""
    written = list(text)
    for token in sqlglot.tokenize(text, dialect="duckdb"):
        if token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER):
            written[token.start : token.end + 1] = text[token.start : token.end + 1].lower()
    return "".join(written)


class _Readable(DuckDBGenerator):
    """DuckDB's SQL with the compiled macros written as people say them."""

    def __init__(self, **options: object) -> None:
        super().__init__(normalize_functions="lower", comments=False, **options)  # type: ignore[arg-type]

    def not_sql(self, expression: exp.Not) -> str:
        """`x not in (…)` for `not x in (…)`."""
        inner = expression.this.unnest()
        if isinstance(inner, exp.Is):
            return f"{self.sql(inner, 'this')} IS NOT {self.sql(inner, 'expression')}"
        if isinstance(inner, exp.In | exp.Like | exp.ILike | exp.Between):
            subject = self.sql(inner, "this")
            return f"{subject} NOT{self.sql(inner)[len(subject) :]}"
        return str(super().not_sql(expression))

    def in_sql(self, expression: exp.In) -> str:
        """`contact_id in suppliers` where all of another segment is meant."""
        source = whole_of(expression)
        if source is not None:
            return f"{self.sql(expression, 'this')} IN {source.name}"
        return str(super().in_sql(expression))

    def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:
        """A fixed date as text, and a date a month later without the cast back to a date."""
        if is_date(expression):
            inner = expression.this.unnest()
            if isinstance(inner, exp.Literal | exp.Add | exp.Sub):
                return self.sql(inner)
            moment = _local(_local(inner))
            if isinstance(moment, exp.Column):
                return f"local_date({self.sql(moment)})"
        return str(super().cast_sql(expression, safe_prefix))

    def add_sql(self, expression: exp.Add) -> str:
        """`day + 2 months` for a count times an interval of one month."""
        return self._shifted(expression, "+") or str(super().add_sql(expression))

    def sub_sql(self, expression: exp.Sub) -> str:
        """`day - 2 months` in the same way."""
        return self._shifted(expression, "-") or str(super().sub_sql(expression))

    def _shifted(self, expression: exp.Add | exp.Sub, sign: str) -> str | None:
        product = expression.expression.unnest()
        if not isinstance(product, exp.Mul) or not isinstance(product.expression, exp.Interval):
            return None
        count = product.this
        while isinstance(count, exp.Cast | exp.Paren):
            count = count.this
        if isinstance(count, exp.Neg):
            count, sign = count.this, "-" if sign == "+" else "+"
        unit = product.expression.args["unit"].name.lower()
        plural = "" if count.name == "1" else "s"
        return f"{self.sql(expression, 'this')} {sign} {self.sql(count)} {unit}{plural}"


def _list_has(self: DuckDBGenerator, node: exp.ArrayContains) -> str:
    return f"list_has({self.sql(node, 'this')}, {self.sql(node, 'expression')})"


def _coalesce(self: DuckDBGenerator, node: exp.Coalesce) -> str:
    if isinstance(node.this, exp.ArrayContains) and node.expressions == [exp.false()]:
        return self.sql(node.this)
    return self.func("coalesce", node.this, *node.expressions)


def _date_diff(self: DuckDBGenerator, node: exp.DateDiff) -> str:
    moments = [
        self.sql(moment.this if isinstance(moment, exp.Cast) and not is_date(moment) else moment)
        for moment in (node.expression, node.this)
    ]
    return f"date_diff('{node.text('unit').lower()}', {', '.join(moments)})"


_Readable.TRANSFORMS = {
    **DuckDBGenerator.TRANSFORMS,
    exp.ArrayContains: _list_has,
    exp.Coalesce: _coalesce,
    exp.DateDiff: _date_diff,
}


def whole_of(condition: exp.Expr) -> exp.Table | None:
    """Return the table when a condition asks whether the contact is anywhere in it, else None."""
    query = condition.args.get("query") if isinstance(condition, exp.In) else None
    select = query.unnest() if isinstance(query, exp.Subquery) else None
    if not isinstance(select, exp.Select) or select.args.get("joins"):
        return None
    filters = ("where", "group", "having", "qualify", "limit", "with_")
    if any(select.args.get(part) for part in filters) or len(select.selects) != 1:
        return None
    source = select.args["from_"].this if select.args.get("from_") else None
    columns = isinstance(select.selects[0], exp.Column) and select.selects[0].name == "contact_id"
    return source if isinstance(source, exp.Table) and columns else None


def _local(node: exp.Expr) -> exp.Expr:
    """Return the moment of a conversion between timezones."""
    moment = node
    if isinstance(node, exp.Anonymous) and node.name.lower() == "timezone":
        moment = node.expressions[-1]
    elif isinstance(node, exp.AtTimeZone):
        moment = node.this
    return moment
