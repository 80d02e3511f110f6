"""The single write path: commands are batched, decided, committed in one transaction, then answered."""
