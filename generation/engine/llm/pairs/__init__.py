"""Preference pairs: a prompt, the answer that a person preferred, and the one they did not."""
