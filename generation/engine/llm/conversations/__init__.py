"""Conversations from conversations: an agenda walks through what is done, phrases of many say it, one record of
invented values runs through all of it."""
