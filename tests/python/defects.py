"""Spoils the demo's files in many ways and says who notices: python -m tests.python.defects

Each defect is put into a copy of the files, delivered after a green build and as the first delivery.
The loader and the staging models look at it. The outcome is the table in defects.md beside this file;
--write puts it there. The exit code is 1 when a defect gets through after a green build without a
word and without a reason given here.
"""

# ruff: noqa: E501

import argparse
import csv
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from customer_segments.dbt import PROJECT
from customer_segments.errors import UserError
from customer_segments.inputs.delivery import DEMO
from tests.python.batches import Batches, Finding

PAGE = PROJECT / "tests" / "python" / "defects.md"
BEGIN, END = "<!-- defects -->", "<!-- end of defects -->"
NEW = "2026-06-03"
DAY = date(2026, 6, 30)

Row = dict[str, str]


@dataclass(frozen=True)
class Defect:
    """One way in which a delivery goes wrong."""

    name: str
    spoil: Callable[[Path], None]
    passes_because: str = ""


@dataclass(frozen=True)
class Noticed:
    """Who noticed a defect, and by what: the loader, a finding of the batch after a good delivery or
    at first, or the rows that staging rejects.
    """

    loader: str = ""
    later: Sequence[Finding] = ()
    first: Sequence[Finding] = ()
    staging: str = ""

    @property
    def outcome(self) -> str:
        """What became of the delivery after a good one."""
        if self.loader or any(finding.stops for finding in self.later):
            return "stopped"
        return "reported" if self.staging else "silent"

    @property
    def at_first(self) -> str:
        """What became of it as the first delivery."""
        if self.loader or any(finding.stops for finding in self.first):
            return "stopped"
        if self.first:
            return "warned"
        return "reported" if self.staging else "not seen"


def _read(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [{key: value or "" for key, value in row.items() if key} for row in rows]


def _write(folder: Path, table: str, rows: Sequence[Row]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)


def _each(table: str, change: Callable[[Row, int], object]) -> Callable[[Path], None]:
    """Change rows in place."""

    def spoil(folder: Path) -> None:
        rows = _read(folder, table)
        for number, row in enumerate(rows):
            change(row, number)
        _write(folder, table, rows)

    return spoil


def _rows(table: str, change: Callable[[list[Row]], list[Row]]) -> Callable[[Path], None]:
    """Add, leave out or reorder rows."""
    return lambda folder: _write(folder, table, change(_read(folder, table)))


def _set(column: str, value: Callable[[Row], str], every: int = 1) -> Callable[[Row, int], None]:
    def change(row: Row, number: int) -> None:
        if number % every == 0:
            row[column] = value(row)

    return change


def _swap(one: str, other: str) -> Callable[[Row, int], None]:
    def change(row: Row, _number: int) -> None:
        row[one], row[other] = row[other], row[one]

    return change


def _text(table: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the file as bytes."""

    def spoil(folder: Path) -> None:
        path = folder / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    return spoil


def _all(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for change in changes:
            change(folder)

    return spoil


def _times(text: str, factor: float) -> str:
    try:
        return f"{float(text) * factor:.2f}"
    except ValueError:
        return text


def _busiest(rows: Sequence[Row], column: str) -> str:
    days = [row[column][:10] for row in rows]
    return max(sorted(set(days)), key=days.count)


def _day_again(column: str, key: str | None) -> Callable[[list[Row]], list[Row]]:
    def change(rows: list[Row]) -> list[Row]:
        day = _busiest(rows, column)
        again = [dict(row) for row in rows if row[column].startswith(day)]
        for number, row in enumerate(again):
            if key:
                row[key] = f"{row[key][0]}{800000 + number}"
        return rows + again

    return change


def _without_day(column: str) -> Callable[[list[Row]], list[Row]]:
    def change(rows: list[Row]) -> list[Row]:
        day = _busiest(rows, column)
        return [row for row in rows if not row[column].startswith(day)]

    return change


def _hours_later(text: str, hours: int) -> str:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")) + timedelta(hours=hours)
    except ValueError:
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _month_first(text: str) -> str:
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", text)
    return f"{found[2]}/{found[3]}/{found[1]}" if found else text


def _day_for_month(text: str) -> str:
    found = re.match(r"(\d{4})-(\d\d)-(0\d|1[012])(.*)", text)
    return f"{found[1]}-{found[3]}-{found[2]}{found[4]}" if found else text


def _thousands(text: str) -> str:
    amount = _times(text, 10)
    return f"{float(amount):,.2f}".translate(str.maketrans(",.", ".,")) if amount != text else text


def _inverted(text: str) -> str:
    return {"true": "false", "1": "false", "yes": "no", "oui": "non"}.get(
        text.lower(), "true" if text else ""
    )


def _no_zeros(text: str) -> str:
    return re.sub(r"^([A-Z])0+", r"\1", text)


def _half_semicolons(data: bytes) -> bytes:
    lines = data.split(b"\n")
    middle = len(lines) // 2
    return b"\n".join(lines[:middle] + [line.replace(b",", b";") for line in lines[middle:]])


def _header_again(data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([*lines[:1000], lines[0], *lines[1000:]])


def _shifted(row: Row, number: int) -> None:
    if number % 10 == 0:
        values = list(row.values())
        for key, value in zip(row, ["", *values[:-1]], strict=True):
            row[key] = value


def _renamed(table: str, old: str, new: str) -> Callable[[Path], None]:
    return _text(table, lambda data: re.sub(rb"\b%b\b" % old.encode(), new.encode(), data, count=1))


ALL = ("contacts", "orders")

# A defect on two lines reads better than one with an argument a line.
# fmt: off
DEFECTS = (
    Defect("words where amounts stand, in every 20th order", _each("orders", _set("total_amount", lambda _: "n/a", 20))),
    Defect("amounts with thousands separators (1.234,50)", _each("orders", _set("total_amount", lambda row: _thousands(row["total_amount"])))),
    Defect("amounts with a decimal comma (12,50)", _each("orders", _set("total_amount", lambda row: row["total_amount"].replace(".", ","))), "harmless: read as meant"),
    Defect("amounts 100 times too large, all", _each("orders", _set("total_amount", lambda row: _times(row["total_amount"], 100)))),
    Defect("amounts 100 times too large from a day on", _each("orders", lambda row, _: row["ordered_at"] >= NEW and row.update(
               total_amount=_times(row["total_amount"], 100)))),
    Defect("all amounts 100 times too large, in the lines too", _all(_each("orders", _set("total_amount", lambda row: _times(row["total_amount"], 100))),
                _each("order_items", _set("unit_price", lambda row: _times(row["unit_price"], 100))))),
    Defect("negative amounts, every 20th", _each("orders", _set("total_amount", lambda row: "-" + row["total_amount"], 20))),
    Defect("refunds as completed orders", _each("orders", lambda row, _: row["status"] == "refunded" and row.update(status="completed"))),
    Defect("another currency, all", _each("orders", _set("currency", lambda _: "EUR"))),
    Defect("another currency from a day on", _each("orders", lambda row, _: row["ordered_at"] >= NEW and row.update(currency="USD"))),
    Defect("file in Windows-1252", _text("contacts", lambda data: data.decode().encode("cp1252", "replace"))),
    Defect("UTF-8 encoded twice (ZÃ¼rich)", _text("contacts", lambda data: data.decode().encode().decode("latin-1").encode())),
    Defect("every order twice", _rows("orders", lambda rows: rows + rows)),
    Defect("a day twice", _rows("email_events", _day_again("occurred_at", None))),
    Defect("a day twice, with new keys", _rows("email_events", _day_again("occurred_at", "event_id"))),
    Defect("a day missing in the orders", _rows("orders", _without_day("ordered_at"))),
    Defect("a day missing in the email events", _rows("email_events", _without_day("occurred_at"))),
    Defect("the last two months missing", _rows("orders", lambda rows: [row for row in rows if row["ordered_at"] < "2026-05-01"])),
    Defect("file cut off after 60 %", _text("email_events", lambda data: data[: len(data) * 6 // 10])),
    Defect("file with a header only", _text("orders", lambda data: data.split(b"\n")[0] + b"\n")),
    Defect("header again in the middle", _text("orders", _header_again)),
    Defect("other separator from the middle on", _text("email_events", _half_semicolons)),
    Defect("every 10th row shifted by a column", _each("orders", _shifted)),
    Defect("orders of unknown contacts, every 10th", _each("orders", _set("contact_id", lambda row: "X" + row["contact_id"], 10))),
    Defect("events without a contact, every 10th", _each("email_events", _set("contact_id", lambda _: "", 10))),
    Defect("keys used again for other contacts, every 20th", _rows("contacts", lambda rows: [
               {**row, "contact_id": rows[number - 1]["contact_id"]} if number % 20 == 1 else row
               for number, row in enumerate(rows)])),
    Defect("leading zeros lost in the contacts' keys", _each("contacts", _set("contact_id", lambda row: _no_zeros(row["contact_id"])))),
    Defect("leading zeros lost in all files", _all(*(_each(table, _set("contact_id", lambda row: _no_zeros(row["contact_id"])))
                  for table in (*ALL, "email_events", "web_events", "support_cases", "contact_traits")))),
    Defect("SQL in keys, every 20th", _each("contacts", _set("contact_id", lambda row: f"{row['contact_id']}'; drop table x; --", 20))),
    Defect("markup in names, every 20th", _each("contacts", _set("first_name", lambda row: f"<b>{row['first_name']}</b>", 20))),
    Defect("order_id and contact_id swapped", _each("orders", _swap("order_id", "contact_id"))),
    Defect("first and last name swapped", _each("contacts", _swap("first_name", "last_name"))),
    Defect("city and region swapped", _each("contacts", _swap("city", "region"))),
    Defect("created_at and updated_at swapped", _each("contacts", _swap("created_at", "updated_at"))),
    Defect("email and phone swapped", _each("contacts", _swap("email", "phone"))),
    Defect("a column emptied (city)", _each("contacts", _set("city", lambda _: ""))),
    Defect("a column constant (country)", _each("contacts", _set("country", lambda _: "CH"))),
    Defect("an optional column renamed (city)", _renamed("contacts", "city", "town")),
    Defect("a required column renamed (total_amount)", _renamed("orders", "total_amount", "amount")),
    Defect("a value drifts: half the women are other", _each("contacts", lambda row, number: number % 2 and row["gender"] == "female" and row.update(
               gender="other"))),
    Defect("email addresses in capitals", _each("contacts", _set("email", lambda row: row["email"].upper())), "harmless: addresses are lower-cased"),
    Defect("consent inverted", _each("contacts", _set("email_consent", lambda row: _inverted(row["email_consent"])))),
    Defect("consent encoded as Y and N", _each("contacts", _set("email_consent", lambda row: row["email_consent"] and (
               "N" if _inverted(row["email_consent"]) == "true" else "Y")))),
    Defect("every open by a machine", _each("email_events", lambda row, _: row["event_type"] == "opened" and row.update(
               is_machine_open="true"))),
    Defect("clicks without opens", _rows("email_events", lambda rows: [row for row in rows if row["event_type"].lower() != "opened"])),
    Defect("clicks without anything sent", _rows("email_events", lambda rows: [row for row in rows if row["event_type"] != "sent"])),
    Defect("an unknown kind of event (view for opened)", _each("email_events", lambda row, _: row["event_type"] == "opened" and row.update(
               event_type="view"))),
    Defect("dates month first (06/30/2026)", _each("orders", _set("ordered_at", lambda row: _month_first(row["ordered_at"])))),
    Defect("day and month swapped where both fit", _each("orders", _set("ordered_at", lambda row: _day_for_month(row["ordered_at"])))),
    Defect("times shifted by two hours", _each("email_events", _set("occurred_at", lambda row: _hours_later(row["occurred_at"], 2)))),
    Defect("dates in the future, every 20th", _each("orders", _set("ordered_at", lambda _: "2031-01-01T10:00:00Z", 20))),
    Defect("dates as a spreadsheet's numbers", _each("contacts", _set("birth_date", lambda row: row["birth_date"] and "31234"))),
    Defect("all consent given and all orders completed", _all(_each("contacts", lambda row, _: row["email_consent"] and row.update(email_consent="true")),
                _each("orders", lambda row, _: row.update(status="completed")))),
    Defect("all contacts but one are two months old", _rows("contacts", lambda rows: [row for row in rows if max(row["created_at"], row["updated_at"]) < "2026-04-28"]
                 + [row for row in rows if row["created_at"] > "2026-06-25"][:1])),
    Defect("all suppressed addresses of the last year missing", _rows("suppressions", lambda rows: [row for row in rows if row["suppressed_at"] < "2025-07-01"])),
    Defect("one order twice as large", _each("orders", lambda row, number: number == 500 and row.update(
               total_amount=_times(row["total_amount"], 1.9))),
           "a single value that looks right"),
)
# fmt: on


class Examination:
    """The loader and staging, after a green build of the demo."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches = Batches(folder)
        self._batches.forget()
        self._usual = self._batches.deliver(DEMO, DAY)
        if any(finding.stops for finding in self._usual):
            raise SystemExit("the demo itself is stopped")
        self._batches.keep()
        self._rejected = self._counts()

    def look_at(self, defect: Defect) -> Noticed:
        """Return who notices a defect."""
        files = self._folder / "defective"
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(DEMO, files)
        defect.spoil(files)
        self._batches.back()
        try:
            later = self._batches.deliver(files, DAY)
        except UserError as error:
            return Noticed(loader=str(error))
        staging = self._reported()
        self._batches.forget()
        usual = {finding.sentence for finding in self._usual}
        first = [f for f in self._batches.judge(DAY) if f.sentence not in usual]
        return Noticed("", later, first, staging)

    def _reported(self) -> str:
        """Return what the summary of a build shows that it did not show before."""
        more = self._counts() - self._rejected
        worst, count = more.most_common(1)[0] if more else ("", 0)
        return f"{count:,} × {worst}" if count else ""

    def _counts(self) -> Counter[str]:
        with duckdb.connect(str(self._batches.warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select reason, count(*) from staging.rejected_rows group by reason union all"
                " select 'repeated', sum(deduplicated_count) from staging.source_row_counts"
            ).fetchall()
        return Counter({reason: int(count) for reason, count in rows})


def table(found: Sequence[tuple[Defect, Noticed]]) -> str:
    """Return the outcome as Markdown."""
    lines = [
        "| defect | after a good delivery | first delivery | found after a good one | found at first | staging |",
        "|---|---|---|---|---|---|",
    ]
    for defect, noticed in found:
        loader = noticed.loader and f"loader: {noticed.loader.splitlines()[0][:90]}"
        later, first = (
            loader or next((f"{f.rule}: {f.sentence}" for f in findings), "")
            for findings in (noticed.later, noticed.first)
        )
        passes = noticed.outcome == "silent" and defect.passes_because
        outcome = f"passes ({defect.passes_because})" if passes else noticed.outcome
        at_first = "passes" if passes else noticed.at_first
        cells = [defect.name, outcome, at_first, later, first, noticed.staging]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    stopped = sum(noticed.outcome == "stopped" for _, noticed in found)
    first = Counter(noticed.at_first for _, noticed in found)
    reported = sum(noticed.outcome == "reported" for _, noticed in found)
    lines += [
        "",
        f"Of {len(found)} defects {stopped} stop the build after a good delivery, {reported} are"
        f" reported row by row, and {len(found) - stopped - reported} pass, for the reason given. On"
        f" a first delivery {first['stopped']} stop it and {first['warned']} are warned of.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Examine all defects, or those whose name has a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only defects with this in the name")
    parser.add_argument("--write", action="store_true", help="put the table into defects.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        examination = Examination(Path(folder))
        found = []
        for defect in DEFECTS:
            if arguments.word in defect.name:
                found.append((defect, examination.look_at(defect)))
                print(f"{found[-1][1].outcome:<9} {defect.name}", flush=True)
    text = table(found)
    print(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")
    if any(noticed.outcome == "silent" and not defect.passes_because for defect, noticed in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
