"""The portal as a whole: every address and person, what it imports, leaks and opens."""
