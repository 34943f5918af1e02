"""What is sensitive in files, wherever they lie: tables, conversations, texts, documents, templates, source trees.

It needs no database, sends nothing anywhere and says places and kinds, never values.
"""
