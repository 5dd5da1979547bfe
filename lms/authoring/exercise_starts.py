"""What a new exercise begins with: something that works already, so that its author changes it step by step.

The solution passes, the starter does not, and each wrong sample shows its hint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lms.authoring.exercise_files import CheckRow, Sample, Sheet, TestFile


def start_sheet(kind: str, title: str) -> Sheet:
    """The sheet of a new exercise of one of the `STARTS`."""
    sheet = STARTS[kind]()
    sheet.title = title
    return sheet


def _doubling() -> list[CheckRow]:
    return [
        CheckRow(
            "Doubling 3 gives 6",
            "call",
            call="double(3)",
            returns="6",
            hint="Multiply by 2 and return the result.",
        ),
        CheckRow("Works for a negative number", "call", hidden=True, call="double(-4)", returns="-8"),
    ]


def _function() -> Sheet:
    return Sheet(
        statement="Write a function `double` that takes a number and gives back twice that number.\n",
        starter=["def double(number):\n    pass\n"],
        solution=["def double(number):\n    return number * 2\n"],
        samples=[
            Sample(
                "prints-instead",
                ["def double(number):\n    print(number * 2)\n"],
                hint="Your function shows the number but does not give it back. Use `return`.",
                value="None",
            ),
            Sample(
                "adds-two",
                ["def double(number):\n    return number + 2\n"],
                hint="You add 2 to the number. Twice a number is the number times 2.",
                value="5",
            ),
        ],
        checks=_doubling(),
    )


def _program() -> Sheet:
    return Sheet(
        statement="Write a program that asks for a name and greets: for `Amal` it shows `Hello, Amal!`.\n",
        starter=["name = input()\n"],
        solution=['name = input()\nprint(f"Hello, {name}!")\n'],
        samples=[
            Sample(
                "always-amal",
                ['name = input()\nprint("Hello, Amal!")\n'],
                hint="Your program greets Amal, whoever is there. Use the name that was typed.",
                check="2",
                printed="Hello, Amal!",
            ),
            Sample(
                "forgets-hello",
                ["name = input()\nprint(name)\n"],
                hint="Your program shows the name only. It should say hello too.",
                check="1",
            ),
        ],
        checks=[
            CheckRow("The program greets Amal", "program", stdin="Amal\n", stdout="Hello, Amal!\n"),
            CheckRow("The program greets Olena", "program", stdin="Olena\n", stdout="Hello, Olena!\n"),
        ],
    )


_TEST = '''import unittest

from solution import Account


class TestAccount(unittest.TestCase):
    def test_a_new_account(self):
        """A new account holds what it is opened with"""
        self.assertEqual(Account(10).balance, 10)

    def test_a_deposit(self):
        """A deposit adds to the balance"""
        account = Account(10)
        account.deposit(5)
        self.assertEqual(account.balance, 15)
'''


def _class() -> Sheet:
    solution = """class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount
"""
    return Sheet(
        statement="Write a class `Account` with a `balance` and a method `deposit`, which adds to the balance.\n",
        starter=["class Account:\n    def __init__(self, balance):\n        self.balance = balance\n"],
        solution=[solution],
        samples=[
            Sample(
                "sets-the-balance",
                [solution.replace("+=", "=")],
                hint="A deposit adds to the balance. Do not replace it.",
                check="1",
                outcome="failed",
            ),
            Sample(
                "forgets-the-balance",
                [solution.replace("self.balance = balance", "self.balance = 0")],
                hint="A new account begins with the balance that it is given.",
                check="2",
            ),
        ],
        ordinary=True,
        tests=[TestFile("test_solution.py", _TEST)],
    )


def _javascript() -> Sheet:
    return Sheet(
        kernel="javascript",
        files=["solution.js"],
        statement="Write a function `double` that takes a number and gives back twice that number.\n",
        starter=["function double(number) {\n}\n"],
        solution=["function double(number) {\n  return number * 2;\n}\n"],
        samples=[
            Sample(
                "logs-instead",
                ["function double(number) {\n  console.log(number * 2);\n}\n"],
                hint="Your function shows the number but does not give it back. Use `return`.",
                value="undefined",
            ),
            Sample(
                "adds-two",
                ["function double(number) {\n  return number + 2;\n}\n"],
                hint="You add 2 to the number. Twice a number is the number times 2.",
                value="5",
            ),
        ],
        checks=_doubling(),
    )


STARTS: Mapping[str, Callable[[], Sheet]] = {
    "function": _function,
    "program": _program,
    "class": _class,
    "javascript": _javascript,
}
