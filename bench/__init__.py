"""Speedboat beside its peers, on the same work in the same run: `python -m bench`, or `make bench`."""
