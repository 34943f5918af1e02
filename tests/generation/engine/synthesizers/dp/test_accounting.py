"""Privacy accounting against published figures, and the looks at the records that it pays for."""

from __future__ import annotations

import math

import numpy as np
import opendp.prelude as dp
import pytest

from generation.engine.synthesizers.dp.accounting import epsilon_of, gaussian_scale, rho_of
from generation.engine.synthesizers.dp.mechanism import Mechanism, Overspent


def test_epsilon_is_the_one_published_by_opendp_for_a_gaussian_of_scale_four():
    # opendp's own test of cdp_epsilon: rho = 1/32, delta = 1e-3 (zCDP_to_approxDP/test.rs).
    assert epsilon_of(1 / 32, 1e-3) == pytest.approx(0.6880024554878086, rel=1e-9)
    assert epsilon_of(1 / 32, 0.1508457845622862) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("rho", "delta"), [(0.001, 1e-9), (0.02, 1e-6), (0.17, 1e-6), (1.5, 1e-5), (8.0, 1e-10)])
def test_epsilon_is_below_the_bound_of_bun_and_steinke_and_agrees_with_opendp(rho, delta):
    assert epsilon_of(rho, delta) < rho + 2 * math.sqrt(rho * math.log(1 / delta))
    dp.enable_features("contrib")
    space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)
    gaussian = dp.m.make_gaussian(*space, scale=gaussian_scale(1, rho))
    profile = dp.c.make_zCDP_to_approxDP(gaussian).map(1.0)
    assert epsilon_of(rho, delta) == pytest.approx(profile.epsilon(delta), rel=1e-6)


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 3.0, 10.0])
def test_rho_buys_no_more_than_the_epsilon_asked_for(epsilon):
    rho = rho_of(epsilon, 1e-6)
    assert epsilon * (1 - 1e-6) <= epsilon_of(rho, 1e-6) <= epsilon


def test_counts_get_noise_of_the_scale_that_their_rho_pays_for():
    mechanism = Mechanism(rho=1.0, delta=0.0)
    noisy = mechanism.counts(np.full(20_000, 7), rho=0.02)
    # rho = 1 / (2 sigma^2): sigma 5. The standard deviation of 20,000 draws is within 3 % of it but once in 10^9 times.
    assert noisy.sigma == pytest.approx(5, rel=1e-5)
    assert np.std(noisy.values) == pytest.approx(5, rel=0.03)
    assert np.mean(noisy.values) == pytest.approx(7, abs=0.25)
    assert mechanism.spent_rho == pytest.approx(0.02, rel=1e-5)


def test_three_records_of_a_person_need_three_times_the_noise():
    assert Mechanism(1.0, 0.0, records=3).counts(np.zeros(3, dtype=int), 0.02).sigma == pytest.approx(15, rel=1e-5)


@pytest.mark.parametrize("records", [1, 3])
def test_every_kind_of_look_costs_what_was_asked_and_no_more(records):
    mechanism = Mechanism(rho=0.3, delta=1e-6, records=records)
    mechanism.counts(np.array([3, 4]), 0.1)
    mechanism.best(np.array([1, 50, 3]), 0.1)
    mechanism.names({0: 900, 1: 1}, 0.1, 1e-6)
    assert mechanism.spent_rho == pytest.approx(0.3, rel=1e-4)
    assert 0 < mechanism.spent_delta <= 1e-6
    with pytest.raises(Overspent):
        mechanism.counts(np.array([3, 4]), 0.01)


def test_the_best_place_is_found_when_it_is_clearly_best():
    mechanism = Mechanism(rho=1.0, delta=0.0)
    assert {mechanism.best(np.array([0, 500, 20]), 0.02) for _ in range(10)} == {1}


def test_a_name_that_one_record_holds_is_not_told_and_one_that_many_hold_is():
    mechanism = Mechanism(rho=10.0, delta=1e-3)
    for _ in range(20):
        named, sigma = mechanism.names({0: 1, 1: 500}, 0.1, 1e-6)
        assert set(named) == {1}
        assert abs(named[1] - 500) < 8 * sigma
