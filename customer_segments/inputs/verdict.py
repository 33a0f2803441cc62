"""What follows from failed checks of files: what stops a build, and what is only said.

A hard failure stops. What merely looks odd is said on a first delivery, where nothing tells what is
usual. Later it stops, unless the delivery before was as odd, so that nothing moved, or a person has
accepted the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from customer_segments.contracts.contract import Weight
from customer_segments.contracts.outcome import Outcome, Result, with_table
from customer_segments.inputs.batches import Accepted
from customer_segments.inputs.contract import INVALID_SHARE
from customer_segments.inputs.memory import LastTime, Oddity


@dataclass(frozen=True)
class Finding:
    """A failed check: `check` names it, `shown` says what speaks against it."""

    check: str
    shown: str


@dataclass(frozen=True)
class Verdict:
    """What stops the build, and what does not."""

    hard: Sequence[Finding]
    odd: Sequence[Finding]
    said: Sequence[Finding]
    passed: Mapping[str, Accepted]
    oddities: Sequence[Oddity]

    @property
    def stops(self) -> bool:
        """Whether the build stops."""
        return bool(self.hard or self.odd)


def judge(
    outcomes: Sequence[Outcome], last: LastTime, batch: str, accepted: Mapping[str, Accepted]
) -> Verdict:
    """Say what follows from the outcomes of a batch."""
    before = {oddity.check: oddity for oddity in last.profile.oddities} if last.profile else {}
    is_same = last.profile is not None and last.profile.batch == batch
    hard, odd, said = [], [], []
    passed: dict[str, Accepted] = {}
    oddities = []
    for outcome in outcomes:
        for result in outcome.failed:
            check = with_table(outcome, result.sentence)
            finding = Finding(check, with_table(outcome, result.shown))
            known = before.get(check)
            if result.weight == Weight.HARD:
                hard.append(finding)
                continue
            is_known = known is not None and _is_no_worse(result, known, is_same)
            if last.is_first or is_known:
                said.append(finding)
            elif check in accepted:
                passed[finding.shown] = accepted[check]
            else:
                odd.append(finding)
            is_accepted = check in accepted or (is_known and known.is_accepted)  # type: ignore[union-attr]
            oddities.append(Oddity(check, result.share, result.subjects, is_accepted))
    return Verdict(hard, odd, said, passed, oddities)


def _is_no_worse(result: Result, known: Oddity, is_same: bool) -> bool:
    if result.weight == Weight.MOVED:
        return False
    if result.weight == Weight.STALE and not (known.is_accepted or is_same):
        return False
    if result.subjects:
        return set(result.subjects) <= set(known.subjects)
    return result.share <= known.share + INVALID_SHARE


def notes(verdict: Verdict, last: LastTime) -> str:
    """Return, for the end of a build, what looks odd and did not stop it."""
    lines = []
    if verdict.said:
        why = "a later delivery would stop" if last.is_first else "as in the delivery before"
        lines.append(f"What looks odd in the files ({why}):")
        lines += [f"  {finding.shown}" for finding in verdict.said]
    if verdict.passed:
        lines.append("What looks odd in the files and was accepted:")
        lines += [f"  {shown}\n    by {by.shown}" for shown, by in verdict.passed.items()]
    return "".join(f"\n{line}" for line in lines)
