"""Log lines from log lines: templates are mined, what varies is drawn anew."""
