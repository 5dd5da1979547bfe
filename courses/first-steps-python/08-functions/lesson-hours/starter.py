def lesson_hours(weeks, hours):
    # Work out the answer and return it.
    pass
