def lesson_hours(weeks, hours):
    return weeks + hours
