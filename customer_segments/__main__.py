"""The commands without the script that an installation makes: python -m customer_segments."""

from customer_segments.cli import run

run()
