"""Writes seeds/demo anew: python -m demo. With options, the demo at another scale."""

import argparse
from datetime import date
from pathlib import Path

from demo import settings, write_demo_data
from demo.scaled import Scale

parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
parser.add_argument("--to", type=Path, help="write typed Parquet there, with as many")
parser.add_argument("--contacts", type=int, default=1000)
parser.add_argument("--email-events", type=int, help="about so many; else as many as follow")
parser.add_argument(
    "--day", type=date.fromisoformat, default=settings.AS_OF, help="add the rows of a later day"
)
parser.add_argument("--single-file", action="store_true", help="one file a table, no folders")
options = parser.parse_args()
if options.to is None:
    write_demo_data(Path(__file__).parents[1] / "seeds" / "demo")
else:
    Scale(options.to, options.contacts, options.email_events, options.single_file).write(
        options.day
    )
