"""The exercises are material for the tests beside them: their test files run only on a program."""

collect_ignore = ["exercises"]
