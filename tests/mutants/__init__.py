"""Whether the tests of the rules notice a fault in the rules: `make mutants`.

Every mutant of `speedboat/domain` is tried: the same code with one operator, constant, return value, refusal or call
changed. A mutant that no test of `tests/domain` notices has survived.
"""
