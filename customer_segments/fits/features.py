"""A sample's figures and preferences as one matrix, and how each column is scaled.

Skewed counts and amounts come as ln(1 + x), shares as they are. Each column is standardised and
winsorised at three standard deviations; an unknown value counts as the mean. The dummies of a
nominal variable weigh half of what a number does, so that the gaps between categories do not make
the clusters (Hennig and Liao 2013, JRSS C 62). Each block of columns is divided by its first
singular value, as in multiple factor analysis (Escofier and Pagès 1994, CSDA 18), so that a block
counts for what it says and not for its number of columns. Strengths of preferences, which are
shares of a whole, enter as square roots (Hellinger; Legendre and Gallagher 2001, Oecologia 129).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Preferences = Sequence[tuple[str, str, str, float]]  # contact, type, preference, strength

# The preferences of a type that most contacts have get a column each, category_1 and so on.
PREFERENCE_TYPES = ("category", "topic", "interest")
PREFERENCE_COLUMNS = 10
# A preference that fewer have says nothing about groups.
SMALLEST_SHARE = 0.02
DEMOGRAPHIC = ("age", "is_female", "is_male", "is_company")
# How many dummies stand for the variable.
DUMMIES = {"is_female": 2, "is_male": 2, "is_company": 1}
WINSORISED_AT = 3.0


@dataclass(frozen=True)
class Column:
    """How a feature is read and scaled: (x - center) / scale, winsorised, times weight.

    Where the scale is None the feature is left out: nobody's is known, or all are alike.
    """

    name: str
    center: float | None = None
    scale: float | None = None
    weight: float = 0.0
    preference_type: str | None = None
    preference: str | None = None


@dataclass(frozen=True)
class Raw:
    """A sample as it comes: NaN where a value is unknown, one row a contact, in a fixed order."""

    columns: tuple[Column, ...]
    values: Numbers


def column_names(figures: Iterable[str]) -> list[str]:
    """Return the names of all features: the figures, then a few columns for each preference."""
    numbers = range(1, PREFERENCE_COLUMNS + 1)
    return [*figures, *(f"{kind}_{number}" for kind in PREFERENCE_TYPES for number in numbers)]


def raw_features(
    contacts: Sequence[str],
    figures: Mapping[str, Numbers],
    preferences: Preferences,
    earlier: Sequence[Column] = (),
) -> Raw:
    """Put the figures of contacts and the preferences that many of them have side by side.

    With the columns of an earlier fit, the preferences are those that have a column there.
    """
    columns = [Column(name) for name in figures]
    parts = [np.asarray(values, dtype=np.float64) for values in figures.values()]
    rows = {contact: row for row, contact in enumerate(contacts)}
    for kind in PREFERENCE_TYPES:
        stated = [(rows[who], what, how) for who, of, what, how in preferences if of == kind]
        found = (
            [column.preference for column in earlier if column.preference_type == kind]
            if earlier
            else _commonest(stated, len(contacts))
        )
        # Who has stated none of this type may have any: that is unknown, not 0.
        known = sorted({row for row, *_ in stated})
        matrix = np.full((len(contacts), PREFERENCE_COLUMNS), np.nan)
        matrix[known, : len(found)] = 0.0
        numbers = {preference: number for number, preference in enumerate(found)}
        for row, preference, strength in stated:
            if preference in numbers:
                cell = (row, numbers[preference])
                matrix[cell] = max(matrix[cell], max(strength, 0.0) ** 0.5)
        for number in range(PREFERENCE_COLUMNS):
            preference_of = found[number] if number < len(found) else None
            name = f"{kind}_{number + 1}"
            type_of = kind if preference_of is not None else None
            columns.append(Column(name, preference_type=type_of, preference=preference_of))
            parts.append(matrix[:, number])
    values = np.column_stack(parts) if parts else np.empty((len(contacts), 0))
    return Raw(tuple(columns), np.where(np.isfinite(values), values, np.nan))


def scaled_columns(raw: Raw) -> tuple[Column, ...]:
    """Return the columns with their center, scale and weight, as the sample has them."""
    scaled = [_standardised(column, raw.values[:, j]) for j, column in enumerate(raw.columns)]
    matrix = standardise(raw.values, scaled)
    for block in {_block(column.name) for column in scaled}:
        members = [j for j, column in enumerate(scaled) if _block(column.name) == block]
        largest = _first_singular_value(matrix[:, members])
        for j in members:
            weight = scaled[j].weight / largest if largest > 0 else 0.0
            scaled[j] = replace(scaled[j], weight=weight)
    return tuple(scaled)


def standardise(values: Numbers, columns: Sequence[Column]) -> Numbers:
    """Return values as the models' SQL does: left-out and unknown ones are 0, the mean."""
    result = np.zeros(values.shape)
    for j, column in enumerate(columns):
        if column.scale is not None and column.center is not None:
            z = (values[:, j] - column.center) / column.scale
            z = np.clip(z, -WINSORISED_AT, WINSORISED_AT) * column.weight
            result[:, j] = np.where(np.isnan(z), 0.0, z)
    return result


def _commonest(stated: Sequence[tuple[int, str, float]], contact_count: int) -> list[str]:
    counts = Counter(preference for _, preference in {(row, what) for row, what, _ in stated})
    enough = [name for name, count in counts.items() if count >= SMALLEST_SHARE * contact_count]
    return sorted(enough, key=lambda name: (-counts[name], name))[:PREFERENCE_COLUMNS]


def _standardised(column: Column, values: Numbers) -> Column:
    known = values[~np.isnan(values)]
    if known.size == 0 or known.min() == known.max():
        return column
    # One enormous value must not put everyone else at the mean, so the largest and smallest half
    # per cent count as the next one. What so few differ in is scaled by all.
    low = np.quantile(known, 0.005, method="higher")
    high = np.quantile(known, 0.995, method="lower")
    if low < high:
        known = known.clip(low, high)
    # Ten digits: the last ones depend on the order in which a processor sums up.
    center, scale = float(f"{known.mean():.10g}"), float(f"{known.std():.10g}")
    if not 0 < scale < np.inf:
        return column
    dummies = DUMMIES.get(column.name)
    weight = (2 * dummies) ** -0.5 if dummies else 1.0
    return replace(column, center=center, scale=scale, weight=weight)


def _block(name: str) -> str:
    if name in DEMOGRAPHIC:
        return "demographic"
    kind = name.rsplit("_", 1)[0]
    return kind if kind in PREFERENCE_TYPES else "behaviour"


def _first_singular_value(matrix: Numbers) -> float:
    """Return the standard deviation along the block's first principal component."""
    if not matrix.size:
        return 0.0
    centered = matrix - matrix.mean(axis=0)
    covariance = centered.T @ centered / len(matrix)
    return float(f"{max(np.linalg.eigvalsh(covariance)[-1], 0.0) ** 0.5:.10g}")
