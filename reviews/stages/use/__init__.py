"""What readers of a release do: ask to hold it, look into it, report a record of it."""
