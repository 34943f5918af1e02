"""The inside of a limited child: no Django, no key but the one it is sent, no file but those it was lent."""
