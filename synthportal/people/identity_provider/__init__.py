"""People whom the organisation's identity provider signs in, and the roles their groups give."""
