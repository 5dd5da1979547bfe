def lesson_hours(weeks, hours):
    print(weeks * hours)
