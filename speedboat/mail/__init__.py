"""Mail: sending it, and what it says."""
