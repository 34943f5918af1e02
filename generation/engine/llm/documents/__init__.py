"""Documents as their structure: headings, paragraphs, lists and tables, and passages with stable ids and offsets.

`reading.read_documents` is the door. It is pure: whoever gives it files of strangers runs it in a limited process.
"""
