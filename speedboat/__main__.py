"""`python -m speedboat`: the command line, for where the `speedboat` script is not on the path."""

from speedboat.cli.commands import main

main()
