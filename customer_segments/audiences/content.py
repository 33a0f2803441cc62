"""What an audience file says: its contacts, in the columns that a sender of email wants."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from customer_segments.errors import UserError

# What a formula begins with, and the characters that are compatible with one of these (NFKC), such
# as the full-width ones: a spreadsheet in a language that writes so takes them for the same.
FORMULA_CHARACTERS = tuple("=+-@⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠")
# Where a cell begins, for a spreadsheet that splits lines at another separator as well.
_FORMULA = re.compile(rf"""(^|[,;"'])(\s*)(?=[{re.escape("".join(FORMULA_CHARACTERS))}])""")
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])


@dataclass(frozen=True)
class Layout:
    """How a sender of email wants the file: its columns, by the fields of Contact; the email first.

    The file for a step of a sequence has those of the message's text as well.
    """

    name: str
    columns: Mapping[str, str]
    message_columns: Mapping[str, str]
    separator: str


LAYOUTS = {
    name: Layout(name, **layout)
    for name, layout in yaml.safe_load(
        Path(__file__).with_name("layouts.yml").read_text(encoding="utf-8")
    ).items()
}


@dataclass(frozen=True)
class Contact:
    """A member of a segment, or whose message is due, with what the file says of it.

    In the fields replaced, a fallback stands in for a text that must not go out.
    """

    is_allowed: bool
    reason: str | None
    is_held_out: bool
    email: str | None
    first_name: str | None
    last_name: str | None
    mobile_number: str | None
    contact_id: str
    offer_code: str | None
    message_first_name: str | None = None
    product_name: str | None = None
    days_since_trigger: str | None = None
    replaced: Sequence[str] = ()

    @property
    def reason_against(self) -> str | None:
        """Why it is left out of the file. None when it is in."""
        # The segments are of a day; the file goes out now, by all that is known.
        if not self.is_allowed or self.email is None:
            return self.reason or "not_allowed"
        if self.is_held_out:
            return "held_out"
        # It can't be made harmless: with another first character it is another's address.
        return "address_is_a_formula" if self.email.startswith(FORMULA_CHARACTERS) else None


def layout_of(name: str) -> Layout:
    """Return the layout of this name. Raises UserError when there is none."""
    if name not in LAYOUTS:
        raise UserError(f"there is no layout '{name}'; it is one of {', '.join(sorted(LAYOUTS))}")
    return LAYOUTS[name]


def audience_file(
    contacts: Iterable[Contact], layout: Layout, *, is_message: bool
) -> tuple[bytes, Counter[str]]:
    """Return a file's content, and how many contacts are left out by which reason.

    Of contacts who share an address the first is in the file, the others are left out: it
    gets one email.
    Every cell is quoted, and none begins with a character at which a spreadsheet would begin a
    formula, see https://owasp.org/www-community/attacks/CSV_Injection.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator, quoting=csv.QUOTE_ALL)
    fields = {**layout.columns, **(layout.message_columns if is_message else {})}
    writer.writerow(fields.values())
    left_out: Counter[str] = Counter()
    written: set[str | None] = set()
    for contact in contacts:
        reason_against = contact.reason_against
        if not reason_against and contact.email in written:
            reason_against = "address_is_in_the_file"
        if reason_against:
            left_out[reason_against] += 1
            continue
        written.add(contact.email)
        others = (getattr(contact, name) for name in fields if name != "email")
        writer.writerow([contact.email, *(_harmless(cell or "") for cell in others)])
    return text.getvalue().encode(), left_out


def _harmless(text: str) -> str:
    """Return text on one line, with an apostrophe before what a spreadsheet would calculate."""
    line = " ".join(text.split()).translate(_CONTROL)
    return _FORMULA.sub(r"\1\2'", line)
