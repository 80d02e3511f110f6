"""Accounts: made, invited and disabled; their passwords; where they are signed in. Nobody needs one to take part."""
