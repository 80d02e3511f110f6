"""One installation: its settings, the host names it answers to, its private files."""

from speedboat.config.settings import Config, folder

__all__ = ["Config", "folder"]
