import inspect
import typing
import unittest

import solution
from solution import Recipe, apply, cook, longest, mix, portion, remember


class SignatureTest(unittest.TestCase):
    def test_parameters_of_cook(self):
        parameters = inspect.signature(cook).parameters
        self.assertEqual(list(parameters), ["dish", "minutes", "salt"])
        self.assertEqual(parameters["minutes"].default, 10)
        self.assertIs(parameters["dish"].default, inspect.Parameter.empty)
        self.assertEqual(parameters["salt"].kind, inspect.Parameter.KEYWORD_ONLY)
        self.assertIs(parameters["salt"].default, False)

    def test_kinds(self):
        kinds = [p.kind for p in inspect.signature(mix).parameters.values()]
        self.assertEqual(
            kinds,
            [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD],
        )

    def test_positional_only(self):
        first, second, third, _ = inspect.signature(portion).parameters.values()
        self.assertEqual(first.kind, first.POSITIONAL_ONLY)
        self.assertEqual(second.kind, second.POSITIONAL_ONLY)
        self.assertEqual(third.kind, third.POSITIONAL_OR_KEYWORD)

    def test_as_text(self):
        self.assertEqual(str(inspect.signature(remember)), "(item, known=None)")
        self.assertEqual(str(inspect.signature(portion)), "(total, people, /, round_to=0, *extra)")

    def test_bind(self):
        bound = inspect.signature(cook).bind("soup", salt=True)
        self.assertEqual(bound.arguments, {"dish": "soup", "salt": True})
        with self.assertRaises(TypeError):
            inspect.signature(cook).bind("soup", 5, True)

    def test_of_a_class_and_its_methods(self):
        self.assertEqual(list(inspect.signature(Recipe).parameters), ["name", "steps"])
        self.assertEqual(list(inspect.signature(Recipe.add).parameters), ["self", "step", "place"])
        self.assertEqual(list(inspect.signature(Recipe("x").add).parameters), ["step", "place"])
        self.assertEqual(len(inspect.signature(Recipe.empty).parameters), 1)

    def test_full_arg_spec(self):
        spec = inspect.getfullargspec(cook)
        self.assertEqual(spec.args, ["dish", "minutes"])
        self.assertEqual(spec.kwonlyargs, ["salt"])
        self.assertEqual(spec.defaults, (10,))


class HintsTest(unittest.TestCase):
    def test_type_hints(self):
        self.assertEqual(
            typing.get_type_hints(cook), {"dish": str, "minutes": int, "salt": bool, "return": str}
        )

    def test_return_type(self):
        self.assertIs(typing.get_type_hints(Recipe.add)["return"], Recipe)
        self.assertIs(typing.get_type_hints(Recipe.__init__)["return"], type(None))

    def test_generic_types(self):
        hints = typing.get_type_hints(longest)
        self.assertEqual(hints["words"], list[str])
        self.assertEqual(hints["limit"], dict[str, int] | None)
        self.assertEqual(hints["return"], tuple[str, int])

    def test_optional(self):
        hints = typing.get_type_hints(apply)
        self.assertEqual(hints["value"], typing.Optional[int])
        self.assertEqual(hints["return"], int | None)

    def test_annotations(self):
        self.assertEqual(cook.__annotations__["return"], "str")
        self.assertEqual(longest.__annotations__["words"], "list[str]")
        self.assertEqual(remember.__annotations__, {})
        self.assertEqual(Recipe.__annotations__, {"steps": "list[str]"})
        self.assertEqual(solution.__annotations__, {"VERSION": "str"})


class NamesTest(unittest.TestCase):
    def test_docstrings(self):
        self.assertEqual(solution.__doc__, "Tools for a small kitchen.")
        self.assertTrue(cook.__doc__.startswith("Cook a dish."))
        self.assertEqual(inspect.getdoc(cook), "Cook a dish.\n\nReturns what is on the plate.")
        self.assertEqual(Recipe.__doc__, "A recipe.")
        self.assertEqual(Recipe.add.__doc__, "Add a step.")
        self.assertEqual(Recipe.length.__doc__, "The number of steps.")
        self.assertIsNone(remember.__doc__)

    def test_names(self):
        self.assertEqual(cook.__name__, "cook")
        self.assertEqual(Recipe.__name__, "Recipe")
        self.assertEqual(Recipe.add.__qualname__, "Recipe.add")
        self.assertEqual(cook.__module__, "solution")
        self.assertEqual(solution.__name__, "solution")
        self.assertEqual(type(Recipe("x")).__name__, "Recipe")

    def test_defaults(self):
        self.assertEqual(cook.__defaults__, (10,))
        self.assertEqual(cook.__kwdefaults__, {"salt": False})
        self.assertIsNone(longest.__defaults__[0])

    def test_what_there_is(self):
        self.assertEqual(sorted(solution.__all__), ["Recipe", "cook", "mix", "portion"])
        self.assertTrue(callable(solution.cook))
        self.assertTrue(hasattr(solution, "VERSION"))
        self.assertFalse(hasattr(solution, "bake"))
        self.assertIn("remember", dir(solution))
        self.assertTrue(inspect.isfunction(cook))
        self.assertTrue(inspect.isclass(Recipe))
        self.assertTrue(inspect.ismethod(Recipe("x").add))


class CallsTest(unittest.TestCase):
    def test_cook(self):
        self.assertEqual(cook("soup"), "soup (10 min)")
        self.assertEqual(cook(minutes=3, dish="egg", salt=True), "egg (3 min, salted)")

    def test_salt_needs_its_name(self):
        with self.assertRaises(TypeError):
            cook("egg", 3, True)

    def test_wrong_calls(self):
        for args, kwargs in [((), {}), (("a",), {"sugar": 1}), (("a",), {"dish": "b"})]:
            with self.subTest(args=args), self.assertRaises(TypeError):
                cook(*args, **kwargs)

    def test_mix(self):
        self.assertEqual(mix("water", "flour"), "water and flour")
        self.assertEqual(mix("water", separator=", ", flour=1.5, salt=2), "water, 1.5 flour, 2 salt")
        self.assertEqual(mix(), "")

    def test_portion(self):
        self.assertEqual(portion(10, 4, 1), 2.5)
        self.assertEqual(portion(10, 4, round_to=1), 2.5)
        with self.assertRaisesRegex(TypeError, "positional-only"):
            portion(total=10, people=4)

    def test_a_new_list_each_time(self):
        self.assertEqual(remember("a"), ["a"])
        self.assertEqual(remember("b"), ["b"])
        mine = ["x"]
        self.assertIs(remember("y", mine), mine)

    def test_apply(self):
        self.assertEqual(apply(abs, -3), 3)
        self.assertIsNone(apply(abs))

    def test_recipe(self):
        recipe = Recipe("tea", "boil").add("pour").add("fetch water", place=0)
        self.assertEqual(recipe.steps, ["fetch water", "boil", "pour"])
        self.assertEqual(recipe.length, 3)
        self.assertEqual(Recipe.empty().name, "nothing")
        self.assertEqual(Recipe.grams(1.5), 1500)


if __name__ == "__main__":
    unittest.main()
