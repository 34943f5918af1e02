"""What stands beside a plan: exceptions, examples, many columns at once, and values that are invented by record."""
