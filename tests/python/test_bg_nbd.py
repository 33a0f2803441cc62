"""The inactivity model against its paper, on the paper's data, and against lifetimes."""

from datetime import date
from importlib.resources import files

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.special import hyp2f1

from customer_segments.fits import bg_nbd
from customer_segments.fits.bg_nbd import Customers, Model, NoFitError

# Fader, Hardie and Lee (2005), table 2.
PAPER = Model(r=0.243, alpha=4.414, a=0.793, b=2.426)
FIRST_DAY, LAST_FITTED_DAY = date(1997, 1, 1), date(1997, 9, 30)


def customers(*figures: tuple[float, float, float]) -> Customers:
    x, recency, age = np.array(figures, float).T
    return Customers(x, recency, age, np.ones_like(x))


@pytest.fixture(scope="module")
def cdnow() -> Customers:
    """Weeks 1 to 39 of the public CDNOW sample, from its single orders."""
    days: dict[str, set[date]] = {}
    text = files("lifetimes").joinpath("datasets/CDNOW_sample.txt").read_text()
    for _, customer, day, *_ in map(str.split, text.splitlines()):
        ordered_on = date.fromisoformat(day)
        if ordered_on <= LAST_FITTED_DAY:
            days.setdefault(customer, set()).add(ordered_on)
    return customers(
        *(
            (
                len(each) - 1,
                (max(each) - min(each)).days / 7,
                (LAST_FITTED_DAY - min(each)).days / 7,
            )
            for each in days.values()
        )
    )


def test_the_parameters_are_the_papers(cdnow: Customers) -> None:
    assert len(cdnow.age) == 2357
    model = bg_nbd.fit(cdnow)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(
        (PAPER.r, PAPER.alpha, PAPER.a, PAPER.b), abs=5e-4
    )
    assert bg_nbd.log_likelihood(model, cdnow) == pytest.approx(-9582.4, abs=0.05)


def test_a_weight_stands_for_so_many_customers(cdnow: Customers) -> None:
    figures = np.column_stack([cdnow.repeat_count, cdnow.recency, cdnow.age])
    distinct, weight = np.unique(figures, axis=0, return_counts=True)
    grouped = Customers(*distinct.T, weight.astype(float))
    assert bg_nbd.log_likelihood(PAPER, grouped) == pytest.approx(
        bg_nbd.log_likelihood(PAPER, cdnow)
    )


def test_the_gradient_is_that_of_the_likelihood(cdnow: Customers) -> None:
    at = np.log([0.6, 3.0, 1.4, 0.7])
    error = check_grad(
        lambda point: bg_nbd._log_likelihood(point, cdnow)[0],
        lambda point: bg_nbd._log_likelihood(point, cdnow)[1],
        at,
    )
    assert error < 1e-5 * np.abs(bg_nbd._log_likelihood(at, cdnow)[1]).max()


def test_predictions_are_those_of_lifetimes(cdnow: Customers) -> None:
    lifetimes = pytest.importorskip("lifetimes")
    theirs = lifetimes.BetaGeoFitter()
    theirs.params_ = {"r": PAPER.r, "alpha": PAPER.alpha, "a": PAPER.a, "b": PAPER.b}
    x, recency, age = cdnow.repeat_count, cdnow.recency, cdnow.age
    np.testing.assert_allclose(
        PAPER.probability_active(cdnow),
        theirs.conditional_probability_alive(x, recency, age),
        rtol=1e-10,
    )
    np.testing.assert_allclose(
        PAPER.expected_orders(cdnow, 39),
        theirs.conditional_expected_number_of_purchases_up_to_time(39, x, recency, age),
        rtol=1e-9,
    )


def test_the_transformed_expectation_is_equation_10() -> None:
    t, (x, recency, age) = 39.0, (4.0, 20.0, 30.0)
    r, alpha, a, b = PAPER.r, PAPER.alpha, PAPER.a, PAPER.b
    one = customers((x, recency, age))
    power = ((alpha + age) / (alpha + age + t)) ** (r + x)
    series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    equation_10 = (a + b + x - 1) / (a - 1) * (1 - power * series)
    assert PAPER.expected_orders(one, t) == pytest.approx(
        equation_10 * PAPER.probability_active(one)
    )


def test_many_orders_do_not_overflow() -> None:
    """An order every day for ten years, and one who stopped a year ago."""
    daily, stopped = customers((3650, 521, 521), (3650, 469, 521)), customers((3650, 469, 521))
    expected = PAPER.expected_orders(daily, 90 / 7)
    assert np.isfinite(expected).all() and 50 < expected[0] < 90
    assert PAPER.probability_active(stopped)[0] == pytest.approx(0, abs=1e-12)


def test_the_expectation_is_continuous_where_its_formula_divides_by_zero() -> None:
    one = customers((3, 10, 20))
    around = [Model(0.5, 4, a, 2).expected_orders(one, 13)[0] for a in (0.999, 1.0, 1.001)]
    assert around[0] > around[1] > around[2]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-4)


def test_who_is_silent_longer_is_less_likely_active() -> None:
    silent = PAPER.probability_active(customers(*((5, 20, 20 + weeks) for weeks in range(0, 60))))
    assert (np.diff(silent) < 0).all()


def test_known_parameters_are_found_again() -> None:
    """Customers simulated as the model says: drawn rates, drawn stopping, two years."""
    true = Model(r=0.9, alpha=6.0, a=0.7, b=3.0)
    random = np.random.default_rng(7)
    figures = []
    for _ in range(6000):
        rate, stop = random.gamma(true.r, 1 / true.alpha), random.beta(true.a, true.b)
        age, last, count = random.uniform(10, 104), 0.0, 0
        while (at := last + random.exponential(1 / rate)) <= age:
            last, count = at, count + 1
            if random.random() < stop:
                break
        figures.append((count, last, age))
    found = bg_nbd.fit(customers(*figures))
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(
        (true.r, true.alpha, true.a, true.b), rel=0.2
    )


def test_too_few_repeat_orders_are_said_so() -> None:
    with pytest.raises(NoFitError, match="only 99 customers ordered again, 100 are needed"):
        bg_nbd.fit(customers(*[(1, 5, 20)] * 99, *[(0, 0, 20)] * 500))


def test_orders_without_any_stopping_do_not_settle_the_parameters() -> None:
    """All customers alike, in one rhythm: no spread of rates and no stopping to fit."""
    with pytest.raises(NoFitError, match=r"did not converge|do not settle"):
        bg_nbd.fit(customers(*[(20, 20, 20)] * 500))
