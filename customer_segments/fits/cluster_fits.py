"""Whether to fit at all, and the table that keeps every fit: one row a fit, cluster and feature."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from customer_segments.errors import UserError

if TYPE_CHECKING:
    from customer_segments.fits.features import Column, Numbers

TYPES = {
    "fit_number": "integer",
    "fitted_on": "date",
    "settings": "varchar",
    "finding": "varchar",
    "contact_count": "bigint",
    "sample_count": "bigint",
    "changed_share": "double",
    "stability": "double",
    "cluster": "varchar",
    "is_new": "boolean",
    "feature": "varchar",
    "preference_type": "varchar",
    "preference": "varchar",
    "center": "double",
    "scale": "double",
    "weight": "double",
    "centroid": "double",
}
Row = tuple[Any, ...]
FITTED_ON, SETTINGS, CLUSTER, FEATURE = (
    list(TYPES).index(name) for name in ("fitted_on", "settings", "cluster", "feature")
)


@dataclass(frozen=True)
class Settings:
    """What the project's vars say; a fit made with others is not kept."""

    fixed: int | None
    smallest: int
    largest: int
    sample_size: int

    @classmethod
    def of(cls, variables: Mapping[str, Any]) -> "Settings":
        """Read the vars cluster_count and so on.

        Raises UserError when one is not a whole number, or too small.
        """
        count = variables["cluster_count"]
        fixed = None if count == "auto" else _whole("cluster_count", count, 1, ", or auto")
        smallest = _whole("cluster_minimum_count", variables["cluster_minimum_count"], 2)
        return cls(
            fixed,
            smallest,
            _whole("cluster_maximum_count", variables["cluster_maximum_count"], smallest),
            _whole("cluster_sample_size", variables["cluster_sample_size"], 1),
        )

    def text(self, features: Sequence[str]) -> str:
        """Return them as text, with the features that are looked at."""
        return json.dumps({**vars(self), "features": list(features)}, sort_keys=True)


def current_fits(
    session: duckdb.DuckDBPyConnection,
    figures: duckdb.DuckDBPyRelation,
    preferences: duckdb.DuckDBPyRelation,
    before: duckdb.DuckDBPyRelation | None,
    settings: Settings,
    is_refit_wanted: bool,
) -> duckdb.DuckDBPyRelation:
    """Return the fits so far, as they are, or all rows with those of a new fit at the end.

    A fit is made when there is none up to as_of, when one is wanted, and when the last was made
    with other settings or features.
    """
    features = [name for name in figures.columns if name not in ("contact_id", "as_of")]
    text = settings.text(features)
    if before is None:
        return _table(session, _new_rows(figures, preferences, [], settings, text))
    as_of = figures.aggregate("max(as_of)").fetchall()[0][0]
    if as_of is None:
        return before
    columns = before.project(", ".join(TYPES))
    rows = columns.order("fitted_on, fit_number, cluster, feature").fetchall()
    known = [row for row in rows if row[FITTED_ON] <= as_of]
    if known and known[-1][SETTINGS] == text and not is_refit_wanted:
        return before
    return _table(session, [*rows, *_new_rows(figures, preferences, rows, settings, text)])


def _table(session: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> duckdb.DuckDBPyRelation:
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    session.execute(f"create or replace temp table new_cluster_fits ({columns})")
    if rows:
        places = ", ".join("?" * len(TYPES))
        session.executemany(f"insert into new_cluster_fits values ({places})", rows)
    return session.table("new_cluster_fits")


def _new_rows(
    figures: duckdb.DuckDBPyRelation,
    preferences: duckdb.DuckDBPyRelation,
    before: Sequence[Row],
    settings: Settings,
    text: str,
) -> list[Row]:
    """Fit the clusters of a sample, name them after those before, and return their rows.

    Without contacts there is nothing to fit, and no row.
    """
    fitted_on, contact_count = figures.aggregate("max(as_of), count(*)").fetchall()[0]
    if not contact_count:
        return []
    # numpy and what builds on it take a while to import, and most builds fit nothing.
    import numpy as np

    from customer_segments.fits.features import raw_features, standardise
    from customer_segments.fits.fitting import Counts, assign, fit
    from customer_segments.fits.identity import names, rescaled

    # The smallest hashes: the same contacts each time, of all kinds, whatever their order.
    sample = figures.order("md5(contact_id), contact_id").limit(settings.sample_size)
    data = sample.project("* exclude (as_of)").fetchnumpy()
    contacts = [str(contact) for contact in data.pop("contact_id")]
    numbers: dict[str, Numbers] = {
        name: np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
        for name, values in data.items()
    }
    stated = (
        preferences.join(sample.project("contact_id"), "contact_id", how="semi")
        .aggregate("contact_id, preference_type, preference, max(strength) as strength")
        .order("contact_id, preference_type, preference")
        .fetchall()
    )
    raw = raw_features(contacts, numbers, stated)
    made = fit(raw, Counts(settings.fixed, settings.smallest, settings.largest))

    earlier = [row for row in before if row[FITTED_ON] <= fitted_on]
    # Before the first fit, names alone are those of a later one: the fit itself sees no future.
    first = [row for row in before if row[0] == before[0][0]]
    old_columns, old_names, old_centroids = _last_fit(earlier or first)
    changed: float | None = None
    kept: dict[str, Numbers] = {}
    if before:
        moved = rescaled(old_centroids, old_columns, made.columns)
        kept = dict(zip(old_names, moved, strict=True))
    new_names = names(made.centroids, kept, sorted({row[CLUSTER] for row in before}))
    if earlier:
        unknown = np.full(len(contacts), np.nan)
        then = {name: numbers.get(name, unknown) for name in _features(earlier[-1])}
        old_matrix = standardise(
            raw_features(contacts, then, stated, old_columns).values, old_columns
        )
        old = assign(old_matrix, old_centroids)
        new = assign(standardise(raw.values, made.columns), made.centroids)
        stays = [old_names[a] == new_names[b] for a, b in zip(old, new, strict=True)]
        changed = 1 - sum(stays) / len(stays)
    number = max((row[0] for row in before), default=0) + 1
    return [
        (
            number,
            fitted_on,
            text,
            made.finding,
            contact_count,
            len(contacts),
            changed,
            made.stability,
            name,
            not earlier or name not in old_names,
            column.name,
            column.preference_type,
            column.preference,
            column.center,
            column.scale,
            column.weight,
            float(value),
        )
        for name, centroid in zip(new_names, made.centroids, strict=True)
        for column, value in zip(made.columns, centroid, strict=True)
    ]


def _features(row: Row) -> list[str]:
    """Return the figures that a row's fit looked at."""
    return list(json.loads(row[SETTINGS])["features"])


def _last_fit(rows: Sequence[Row]) -> "tuple[list[Column], list[str], Numbers]":
    """Return the columns, the clusters' names and the centroids of the last fit in the rows."""
    import numpy as np

    from customer_segments.fits.features import Column, column_names

    if not rows:
        return [], [], np.empty((0, 0))
    of_last = {(row[CLUSTER], row[FEATURE]): row for row in rows if row[0] == rows[-1][0]}
    names = sorted({cluster for cluster, _ in of_last})
    features = column_names(_features(rows[-1]))
    columns = []
    for feature in features:
        kind, preference, center, scale, weight = of_last[names[0], feature][FEATURE + 1 : -1]
        columns.append(Column(feature, center, scale, weight, kind, preference))
    centroids = [[of_last[name, feature][-1] for feature in features] for name in names]
    return columns, names, np.array(centroids, dtype=float)


def _whole(name: str, value: Any, least: int, other: str = "") -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = least - 1
    if number < least:
        raise UserError(f"the var {name} is {value!r}; give a whole number, {least} or more{other}")
    return number
