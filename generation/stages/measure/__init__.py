"""Work that measures what was made, and makes nothing that leaves."""
