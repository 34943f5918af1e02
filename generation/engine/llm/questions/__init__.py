"""Questions over documents whose answers are exact stretches of them, worded over each sentence's own structure."""
