"""The BG/NBD model: is a customer still active, and how many orders are to be expected?

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the
Pareto/NBD Model, Marketing Science 24(2), 275-284. While active, a customer orders at random at a
rate of their own; after each order they stop for good with a probability of their own. Rates are
gamma distributed over customers (shape r, scale alpha), probabilities of stopping beta (a, b).

Of a customer the model needs three figures, times in weeks: the number of repeat orders (orders on
one day are one order, the first is not counted), the time from the first order to the last, and the
time from the first order to now.

SciPy is imported where it is used: half a second that other commands need not wait for.
"""

from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MINIMUM_REPEAT_CUSTOMERS = 100
# A parameter this large or this small is one that the data does not settle.
_LARGEST = 1e4
# r, alpha, a and b to start from: about the paper's shop, no idea at all, habitual buyers. The next
# is tried where one leads nowhere.
_STARTS = ((0.25, 4.0, 0.8, 2.5), (1.0, 1.0, 1.0, 1.0), (2.0, 10.0, 0.5, 5.0))


class NoFitError(Exception):
    """The orders do not settle the parameters; the message says why."""


@dataclass(frozen=True)
class Customers:
    """What the model needs of customers; arrays of one length, times in weeks.

    Customers with the same figures may be one entry, with their number as weight.
    """

    repeat_count: Values
    recency: Values
    age: Values
    weight: Values

    @cached_property
    def counts(self) -> tuple[Values, NDArray[np.intp]]:
        """The different numbers of repeat orders, and which of them is each customer's.

        Gamma functions depend on this number alone, and there are few.
        """
        counts, entry = np.unique(self.repeat_count, return_inverse=True)
        return counts, entry


@dataclass(frozen=True)
class Model:
    """The four parameters; alpha is in weeks."""

    r: float
    alpha: float
    a: float
    b: float

    def probability_active(self, customers: Customers) -> Values:
        """Return the probability that a customer has not stopped, 0 to 1.

        Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model. It is 1 without a
        repeat order: the model knows no stopping before the second order.
        """
        x = customers.repeat_count
        odds = np.full_like(x, -np.inf)
        odds[x > 0] = (
            np.log(self.a)
            - np.log(self.b + x[x > 0] - 1)
            + (self.r + x[x > 0])
            * np.log((self.alpha + customers.age[x > 0]) / (self.alpha + customers.recency[x > 0]))
        )
        stopped: Values = np.exp(-np.logaddexp(0, odds))
        return stopped

    def expected_orders(self, customers: Customers, weeks: float) -> Values:
        """Return how many orders a customer is expected to make in the weeks to come.

        Equation 10 of the paper. Its hypergeometric function overflows for customers with many
        orders; Euler's transformation (Abramowitz and Stegun 15.3.3) takes the power that does so
        out of it, where it meets its inverse.
        """
        from scipy.special import hyp2f1

        # The expectation is continuous in a, but the formula is 0 / 0 at a = 1.
        a = 1 + 1e-6 if abs(self.a - 1) < 1e-6 else self.a
        x = customers.repeat_count
        z = weeks / (self.alpha + customers.age + weeks)
        series = hyp2f1(a - 1, a + self.b - 1 - self.r, a + self.b + x - 1, z)
        while_active = (a + self.b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
        expected: Values = while_active * self.probability_active(customers)
        return expected


def log_likelihood(model: Model, customers: Customers) -> float:
    """Return the log of the likelihood of the customers' orders, equation 6 of the paper."""
    return _log_likelihood(np.log(astuple(model)), customers)[0]


def fit(customers: Customers) -> Model:
    """Return the parameters under which the customers' orders are likeliest.

    Raises NoFitError when too few customers ordered again, or when the likelihood has no maximum
    within reach.
    """
    repeating = int(customers.weight[customers.repeat_count > 0].sum())
    if repeating < MINIMUM_REPEAT_CUSTOMERS:
        raise NoFitError(
            f"only {repeating} customers ordered again, {MINIMUM_REPEAT_CUSTOMERS} are needed"
        )
    from scipy.optimize import minimize

    total = customers.weight.sum()

    def loss(parameters: Values) -> tuple[float, Values]:
        value, gradient = _log_likelihood(parameters, customers)
        return -value / total, -gradient / total

    edge = float(np.log(_LARGEST))
    problem = "the fit of the model did not converge"
    for start in _STARTS:
        result = minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-edge, edge)] * 4,
            options={"ftol": 1e-13, "gtol": 1e-8},
        )
        if not np.isfinite(result.fun) or np.abs(result.jac).max() > 1e-4:
            continue
        if np.abs(result.x).max() < edge:
            return Model(*map(float, np.exp(result.x)))
        problem = "the orders do not settle the parameters of the model"
    raise NoFitError(problem)


def _log_likelihood(parameters: Values, customers: Customers) -> tuple[float, Values]:
    """Return the log-likelihood and its gradient by the logarithms of r, alpha, a and b."""
    from scipy.special import digamma, gammaln

    r, alpha, a, b = (float(value) for value in np.exp(parameters))
    counts, entry = customers.counts
    again = customers.repeat_count > 0
    b_before = np.where(counts > 0, b + counts - 1, 1.0)

    shape = r + customers.repeat_count
    log_age, log_recency = np.log(alpha + customers.age), np.log(alpha + customers.recency)
    active = -shape * log_age
    stopped = np.where(again, np.log(a / b_before)[entry] - shape * log_recency, -np.inf)
    either = np.logaddexp(active, stopped)
    by_count = (
        gammaln(r + counts)
        - gammaln(r)
        + r * np.log(alpha)
        + gammaln(a + b)
        + gammaln(b + counts)
        - gammaln(b)
        - gammaln(a + b + counts)
    )
    value = float(customers.weight @ (by_count[entry] + either))

    share = np.exp(stopped - either)  # of the likelihood that is due to having stopped
    per_count = np.bincount(entry, customers.weight)
    stopped_per_count = np.bincount(entry, customers.weight * share)
    total = float(customers.weight.sum())
    in_log = (1 - share) * log_age + share * log_recency
    in_scale = (1 - share) / (alpha + customers.age) + share / (alpha + customers.recency)
    both = digamma(a + b) * total - per_count @ digamma(a + b + counts)
    slope = [
        per_count @ digamma(r + counts)
        + total * (np.log(alpha) - digamma(r))
        - customers.weight @ in_log,
        total * r / alpha - customers.weight @ (shape * in_scale),
        both + stopped_per_count.sum() / a,
        both
        + per_count @ digamma(b + counts)
        - total * digamma(b)
        - stopped_per_count @ (1 / b_before),
    ]
    return value, np.array(slope) * (r, alpha, a, b)
