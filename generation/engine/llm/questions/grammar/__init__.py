"""The grammar of sentences: clauses, what can be asked for in them, and how the question is said."""
