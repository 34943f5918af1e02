"""What stands behind the names of `generation.engine`: its verbs for DataFrames, and the page about both doors."""
