"""Grading JavaScript: each kind of check right and wrong, in real containers of the sandbox service."""

from __future__ import annotations

import pytest

from lms.catalog.model import Check, Mistake, Step
from lms.grading.outcome import Outcome
from lms.grading.runner import grade
from lms.grading.verdict import Verdict
from sandbox.client import SandboxClient
from tests.grading.exercises import call, exercise, program

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]


def graded(service: SandboxClient, source: str, *checks: Check, **more: object) -> Verdict:
    task = exercise(*checks, kernel="javascript", files=("solution.js",), **more)  # type: ignore[arg-type]
    return grade(task, {"solution.js": source}, service)


def codes(verdict: Verdict) -> list[str]:
    """What is said of each test; "" where it passed."""
    return [test.message.code if test.message is not None else "" for test in verdict.tests]


def test_calls_of_every_kind_of_function_and_value(service: SandboxClient) -> None:
    source = """
        export function double(x) { return x * 2; }
        const joined = (...parts) => parts.join("-");
        async function later(x) { await new Promise((done) => setTimeout(done, 20)); return x; }
        function* numbers() { yield 1; }
        let shout = function (text) { console.log(text.toUpperCase()); };
        class Oops extends RangeError {}
        const fail = () => { throw new Oops("no"); };
        const everything = () => [
          1, 2.5, -0, NaN, -Infinity, 12n, "it's", "\\ud800", true, null, undefined,
          { name: "Amal", list: [] }, new Map([["a", 1]]), new Set([2, 1]), new Date("2026-01-02"),
        ];
        const same = (x) => x;
        const asked = () => [prompt("First?"), confirm("Sure?"), prompt(), prompt()];
    """
    text = (
        "[1, 2.5, 0, NaN, -Infinity, 12n, 'it\\'s', '\\ud800', true, null, undefined, { list: [], name: 'Amal' }, "
        "new Map([['a', 1]]), new Set([1, 2]), new Date('2026-01-02')]"
    )
    verdict = graded(
        service,
        source,
        call(0, "double(3)", "6.0"),
        call(1, "joined('a', 1, null)", "'a-1-'"),
        call(2, "later({ a: [1n] })", "{ a: [1n] }"),
        call(3, "shout('hi')", "undefined", prints="HI"),
        call(4, "fail()", raises="Oops"),
        call(5, "fail()", raises="RangeError"),
        call(6, "everything()", text),
        call(7, f"same({text})", text),
        call(8, "asked()", "['Amal', true, '', null]", stdin="Amal\nyes\n\n"),
        call(9, "double(0.15)", "0.30001", tolerance=0.001),
    )
    assert codes(verdict) == [""] * 10
    assert verdict.outcome is Outcome.PASSED
    assert verdict.tests[6].got is not None
    assert verdict.tests[6].got.startswith(
        "[1, 2.5, -0, NaN, -Infinity, 12n, 'it\\'s', '\\ud800', true, null,"
    )
    assert verdict.tests[6].got.endswith("new Date('2026-01-02')]")


@pytest.mark.parametrize(
    ("source", "returns", "code", "got"),
    [
        ("const f = () => '6'", "6", "wrong_type", "'6'"),
        ("const f = () => 6n", "6", "other_type", "6n"),
        ("const f = () => true", "1", "other_type", "true"),
        ("const f = () => null", "undefined", "other_type", "null"),
        ("function f() {}", "null", "returned_undefined", "undefined"),
        ("function f() { console.log(6); }", "6", "printed_instead", "undefined"),
        ("const f = () => [1, 2]", "[1, 2, 3]", "different_length", "[1, 2]"),
        ("const f = () => [2, 1]", "[1, 2]", "different_order", "[2, 1]"),
        ("const f = () => ({ a: undefined })", "{}", "different_value", "{ a: undefined }"),
        ("const f = () => new Map([[1, 2]])", "new Map([['1', 2]])", "different_value", "new Map([[1, 2]])"),
        ("class A { x = 1 }\nconst f = () => new A()", "{ x: 1 }", "other_type", "A { x: 1 }"),
        ("class L extends Array {}\nconst f = () => L.of(1)", "[1]", "other_type", "L(1) [ 1 ]"),
        ("const f = () => new Proxy([1], {})", "[1]", "other_type", "[ 1 ]"),
        ("const f = () => new Number(6)", "6", "other_type", "[Number: 6]"),
        ("const f = () => { const a = []; a.push(a); return a; }", "[]", "value_too_large", None),
        ("const g = () => 6", "6", "not_defined", None),
        ("const f = 6", "6", "raised", "TypeError: f is not a function"),
        (
            "const f = () => null.name",
            "6",
            "raised",
            "TypeError: Cannot read properties of null (reading 'name')",
        ),
        ("const f = () => { throw 'text'; }", "6", "raised", "string: 'text'"),
    ],
)
def test_a_wrong_value_is_told_with_what_was_got(
    service: SandboxClient, source: str, returns: str, code: str, got: str | None
) -> None:
    verdict = graded(service, source, call(0, "f()", returns))
    assert verdict.outcome in {Outcome.FAILED, Outcome.ERROR}
    assert (codes(verdict), verdict.tests[0].got) == ([code], got)


def test_a_whole_program_reads_lines_and_is_waited_for(service: SandboxClient) -> None:
    source = """
        const name = prompt("Who are you?") ?? "nobody";
        process.stdout.write("Hello, ");
        console.log(`${name}!`);
        console.error("not this");
        setTimeout(() => console.log("later"), 30);
        const ticks = setInterval(() => { console.log("tick"); clearInterval(ticks); }, 5);
        await Promise.resolve();
        console.log([1, { a: "b" }]);
    """
    said = 'Hello, Amal!\n[ 1, { a: "b" } ]\ntick\nlater\n'
    verdict = graded(
        service,
        source,
        program(0, "Amal\n", said, compare="exact"),
        program(1, "", "Hello, nobody!", compare="contains"),
        program(2, "Amal\n", "Hello, Olena!"),
    )
    assert codes(verdict) == ["", "", "different_output"]


def test_variables_of_the_file(service: SandboxClient) -> None:
    source = "let age = Number(prompt());\nconst name = '';\nvar old = age > 60;\nfunction f() {}\n"
    verdict = graded(
        service,
        source,
        *(
            Check(index, name, "variable", variable=name, equals=equals, stdin="61\n")
            for index, (name, equals) in enumerate(
                [
                    ("age", "61"),
                    ("name", "''"),
                    ("old", "true"),
                    ("age", "60"),
                    ("prompt", "1"),
                    ("missing", "1"),
                ]
            )
        ),
    )
    assert codes(verdict) == ["", "", "", "different_value", "not_defined", "not_defined"]


def test_a_script_with_objects_of_the_students_class(service: SandboxClient) -> None:
    source = """
        class Account {
          #secret = 1;
          constructor(balance) { this.balance = balance; }
          deposit(amount) { if (amount < 0) throw new RangeError("no"); this.balance += amount; return this; }
          get double() { return this.balance * 2; }
          async slowly() { return this.balance; }
        }
        const describe = (account) => String(account.balance);
        const both = (first, { second }) => first === second;
    """
    steps = (
        Step("new", call="new Account(10)", name="a"),
        Step("call", on="a", call="deposit(5)", name="same"),
        Step("get", on="a", attribute="balance", equals="15"),
        Step("get", on="a", attribute="double", equals="30"),
        Step("call", on="a", call="slowly()", returns="15"),
        Step("call", on="a", call="deposit(-1)", raises="RangeError"),
        Step("call", call="describe(a)", returns="'15'"),
        Step("call", call="both(a, { second: same })", returns="true"),
        Step("new", call="Account(1)", name="b"),
        Step("get", on="b", attribute="nothing", equals="undefined"),
    )
    right = Check(0, "account", "script", steps=steps)
    wrong = Check(
        1, "gone", "script", steps=(*steps[:1], Step("call", on="a", call="withdraw(1)", returns="1"))
    )
    verdict = graded(service, source, right, wrong)
    assert codes(verdict) == ["", "raised"]
    assert verdict.tests[1].got == "TypeError: a.withdraw is not a function"
    assert verdict.tests[1].call == "a.withdraw(1)"


@pytest.mark.parametrize(
    ("source", "code", "ending"),
    [
        ("let x = 1;\nlet y = ;\n", "syntax_javascript", "SyntaxError: Unexpected token ';'"),
        ("console.log('a'\nlet b = 2;", "syntax_javascript", "SyntaxError: missing ) after argument list"),
        ("function f() {\n", "syntax_javascript", "SyntaxError: Unexpected end of input"),
        ("/* never closed", "syntax_javascript", None),
        ("\n\nnope();\n", "load_failed", "ReferenceError: nope is not defined\n    at solution.js:3:1"),
        (
            "const a = 1;\na = 2;\n",
            "load_failed",
            "TypeError: Assignment to constant variable.\n    at solution.js:2:3",
        ),
        ("(async () => { throw new Error('beside'); })();", "load_failed", None),
        ("queueMicrotask(() => { throw new Error('beside'); });", "load_failed", None),
        ("import { x } from './other.js';", "load_failed", None),
        ("await fetch('http://127.0.0.1/');", "load_failed", None),
    ],
)
def test_a_file_that_does_not_load(
    service: SandboxClient, source: str, code: str, ending: str | None
) -> None:
    verdict = graded(service, source, call(0, "f()", "6"))
    assert (verdict.outcome, verdict.message and verdict.message.code) == (Outcome.ERROR, code)
    assert codes(verdict) == ["not_run"]
    assert verdict.traceback is not None
    assert "blob:" not in verdict.traceback
    assert ending is None or verdict.traceback.endswith(ending), verdict.traceback


def test_the_line_of_a_syntax_fault_and_slips_of_the_keyboard(service: SandboxClient) -> None:
    verdict = graded(service, "let a = 1;\nlet b = “text”; // “not this”\n", call(0, "f()", "6"))
    assert verdict.message is not None
    assert verdict.message.params == {"line": "2"}
    assert [(slip.code, slip.found) for slip in verdict.slips] == [("sign", "“"), ("sign", "”")]


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("const f = () => { for (;;); };", Outcome.TIME_LIMIT),
        ("const f = async () => { for (;;) await null; };", Outcome.TIME_LIMIT),
        ("const f = () => new Promise(() => {});", Outcome.TIME_LIMIT),
        ("const f = () => { for (;;) console.log('x'.repeat(1000)); };", Outcome.OUTPUT_LIMIT),
        (
            "const f = () => { const all = []; for (;;) all.push(new Array(1e6).fill(1)); };",
            Outcome.MEMORY_LIMIT,
        ),
        ("const f = () => Deno.exit(0);", Outcome.ERROR),
        ("const f = () => f();", Outcome.ERROR),
    ],
)
def test_limits(service: SandboxClient, source: str, outcome: Outcome) -> None:
    verdict = graded(service, source, call(0, "f()", "6"))
    assert verdict.outcome is outcome


def test_hints_by_value_error_and_missing_name(service: SandboxClient) -> None:
    checks = [call(0, "f()", "6")]
    mistakes = [
        Mistake("a", "value hint", value="undefined"),
        Mistake("b", "error hint", error="TypeError"),
        Mistake("c", "missing hint", missing="f"),
    ]
    for source, hint in (
        ("function f() {}", "value hint"),
        ("const f = () => null.x;", "error hint"),
        ("const g = 1;", "missing hint"),
    ):
        assert graded(service, source, *checks, mistakes=mistakes).hints == (hint,)


def test_nothing_of_a_hidden_check_is_told(service: SandboxClient) -> None:
    source = (
        "function f(x) {\n  console.log(x);\n  if (x > 5) throw new Error(`it was ${x}`);\n  return x;\n}\n"
    )
    verdict = graded(
        service,
        source,
        call(0, "f(1)", "1"),
        call(1, "f(7340912655)", "7340912655", hidden=True, name="Large"),
    )
    assert [test.outcome for test in verdict.tests] == [Outcome.PASSED, Outcome.ERROR]
    assert "7340912655" not in repr(verdict)
