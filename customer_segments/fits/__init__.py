"""Finds groups of contacts that nobody defined; docs/clusters.md says how and why.

- `features.py`: a sample's figures and preferences as one matrix, and its scale;
- `fitting.py`: how many clusters there are, and their centroids;
- `identity.py`: which cluster of a fit is which of the fit before;
- `fits.py`: whether to fit at all, and the table that keeps every fit.

Nothing but the fit itself imports scikit-learn: a build that keeps its clusters never pays for it.
"""
