"""Rules of a dataset: what its records must keep, and what a policy says of a desk's agents."""
