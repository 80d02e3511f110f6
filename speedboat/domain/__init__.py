"""The rules of a workshop: commands in, facts out, and the board that the facts make. Pure: no I/O, no clock."""
