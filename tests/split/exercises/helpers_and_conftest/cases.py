"""Words, and what is expected of them."""

ANAGRAMS = [
    ("listen", ["enlists", "google", "inlets", "silent"], ["inlets", "silent"]),
    ("Orchestra", ["cashregister", "Carthorse", "radishes"], ["Carthorse"]),
    ("tapper", ["patter"], []),
    ("banana", ["Banana"], []),
    ("ΑΒΓ", ["ΒΓΑ", "ΒΓΔ"], ["ΒΓΑ"]),
]

PLURALS = {
    "cat": "cats",
    "bus": "buses",
    "box": "boxes",
    "church": "churches",
    "city": "cities",
    "boy": "boys",
}
