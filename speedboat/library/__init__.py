"""The library: the workshops of a server, found again, and what many of them have in common."""
