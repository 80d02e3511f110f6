"""One installation: its settings, the names it answers to, its private files."""

from speedboat.config.settings import Config, folder

__all__ = ["Config", "folder"]
