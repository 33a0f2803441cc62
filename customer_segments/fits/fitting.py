"""How many clusters there are, one being an answer, and where their centroids lie.

k-means on the principal components that parallel analysis keeps (Horn 1965, Psychometrika 30).
A number of clusters k is possible when
- the clusters found on one half of the contacts are found again on the other: mean adjusted Rand
  index of at least 0.65 over random halves (stability of Lange, Roth, Braun and Buhmann 2004,
  Neural Computation 16; below 0.65 the recovery is poor, Steinley 2004, Psychological Methods 9);
- and they are tighter than clusters of contacts without structure would be: the gap statistic at k
  exceeds that at 1 by more than its standard error (Tibshirani, Walther and Hastie 2001, JRSS B 63,
  reference uniform in the box of the principal components).
Stability alone would cut any longish cloud in two, and the gap alone finds groups in the corners
that shares of a whole make. Of the possible numbers that with the highest mean silhouette is taken
(Rousseeuw 1987, J. Comput. Appl. Math. 20); where none is possible there is one cluster.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from customer_segments.fits.features import Column, Numbers, Raw, scaled_columns, standardise

# Contacts on whom the number is chosen; its figures change little with more.
CHOICE_SIZE = 2000
# Contacts a cluster has to have on average, or there are too few to tell clusters from chance.
CONTACTS_A_CLUSTER = 10
LEAST_STABILITY = 0.65
SPLITS = 5
REFERENCES = 10
SEED = 20260630


@dataclass(frozen=True)
class Counts:
    """How many clusters: a fixed number, or the best between two bounds."""

    fixed: int | None = None
    smallest: int = 2
    largest: int = 10


@dataclass(frozen=True)
class Fit:
    """Centroids in the weighted, standardised features; largest cluster first.

    Stability is the mean adjusted Rand index over random halves; None where there is one cluster.
    """

    columns: tuple[Column, ...]
    centroids: Numbers
    finding: str
    stability: float | None


def fit(raw: Raw, counts: Counts) -> Fit:
    """Return the clusters of a sample. Never raises for what the sample holds."""
    columns = scaled_columns(raw)
    matrix = standardise(raw.values, columns)
    distinct = len(np.unique(matrix, axis=0)) if matrix.size else 0
    if distinct <= 1:
        return _one(columns, "one cluster: the contacts are all alike or nothing is known of them")
    possible = min(counts.fixed or counts.largest, len(matrix) // CONTACTS_A_CLUSTER, distinct)
    if possible < 2 or (counts.fixed is None and possible < counts.smallest):
        if counts.fixed == 1:
            return _one(columns, "one cluster, as set")
        return _one(columns, f"one cluster: {len(matrix)} contacts are too few for more")
    # Only threads of libraries that are there already can be limited: scikit-learn brings some.
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import threadpool_limits

    # More threads add up in another order each time, and the last digits differ.
    with threadpool_limits(1):
        center = matrix.mean(axis=0)
        axes = _principal_axes(matrix - center)
        scores = (matrix - center) @ axes
        if counts.fixed:
            number, stability = possible, _stability(scores[:CHOICE_SIZE], possible)
            finding = f"{number} clusters, as set: stability {stability:.2f}"
            if number < counts.fixed:
                finding += f" but for lack of contacts: {counts.fixed}"
        else:
            number, finding, stability = _choose(scores[:CHOICE_SIZE], counts.smallest, possible)
        if number == 1:
            return _one(columns, finding)
        best = _k_means(scores, number, 10)
        sizes = np.bincount(best.labels_, minlength=len(best.cluster_centers_))
        order = np.lexsort((np.arange(len(sizes)), -sizes))
        centroids = center + best.cluster_centers_[order] @ axes.T
    return Fit(columns, np.round(centroids, 8) + 0.0, finding, stability)


def assign(matrix: Numbers, centroids: Numbers) -> npt.NDArray[np.intp]:
    """Return the number of the nearest centroid for each row, as cluster_segments does in SQL."""
    squares = np.stack([((matrix - centroid) ** 2).sum(axis=1) for centroid in centroids])
    return np.asarray(squares.argmin(axis=0), dtype=np.intp)


def _one(columns: tuple[Column, ...], finding: str) -> Fit:
    return Fit(columns, np.zeros((1, len(columns))), finding, None)


def _choose(scores: Numbers, smallest: int, largest: int) -> tuple[int, str, float]:
    """Return the number of clusters, a sentence that says why, and how stable they are."""
    from sklearn.metrics import silhouette_score

    numbers = range(smallest, min(largest, len(np.unique(scores, axis=0))) + 1)
    gaps, errors = _gaps(scores, [1, *numbers])
    stable = {number: _stability(scores, number) for number in numbers}
    silhouettes = {
        number: float(silhouette_score(scores, _k_means(scores, number).labels_))
        for index, number in enumerate(numbers, start=1)
        if stable[number] >= LEAST_STABILITY and gaps[index] > gaps[0] + errors[index]
    }
    if not silhouettes:
        most = max(stable.values(), default=0.0)
        finding = (
            "one cluster: no number of clusters is found again on other contacts and tighter than"
            f" chance (stability at most {most:.2f})"
        )
        return 1, finding, most
    number = max(silhouettes, key=lambda count: (round(silhouettes[count], 6), -count))
    finding = (
        f"{number} clusters: stability {stable[number]:.2f},"
        f" mean silhouette {silhouettes[number]:.2f}"
    )
    return number, finding, stable[number]


def _principal_axes(centered: Numbers) -> Numbers:
    """Return the axes along which contacts vary more than by chance, at least one, as columns.

    Chance is what is left when each feature is shuffled by itself.
    """
    values, vectors = np.linalg.eigh(centered.T @ centered)
    values, vectors = values[::-1], vectors[:, ::-1]
    draw = np.random.default_rng(SEED)
    sample = centered[:CHOICE_SIZE]
    chance = np.zeros(len(values))
    for _ in range(REFERENCES):
        shuffled = draw.permuted(sample, axis=0)
        chance += np.linalg.eigvalsh(shuffled.T @ shuffled)[::-1] / REFERENCES
    share = values / values.sum() > chance / chance.sum()
    kept = int(np.argmin(share)) if not share.all() else len(values)
    # An axis has two directions; the one in which its largest part is positive is taken.
    axes = vectors[:, : max(kept, 1)]
    largest = np.abs(np.round(axes, 8)).argmax(axis=0)
    signs = np.sign(axes[largest, np.arange(axes.shape[1])])
    return np.asarray(axes * signs, dtype=np.float64)


def _gaps(scores: Numbers, numbers: list[int]) -> tuple[Numbers, Numbers]:
    """Return the gap statistic for numbers of clusters, and its standard errors."""
    draw = np.random.default_rng(SEED)
    low, high = scores.min(axis=0), scores.max(axis=0)
    references = np.array(
        [_dispersions(draw.uniform(low, high, scores.shape), numbers) for _ in range(REFERENCES)]
    )
    gaps = references.mean(axis=0) - _dispersions(scores, numbers)
    return gaps, references.std(axis=0) * (1 + 1 / REFERENCES) ** 0.5


def _dispersions(scores: Numbers, numbers: list[int]) -> Numbers:
    inertias = [_k_means(scores, number, 1).inertia_ for number in numbers]
    return np.log(np.maximum(inertias, np.finfo(float).tiny))


def _stability(scores: Numbers, number: int) -> float:
    from sklearn.metrics import adjusted_rand_score

    draw = np.random.default_rng(SEED)
    found = []
    for _ in range(SPLITS):
        order = draw.permutation(len(scores))
        one, other = scores[order[::2]], scores[order[1::2]]
        expected = _k_means(one, number).predict(other)
        found.append(adjusted_rand_score(expected, _k_means(other, number).labels_))
    return float(np.mean(found))


def _k_means(scores: Numbers, number: int, starts: int = 3) -> Any:
    """Return the clusters found; where fewer contacts differ than are asked for, one for each."""
    from sklearn.cluster import KMeans

    number = min(number, len(np.unique(np.round(scores, 8), axis=0)))
    return KMeans(number, n_init=starts, random_state=SEED % 2**32).fit(scores)
