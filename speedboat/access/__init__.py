"""Who may come in: codes, tokens, keys, passphrases, devices, and how fast they can be guessed."""
