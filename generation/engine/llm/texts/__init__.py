"""Texts from texts: cut into phrases that several people wrote, put together anew, and held against the source."""
