"""Which cluster of a new fit is which of the fit before."""

from collections.abc import Mapping, Sequence

import numpy as np

from customer_segments.fits.features import Column, Numbers

# The name while there is one cluster: it says that nobody is set apart, and is never handed on.
WHOLE = "cluster_0"
# A cluster that moved further than this share of the way to its nearest neighbour is another one.
FURTHEST = 0.5


def rescaled(centroids: Numbers, before: Sequence[Column], now: Sequence[Column]) -> Numbers:
    """Return centroids of an earlier fit in the features and scale of another.

    A preference may have moved to another column. What was left out then, or has no column now,
    is 0: the mean.
    """
    places = {_subject(column): j for j, column in enumerate(before)}
    result = np.zeros((len(centroids), len(now)))
    for j, column in enumerate(now):
        place = places.get(_subject(column))
        if place is None:
            continue
        old = before[place]
        if old.center is None or old.scale is None or not old.weight:
            continue
        if column.center is None or column.scale is None:
            continue
        natural = old.center + centroids[:, place] / old.weight * old.scale
        result[:, j] = (natural - column.center) / column.scale * column.weight
    return result


def names(centroids: Numbers, before: Mapping[str, Numbers], used: Sequence[str]) -> list[str]:
    """Return the names of new centroids: that of the earlier cluster they are, else a new one.

    The pairs with the least total distance are matched; a pair is the same cluster when it moved
    less than half of the way to the nearest other centroid. A name that was ever used is not given
    to another cluster.
    """
    if len(centroids) == 1:
        return [WHOLE]
    kept: dict[int, str] = {}
    earlier = [name for name in before if name != WHOLE]
    if earlier:
        from scipy.optimize import linear_sum_assignment

        apart = _distances(centroids, centroids)
        np.fill_diagonal(apart, np.inf)
        moved = _distances(centroids, np.stack([before[name] for name in earlier]))
        # One that moved too far is as good as unmatched: it must not take another's partner.
        bounds = FURTHEST * apart.min(axis=1)[:, np.newaxis]
        cost = np.where(moved < bounds, moved, moved.max() * len(centroids) + 1)
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if moved[row, column] < bounds[row, 0]:
                kept[int(row)] = earlier[column]
    highest = max((int(name.rsplit("_", 1)[1]) for name in used), default=0)
    fresh = iter(range(highest + 1, highest + 1 + len(centroids)))
    return [kept.get(row) or f"cluster_{next(fresh)}" for row in range(len(centroids))]


def _subject(column: Column) -> tuple[str, str | None]:
    if column.preference is not None:
        return column.preference_type or "", column.preference
    return column.name, None


def _distances(ones: Numbers, others: Numbers) -> Numbers:
    return np.asarray(np.linalg.norm(ones[:, np.newaxis] - others[np.newaxis], axis=2))
