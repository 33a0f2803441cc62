"""Clusters through the same code as the model: planted groups, none at all, and bad input."""

from collections.abc import Callable

import duckdb
import numpy as np
import pytest
from jinja2 import Environment
from sklearn.metrics import adjusted_rand_score

from customer_segments.errors import UserError
from customer_segments.fits.cluster_fits import TYPES, Settings, current_fits
from customer_segments.fits.features import (
    Column,
    Numbers,
    Raw,
    column_names,
    raw_features,
    standardise,
)
from customer_segments.fits.fitting import Counts, Fit, assign, fit
from customer_segments.fits.identity import WHOLE, names, rescaled
from customer_segments.sentences import dbt_sentence
from tests.python.shared import PROJECT

TASTES = ("sport", "garden", "wine", "books", "toys", "music")


def shop(count: int, groups: int, seed: int) -> tuple[Raw, Numbers]:
    """Invent contacts with skewed counts and amounts; of no group, or of planted ones.

    Without groups one trait, how keen a contact is, moves orders, amounts and visits together, so
    that the cloud is long: that is no structure.
    """
    draw = np.random.default_rng(seed)
    group = draw.integers(0, max(groups, 1), count)
    keen = draw.normal(0, 0.25 if groups else 0.8, count)

    def per_group(low: float, high: float, step: int) -> Numbers:
        if not groups:
            return np.full(count, (low + high) / 2)
        return np.asarray(np.linspace(low, high, groups)[(group * step) % groups])

    orders = 1 + draw.poisson(np.exp(per_group(0.5, 3.5, 1) + keen))
    amount = np.exp(per_group(2.5, 6.5, 2) + 0.3 * keen + draw.normal(0, 0.4, count))
    visits = draw.poisson(np.exp(per_group(0.5, 3, 3) + keen))
    opens = per_group(0.15, 0.75, 4)
    figures = {
        "order_count": np.log1p(orders),
        "average_order_amount": np.log1p(amount),
        "open_rate": draw.beta(20 * opens, 20 * (1 - opens)),
        "session_count": np.log1p(visits),
        "age": draw.normal(per_group(28, 62, 5), 7.0),
        "is_female": (draw.random(count) < 0.5).astype(float),
    }
    shares = np.full((count, len(TASTES)), 2.0)
    if groups:
        shares = np.full((count, len(TASTES)), 0.4)
        shares[np.arange(count), group % len(TASTES)] = 8.0
    strengths = [draw.dirichlet(row) for row in shares]
    contacts = [f"C{number:05}" for number in range(count)]
    stated = [
        (contact, "category", taste, float(strength))
        for contact, row in zip(contacts, strengths, strict=True)
        for taste, strength in zip(TASTES, row, strict=True)
    ]
    return raw_features(contacts, figures, stated), group.astype(float)


def labels(raw: Raw, found: Fit) -> Numbers:
    return assign(standardise(raw.values, found.columns), found.centroids).astype(float)


@pytest.mark.parametrize("groups", [2, 4, 6])
def test_planted_groups_are_found_and_so_is_their_number(groups: int) -> None:
    raw, truth = shop(1000, groups, seed=groups)
    found = fit(raw, Counts())
    assert len(found.centroids) == groups, found.finding
    assert adjusted_rand_score(truth, labels(raw, found)) > 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_contacts_without_groups_are_one_cluster(seed: int) -> None:
    raw, _ = shop(600, 0, seed)
    found = fit(raw, Counts())
    assert len(found.centroids) == 1, found.finding
    assert "tighter than chance" in found.finding


def test_the_same_contacts_have_the_same_centroids() -> None:
    raw, _ = shop(300, 3, seed=3)
    counts = Counts(largest=4)
    assert np.array_equal(fit(raw, counts).centroids, fit(raw, counts).centroids)


def alike(raw: Raw) -> Raw:
    return Raw(raw.columns, np.repeat(raw.values[:1], len(raw.values), axis=0))


def few(raw: Raw) -> Raw:
    return Raw(raw.columns, raw.values[:7])


def one_unknown(raw: Raw) -> Raw:
    values = raw.values.copy()
    values[:, 0] = np.nan
    return Raw(raw.columns, values)


def nothing_known(raw: Raw) -> Raw:
    return Raw(raw.columns, np.full(raw.values.shape, np.nan))


def nobody(raw: Raw) -> Raw:
    return Raw(raw.columns, raw.values[:0])


def two_kinds(raw: Raw) -> Raw:
    return Raw(raw.columns, np.repeat(raw.values[:2], 300, axis=0))


def few_unlike_the_rest(raw: Raw) -> Raw:
    """A half of the contacts may hold none of them: fewer that differ than clusters are tried."""
    return Raw(raw.columns, np.vstack([np.repeat(raw.values[:1], 97, axis=0), raw.values[5:8]]))


def outlier(raw: Raw) -> Raw:
    values = raw.values.copy()
    values[0, :] = 1e9
    return Raw(raw.columns, values)


@pytest.mark.parametrize(
    ("spoil", "clusters", "word"),
    [
        (alike, 1, "all alike"),
        (few, 1, "too few"),
        (nothing_known, 1, "nothing is known"),
        (nobody, 1, "all alike"),
        (one_unknown, 3, "stability"),
        (two_kinds, 2, "stability"),
        (few_unlike_the_rest, 1, "chance"),
    ],
)
@pytest.mark.filterwarnings("error")  # a user could do nothing about them
def test_thin_input_is_a_result(spoil: Callable[[Raw], Raw], clusters: int, word: str) -> None:
    found = fit(spoil(shop(600, 3, seed=3)[0]), Counts(largest=4))
    assert (len(found.centroids), np.isfinite(found.centroids).all()) == (clusters, True)
    assert word in found.finding


def test_one_enormous_outlier_does_not_take_a_cluster_for_itself() -> None:
    raw, truth = shop(600, 3, seed=3)
    defective = outlier(raw)
    found = fit(defective, Counts(fixed=3))
    sizes = np.bincount(labels(defective, found).astype(int))
    assert sizes.min() > 100
    logs = raw.values.copy()
    logs[0, 1] = np.log1p(1e9)  # as an amount comes, on a log scale
    found = fit(Raw(raw.columns, logs), Counts(largest=4))
    assert adjusted_rand_score(truth, labels(Raw(raw.columns, logs), found)) > 0.9


def test_a_number_that_is_set_is_kept_to_as_far_as_there_are_contacts() -> None:
    raw, _ = shop(300, 0, seed=1)
    assert len(fit(raw, Counts(fixed=5)).centroids) == 5
    short = fit(Raw(raw.columns, raw.values[:25]), Counts(fixed=5))
    assert (len(short.centroids), "lack of contacts" in short.finding) == (2, True)


CENTROIDS = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


def test_a_cluster_that_moved_a_little_keeps_its_name_and_another_is_new() -> None:
    before = {"cluster_1": CENTROIDS[2], "cluster_2": CENTROIDS[0], "cluster_4": CENTROIDS[1]}
    moved = CENTROIDS + np.array([[1.0, 0.0], [0.0, 6.0], [0.0, -1.0]])
    # The second moved further than half-way to its nearest neighbour; cluster_4 and cluster_5 were
    # used already.
    assert names(moved, before, [*before, "cluster_5"]) == ["cluster_2", "cluster_6", "cluster_1"]


def test_the_whole_is_never_handed_on() -> None:
    assert names(CENTROIDS[:1], {"cluster_1": CENTROIDS[0]}, ["cluster_1"]) == [WHOLE]
    assert names(CENTROIDS[:2], {WHOLE: CENTROIDS[0]}, [WHOLE]) == ["cluster_1", "cluster_2"]


def test_earlier_centroids_are_compared_on_the_new_scale_and_by_what_columns_stand_for() -> None:
    before = [
        Column("age", 40.0, 10.0, 0.5),
        Column("topic_1", 0.5, 0.5, 1.0, "topic", "wine"),
        Column("topic_2", 0.5, 0.5, 1.0, "topic", "gone"),
    ]
    now = [
        Column("age", 50.0, 5.0, 1.0),
        Column("topic_1", 0.5, 0.5, 1.0, "topic", "new"),
        Column("topic_2", 0.0, 1.0, 1.0, "topic", "wine"),
    ]
    # Two deviations of 10 above 40 are two deviations of 5 above 50; 0.5 + 0.5 is wine's 1.
    assert rescaled(np.array([[1.0, 1.0, 3.0]]), before, now).tolist() == [[2.0, 0.0, 1.0]]


def tables(seed: int, count: int = 300) -> duckdb.DuckDBPyConnection:
    """Return a database with figures of two planted groups, and no preferences."""
    connection = duckdb.connect()
    connection.execute(f"select setseed({seed / 10})")
    connection.execute(f"""
        create table figures as
        select 'C' || range as contact_id, 3 * (range % 2) + random() as order_count,
            case when range % 3 > 0 then 5 * (range % 2) + random() end as open_rate,
            cast(null as double) as age, date '2026-06-30' as as_of
        from range({count});
        create table preferences as
        select '' as contact_id, '' as preference_type, '' as preference, 1.0::double as strength
        where false""")
    return connection


SETTINGS = Settings.of(
    {
        "cluster_count": "auto",
        "cluster_minimum_count": "2",
        "cluster_maximum_count": 5,
        "cluster_sample_size": 1000,
    }
)


def build(connection: duckdb.DuckDBPyConnection, refit: bool = False) -> list[tuple[object, ...]]:
    """Do as the model does; return number, cluster, whether new, and share moved of each fit."""
    exists = ("fits",) in connection.execute("show tables").fetchall()
    made = current_fits(
        connection,
        connection.table("figures"),
        connection.table("preferences"),
        connection.table("fits") if exists else None,
        SETTINGS,
        refit,
    )
    connection.register("made", made)
    connection.execute("create table built as select * from made")
    connection.execute("drop table if exists fits")
    connection.execute("alter table built rename to fits")
    return connection.execute(
        "select distinct fit_number, cluster, is_new, changed_share from fits order by all"
    ).fetchall()


def test_a_fit_is_kept_until_a_refit_is_wanted_and_names_stay() -> None:
    connection = tables(1)
    first = build(connection)
    assert first == [(1, "cluster_1", True, None), (1, "cluster_2", True, None)]
    connection.execute("update figures set order_count = order_count + 0.1")
    assert build(connection) == first
    refitted = [(2, "cluster_1", False, 0.0), (2, "cluster_2", False, 0.0)]
    assert build(connection, refit=True) == [*first, *refitted]


def test_a_refit_that_turns_the_clusters_over_says_how_many_contacts_moved() -> None:
    connection = tables(1)
    build(connection)
    connection.execute("update figures set order_count = random(), open_rate = random()")
    fits = build(connection, refit=True)
    assert fits[2:] == [(2, WHOLE, True, 1.0)]
    assert connection.table("fits").columns == list(TYPES)


def test_a_past_day_has_a_fit_of_its_own_or_of_before() -> None:
    """Never one of a later day, but for the names; what was built by a fit goes on with it."""
    connection = tables(1)
    first = build(connection)
    connection.execute("update figures set as_of = '2026-05-31', order_count = order_count + 0.1")
    second = (2, "cluster_1", True, None), (2, "cluster_2", True, None)
    assert build(connection) == [*first, *second]
    days = "select distinct fit_number, fitted_on from fits order by all"
    assert [str(row[1]) for row in connection.execute(days).fetchall()] == [
        "2026-06-30",
        "2026-05-31",
    ]
    for day in ("2026-05-31", "2026-06-29", "2026-06-30", "2026-07-01"):
        connection.execute(f"update figures set as_of = '{day}'")
        assert build(connection) == [*first, *second], day
    connection.execute("update figures set as_of = '2026-06-01'")
    assert build(connection, refit=True)[4:] == [
        (3, "cluster_1", False, 0.0),
        (3, "cluster_2", False, 0.0),
    ]


def test_without_contacts_there_is_no_fit_and_the_next_build_tries_again() -> None:
    connection = tables(1)
    connection.execute("create table all_figures as from figures; delete from figures")
    assert build(connection) == []
    connection.execute("insert into figures from all_figures")
    assert len(build(connection)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cluster_count", "many"),
        ("cluster_count", 0),
        ("cluster_minimum_count", 1),
        ("cluster_maximum_count", 1),
        ("cluster_sample_size", "1e9"),
    ],
)
def test_a_wrong_var_is_a_sentence(name: str, value: object) -> None:
    good = {
        "cluster_count": "auto",
        "cluster_minimum_count": 2,
        "cluster_maximum_count": 5,
        "cluster_sample_size": 100,
    }
    with pytest.raises(UserError, match=f"the var {name} is {value!r}; give a whole number"):
        Settings.of({**good, name: value})


def test_what_a_python_model_raises_is_shown_without_its_traceback() -> None:
    message = (
        "Runtime Error in model cluster_fits (models/x/cluster_fits.py)\n  Python model failed:\n"
        '  Traceback (most recent call last):\n    File "a.py", line 1, in model\n'
        "  customer_segments.errors.UserError: the var cluster_count is 'many'; give a number\n"
    )
    assert dbt_sentence(message) == (
        "model cluster_fits (models/x/cluster_fits.py):"
        " the var cluster_count is 'many'; give a number"
    )


def test_sql_and_python_look_at_the_same_features() -> None:
    macro = (PROJECT / "macros" / "cluster_features.sql").read_text(encoding="utf-8")
    template = Environment(extensions=["jinja2.ext.do"]).from_string(
        macro + "{{ cluster_features() }}"
    )
    listed: list[str] = []
    template.render({"return": lambda features: listed.extend(features) or ""})
    slots = column_names([])
    assert listed == column_names(name for name in listed if name not in slots)


def test_the_demos_contacts_are_where_python_would_put_them(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The assignment in SQL, from the table of centroids, is that of the fit."""
    rows = warehouse.execute(
        "select cluster, feature, preference_type, preference, center, scale, weight, centroid"
        " from main.cluster_centroids"
    ).fetchall()
    figures = warehouse.sql("select * from main.int_contact_cluster_inputs").order("contact_id")
    data = figures.project("* exclude (as_of)").fetchnumpy()
    contacts = [str(contact) for contact in data.pop("contact_id")]
    numbers = {k: np.ma.filled(np.ma.asarray(v, dtype=float), np.nan) for k, v in data.items()}
    stated = warehouse.execute(
        "select contact_id, preference_type, preference, strength from main.preference_segments"
    ).fetchall()
    found = {(row[0], row[1]): row for row in rows}
    clusters = sorted({row[0] for row in rows})
    features = column_names(numbers)
    columns = [
        Column(name, *found[clusters[0], name][4:7], *found[clusters[0], name][2:4])
        for name in features
    ]
    matrix = standardise(raw_features(contacts, numbers, stated, columns).values, columns)
    centroids = np.array([[found[cluster, name][7] for name in features] for cluster in clusters])
    expected = dict(zip(contacts, [clusters[at] for at in assign(matrix, centroids)], strict=True))
    assigned = dict(
        warehouse.execute("select contact_id, cluster from main.cluster_segments").fetchall()
    )
    assert assigned == expected
