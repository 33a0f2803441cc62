"""Removes erased people from what came in and from what earlier builds left, for good."""

from customer_segments.erasure.erasure import Erasure
from customer_segments.erasure.keys import ErasedKeys
from customer_segments.erasure.people import ERASED
from customer_segments.erasure.raw import MARKED, erase_from_raw

__all__ = ["ERASED", "MARKED", "ErasedKeys", "Erasure", "erase_from_raw"]
