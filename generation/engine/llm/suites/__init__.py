"""Evaluation tasks over a scenario matrix: dimensions, rules, t-way cover, quotas, expected results, versions."""
