"""Breaks a long text of SQL into lines as a person would."""

import sqlglot
from sqlglot.tokenizer_core import Token, TokenType

WIDTH = 84
_INDENT = "    "


class Lines:
    """Breaks a long text of SQL into lines at sub-selects, their clauses, AND and OR."""

    _CLAUSES = frozenset(
        {
            TokenType.FROM,
            TokenType.WHERE,
            TokenType.GROUP_BY,
            TokenType.HAVING,
            TokenType.QUALIFY,
            TokenType.ORDER_BY,
            TokenType.UNION,
            TokenType.INNER,
            TokenType.LEFT,
            TokenType.JOIN,
        }
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = sqlglot.tokenize(text, dialect="duckdb")
        # For each open parenthesis, whether a sub-select is in it, on lines of its own.
        self._open: list[bool] = []
        self._written = [""]

    def broken(self) -> str:
        """Return the text on several lines."""
        end = 0
        between = False
        for number, token in enumerate(self._tokens):
            space = self._text[end : token.start]
            end = token.end + 1
            joins = token.token_type in (TokenType.AND, TokenType.OR) and not between
            if token.token_type in (TokenType.BETWEEN, TokenType.AND):
                between = token.token_type == TokenType.BETWEEN
            if self._starts_line(token, number, joins):
                self._break(_INDENT if joins and self._open else "")
            elif self._written[-1].strip():
                self._written[-1] += space
            self._written[-1] += self._text[token.start : end]
            self._enter(token, number)
        return "\n".join(self._written)

    def _starts_line(self, token: Token, number: int, joins: bool) -> bool:
        if token.token_type == TokenType.R_PAREN:
            return self._open.pop() if self._open else False
        if not all(self._open) or not number:
            return False
        if joins:
            return not self._open or len(self._written[-1]) > WIDTH // 2
        joined = self._tokens[number - 1].token_type in (TokenType.INNER, TokenType.LEFT)
        return bool(self._open) and token.token_type in self._CLAUSES and not joined

    def _enter(self, token: Token, number: int) -> None:
        if token.token_type == TokenType.L_PAREN:
            inside = self._tokens[number + 1].token_type if number + 1 < len(self._tokens) else None
            self._open.append(inside in (TokenType.SELECT, TokenType.WITH))
            if self._open[-1]:
                self._break()

    def _break(self, more: str = "") -> None:
        self._written.append(_INDENT * sum(self._open) + more)
