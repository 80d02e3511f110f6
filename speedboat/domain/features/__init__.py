"""One file per feature: its commands, facts, fold, view and rules."""
