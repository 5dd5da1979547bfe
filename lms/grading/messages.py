"""The sentences behind message codes: data carries a code and parameters, people read it in their language.

`sentence(message, gettext)` gives the words. Parameters are names, values and class names: code, which is
never translated. `N_` only marks the sentences for extraction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lms.grading.verdict import Message, Slip


def N_(text: str) -> str:
    """Mark a sentence for translation."""
    return text


SENTENCES: Mapping[str, str] = {
    # one check
    "not_defined": N_("The name %(name)s is not defined in your code."),
    "returned_none": N_("Nothing was returned: the result is None. Use return to give the value back."),
    "returned_undefined": N_(
        "Nothing was returned: the result is undefined. Use return to give the value back."
    ),
    "printed_instead": N_("Your code shows the right value but does not return it. Use return."),
    "wrong_type": N_("The value looks right, but its type is %(got)s. It must be %(expected)s."),
    "other_type": N_("The result has the type %(got)s. It must be %(expected)s."),
    "different_value": N_("The result is different from the expected one."),
    "different_length": N_("The result has %(got)s items. It must have %(expected)s."),
    "different_order": N_("The items are right, but their order is different."),
    "different_output": N_("The printed text is different from the expected one."),
    "different_case": N_("The printed text differs only in capital and small letters."),
    "different_spaces": N_("The printed text differs only in spaces or empty lines."),
    "no_output": N_("Nothing was printed."),
    "raised": N_("Your code stopped with the error %(error)s."),
    "raised_other": N_("Your code raised %(got)s. It must raise %(expected)s."),
    "not_raised": N_("Your code must raise %(expected)s here, but it raised nothing."),
    "value_too_large": N_("The result is too large."),
    "too_much_output": N_("Your code printed too much."),
    "test_failed": N_("Your code does not pass this test."),
    "no_answer": N_("This test gave no answer."),
    "bad_answer": N_("This test gave an answer that cannot be read."),
    "answered_twice": N_("This test was answered more than once."),
    "not_run": N_("This test was not run, because your code stopped before it."),
    # the whole run
    "time_limit": N_("Your code took too long and was stopped. Is there a loop that never ends?"),
    "memory_limit": N_("Your code used too much memory and was stopped."),
    "died": N_("Your code ended the whole program, so the tests could not run."),
    "load_failed": N_("Your code stopped with the error %(error)s before the tests could run."),
    "input_at_load": N_("Your code asks for input outside its functions, so the tests could not run."),
    "syntax": N_("Python cannot read your code. Look at line %(line)s."),
    "syntax_javascript": N_("JavaScript cannot read your code. Look at line %(line)s."),
    "source_too_large": N_("Your code is too long to be graded."),
    "missing_file": N_("The file %(name)s is missing."),
    "sandbox_unavailable": N_("The grader cannot run code at the moment. This is not your fault."),
    "sandbox_busy": N_("The grader is busy. Your work is waiting for its turn."),
    "sandbox_fault": N_("Something went wrong on our side. This is not your fault."),
    "exercise_fault": N_("This exercise has a mistake of ours. This is not your fault."),
    # rules
    "must_use": N_("Your code must use %(construct)s."),
    "must_not_use": N_("Your code must not use %(construct)s. It is in line %(line)s."),
}

OUTCOME_WORDS: Mapping[str, str] = {
    "passed": N_("Passed"),
    "failed": N_("Not passed yet"),
    "error": N_("Your code stopped with an error"),
    "time_limit": N_("Your code took too long"),
    "memory_limit": N_("Your code used too much memory"),
    "output_limit": N_("Your code printed too much"),
    "rule": N_("A rule of the exercise is not kept"),
    "our_fault": N_("Our fault, not yours"),
}


SLIPS: Mapping[str, str] = {
    "sign": N_("Line %(line)s has the sign %(found)s. Code needs %(wanted)s."),
    "space": N_("Line %(line)s has an invisible character (%(found)s). Delete it and type a plain space."),
    "digit": N_("Line %(line)s has the digit %(found)s. Code needs %(wanted)s."),
    "letter": N_(
        "In line %(line)s, %(found)s has letters of another alphabet. Type %(wanted)s with Latin letters."
    ),
}


def slip_sentence(slip: Slip, gettext: Callable[[str], str] = str) -> str:
    """A slip of the keyboard in words."""
    return gettext(SLIPS[slip.code]) % {"line": slip.line, "found": slip.found, "wanted": slip.wanted}


def message(code: str, **params: object) -> Message:
    """A message whose code is one of `SENTENCES`."""
    if code not in SENTENCES:
        raise KeyError(code)
    return Message(code, {name: str(value) for name, value in params.items()})


def sentence(said: Message, gettext: Callable[[str], str] = str) -> str:
    """The message in words; `gettext` translates the sentence before the parameters are put in."""
    return gettext(SENTENCES[said.code]) % said.params
