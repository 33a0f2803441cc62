"""Planted clusters are found again, those of noise are not."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from customer_segments.stability import Assign, Features, resample_stability


def k_means(count: int) -> object:
    def fit(features: Features) -> Assign:
        return KMeans(count, n_init=3, random_state=1).fit(features).predict

    return fit


def planted(count: int, apart: float) -> Features:
    """Four features; groups of 100 whose centres are so many standard deviations apart."""
    random = np.random.default_rng(3)
    centres = np.eye(4)[:count] * apart
    return np.concatenate([random.normal(centre, 1, (100, 4)) for centre in centres])


def test_planted_clusters_are_there_again() -> None:
    assert resample_stability(planted(3, apart=12), k_means(3), resamples=5) == 1


def test_clusters_of_noise_are_not() -> None:
    assert resample_stability(planted(3, apart=0), k_means(6), resamples=5) < 0.6


def test_too_many_clusters_are_less_stable_than_those_planted() -> None:
    features = planted(3, apart=12)
    assert resample_stability(features, k_means(7), resamples=5) < 0.8


def test_nothing_to_resample_is_refused() -> None:
    with pytest.raises(ValueError, match="two rows"):
        resample_stability(np.zeros((1, 2)), k_means(1))
