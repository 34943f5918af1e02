"""What is weighed. Standard library only: the page that tells the cost reads this."""

from __future__ import annotations

# The synthesizer with differential privacy, and at which epsilons; how many records share a combination.
PRIVATE = "dp_marginals"
EPSILONS = (1.0, 3.0, 10.0)
KS = (5, 10, 20)
# Of larger tables so many random records are weighed, of either side; and so many runs, the newest.
MOST_RECORDS = 100_000
MOST_RUNS = 8
