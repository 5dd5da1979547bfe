class Person:
    pass


class Teacher(Person):
    pass
