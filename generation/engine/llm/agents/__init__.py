"""Agent tasks: a synthetic database, tools over it, the owner's policy as predicates, and what must have changed."""
