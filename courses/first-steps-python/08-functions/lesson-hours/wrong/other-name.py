def hours(weeks, hours):
    return weeks * hours
