"""Words, numbers and days in one language; its fixed words: words.<language>.yml and others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup, escape

_WORDS = Path(__file__).parent


@dataclass(frozen=True)
class Wording:
    """What one language makes of numbers and days, and its words."""

    language: str
    words: Mapping[str, Any]

    @property
    def filters(self) -> dict[str, Any]:
        """The filters of the templates."""
        names = ("number", "signed", "percent", "share", "money", "times", "day", "month", "say")
        return {name: getattr(self, name) for name in names}

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with marks between thousands."""
        marks = {",": self._form("thousands"), ".": self._form("decimal")}
        return f"{value:,.{digits}f}".translate(str.maketrans(marks))

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a change with its sign."""
        sign = "+" if value > 0 else "−" if value < 0 else "±"
        return sign + self.number(abs(value), digits)

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share from 0 to 1 in percent; a little above 0 is not 0."""
        least = 10.0**-digits
        text = self.number(share * 100, digits)
        if 0 < share * 100 < least:
            text = "<" + self.number(least, digits)
        return text + str(self._form("percent"))

    def share(self, value: float) -> str:
        """Return a share of few in percent, with a digit more where it is small."""
        return self.percent(value, 1 if value < 0.1 else 0)

    def money(self, amount: float, currency: str | None, digits: int = 0) -> str:
        """Return an amount in its currency, which may be unknown."""
        text = self.number(float(amount), digits)
        if currency is None:
            return text
        return str(self._form("money")).format(amount=text, currency=currency)

    def times(self, lift: float) -> str:
        """Return how many times as common something is."""
        return "×" + self.number(lift, 1)

    def day(self, day: date, form: str = "day") -> str:
        """Return a day, or a moment's, as people write it."""
        return str(self._form(form)).format(
            day=self._form("first") if day.day == 1 else day.day,
            month=self._form("months")[day.month - 1],
            short=self._form("short_months")[day.month - 1],
            year=day.year,
        )

    def month(self, day: date) -> str:
        """Return the month of a day."""
        return self.day(day, "month")

    def say(self, words: Any, n: int = 0, of: str = "", **values: Any) -> Markup:
        """Fill words with values, escaping those; of words for one and for more, n says which.

        Whole numbers and days are written as the language writes them. `of` is what n can be found
        by in the published tables, for a test that reads the page.
        """
        if not isinstance(words, str):
            words = words[0 if n in self._form("singular") else 1]
        shown = Markup('<span data-of="{}">{}</span>').format(of, self.number(n))
        values["n"] = shown if of else n
        return Markup(escape(words)).format(
            **{name: self._written(value) for name, value in values.items()}
        )

    def text(self, words: Any, n: int = 0, **values: Any) -> str:
        """Fill words as say does, for a text that is no page."""
        return str(self.say(words, n, **values).unescape())

    def _written(self, value: Any) -> Any:
        if isinstance(value, int):
            return self.number(value)
        return self.day(value) if isinstance(value, date) else value

    def _form(self, name: str) -> Any:
        return self.words["forms"][name]


@cache
def wording(language: str, words: str = "words") -> Wording:
    """Return the wording of a language, with the words of the files of that name."""
    text = (_WORDS / f"{words}.{language}.yml").read_text(encoding="utf-8")
    # In French a space stands before these, at which no line may break.
    text = re.sub(" (?=[:;?!%])", "\N{NO-BREAK SPACE}", text)
    return Wording(language, yaml.load(text, Loader=yaml.CSafeLoader))
