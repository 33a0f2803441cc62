"""Are the clusters that a method finds there again when the data are a little different?"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float64]
Labels = NDArray[np.int64]
Assign = Callable[[Features], Labels]


def resample_stability(
    features: Features, fit: Callable[[Features], Assign], resamples: int = 20, seed: int = 0
) -> float:
    """Return how alike the clusterings of resamples are, 1 when they are the same.

    The method is fitted to all rows, then to bootstrap samples of them; each fit then assigns all
    rows. What comes back is the mean of the adjusted Rand indices (Hubert and Arabie 1985) between
    the first assignment and the others: 1 for the same clusters whatever their names, about 0 for
    those that chance would make. Clusters below 0.6 are, by custom, not to be relied on (after
    Hennig 2007). The same seed gives the same figure.

    `fit` takes rows of features and returns the function that assigns clusters to rows. Raises
    ValueError with fewer than two rows or without a resample, and whatever `fit` raises.
    """
    from sklearn.metrics import adjusted_rand_score

    if len(features) < 2 or resamples < 1:
        raise ValueError("stability needs two rows and one resample at least")
    random = np.random.default_rng(seed)
    reference = fit(features)(features)
    indices = [
        adjusted_rand_score(
            reference, fit(features[random.integers(0, len(features), len(features))])(features)
        )
        for _ in range(resamples)
    ]
    return float(np.mean(indices))
