"""What a plan does to a table: counts, how specific it stays, what it costs, and masked examples."""
