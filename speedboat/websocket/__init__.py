"""Sending to sockets: the stock path of the library, and frames written straight to the descriptor."""
