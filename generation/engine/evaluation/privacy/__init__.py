"""What the synthetic table gives away: every check compares training records with a holdout never seen."""
