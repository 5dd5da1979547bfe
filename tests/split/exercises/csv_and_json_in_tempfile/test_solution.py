import csv
import json
import os
import shutil
import tempfile
import unittest
from pathlib import Path

import solution


class FilesTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)


class CsvTest(FilesTestCase):
    def write_rows(self, name, rows):
        with open(self.path(name), "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    def test_read_marks(self):
        self.write_rows("marks.csv", [["name", "mark"], ["Amal", "4.5"], ["Olena", "5"]])
        self.assertEqual(solution.read_marks(self.path("marks.csv")), {"Amal": 4.5, "Olena": 5.0})

    def test_columns_in_another_order(self):
        self.write_rows("marks.csv", [["mark", "room", "name"], ["3", "A", "Yusuf"]])
        self.assertEqual(solution.read_marks(self.path("marks.csv")), {"Yusuf": 3.0})

    def test_names_with_commas_and_quotes(self):
        self.write_rows("marks.csv", [["name", "mark"], ['Lee, "Bo"', "2"]])
        self.assertEqual(list(solution.read_marks(self.path("marks.csv"))), ['Lee, "Bo"'])

    def test_missing_column(self):
        self.write_rows("marks.csv", [["name"], ["Amal"]])
        with self.assertRaises(KeyError):
            solution.read_marks(self.path("marks.csv"))

    def test_write_marks(self):
        solution.write_marks(self.path("out.csv"), {"Zoe": 1.0, "Lee, Bo": 2.25})
        with open(self.path("out.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(rows, [{"name": "Lee, Bo", "mark": "2.25"}, {"name": "Zoe", "mark": "1.0"}])

    def test_write_then_read(self):
        marks = {"Оксана": 4.0, "أمل": 5.0, "two\nlines": 1.5}
        solution.write_marks(self.path("out.csv"), marks)
        self.assertEqual(solution.read_marks(self.path("out.csv")), marks)


class JsonTest(FilesTestCase):
    def test_load_without_a_file(self):
        self.assertEqual(solution.load(self.path("none.json")), {"visits": 0, "names": []})

    def test_save_makes_plain_json(self):
        solution.save(self.path("state.json"), {"visits": 3, "names": ["Оксана"], "last": None})
        with open(self.path("state.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"visits": 3, "names": ["Оксана"], "last": None})

    def test_letters_stay_readable(self):
        solution.save(self.path("state.json"), {"name": "Оксана"})
        self.assertIn("Оксана", Path(self.path("state.json")).read_text(encoding="utf-8"))

    def test_visit(self):
        name = self.path("state.json")
        for person in ("Amal", "Olena", "Amal"):
            solution.visit(name, person)
        state = json.loads(Path(name).read_text(encoding="utf-8"))
        self.assertEqual(state, {"visits": 3, "names": ["Amal", "Olena"]})

    def test_broken_file(self):
        Path(self.path("state.json")).write_text("{", encoding="utf-8")
        with self.assertRaises(json.JSONDecodeError) as caught:
            solution.load(self.path("state.json"))
        self.assertEqual(caught.exception.lineno, 1)


class TemporaryTest(unittest.TestCase):
    def test_named_temporary_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump({"visits": 1, "names": ["A"]}, file)
        self.addCleanup(os.unlink, file.name)
        self.assertEqual(solution.load(file.name)["visits"], 1)

    def test_temporary_directory(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "state.json"
            solution.save(path, {"visits": 2})
            self.assertEqual(solution.load(path), {"visits": 2})
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
