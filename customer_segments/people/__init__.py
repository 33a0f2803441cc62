"""Removes erased people from what came in and from what earlier builds left, for good."""

from customer_segments.people.erasure import Erasure
from customer_segments.people.keys import ErasedKeys
from customer_segments.people.people import ERASED
from customer_segments.people.raw import MARKED, erase_from_raw

__all__ = ["ERASED", "MARKED", "ErasedKeys", "Erasure", "erase_from_raw"]
