"""Writes seeds/demo anew: python -m demo."""

from pathlib import Path

from demo import write_demo_data

write_demo_data(Path(__file__).parents[1] / "seeds" / "demo")
