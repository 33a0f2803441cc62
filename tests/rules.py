"""Tests the rules on rows of their own and recounts the demo, which a build leaves out."""

import sys
from pathlib import Path

from customer_segments.dbt import parse, run_dbt
from customer_segments.errors import UserError
from customer_segments.runs import RECOUNTS

if __name__ == "__main__":
    warehouse = Path(sys.argv[1])
    # Two threads make Jinja misread decimals before Python 3.11.8.
    tests = ["test", "--select", "test_type:unit", RECOUNTS, "--threads", "1"]
    try:
        run_dbt(tests, {}, warehouse, parse({}, warehouse))
    except UserError as error:
        sys.exit(str(error))
