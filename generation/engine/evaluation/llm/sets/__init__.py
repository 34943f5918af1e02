"""Checks of questions and tasks: every record is looked at, so that a value is exact and has no interval.

They give the metrics of the table suite, judged by the same rule; what fails is named for the hunt lane.
"""
