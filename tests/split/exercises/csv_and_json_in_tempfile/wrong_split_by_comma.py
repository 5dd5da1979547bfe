import csv
import json


def read_marks(path):
    with open(path, newline="", encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
        name, mark = (
            columns.index(column) if column in columns else {}[column] for column in ("name", "mark")
        )
        rows = [line.strip().split(",") for line in file]
        return {row[name]: float(row[mark]) for row in rows}


def write_marks(path, marks):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "mark"])
        writer.writerows(sorted(marks.items()))


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"visits": 0, "names": []}


def save(path, state):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=False)


def visit(path, person):
    state = load(path)
    state["visits"] += 1
    if person not in state["names"]:
        state["names"].append(person)
    save(path, state)
