"""Heavy jobs (exports, suggestions, replays, searches) in worker processes, with a bounded queue and a result cache."""
