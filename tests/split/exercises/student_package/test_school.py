import unittest

from school.people import Person, Teacher
from school.room import Room


class SchoolTest(unittest.TestCase):
    def test_people_enter_a_room(self):
        room = Room("B12")
        amal = Person("Amal")
        amal.enter(room)
        self.assertIs(amal.room, room)
        self.assertEqual([person.name for person in room.people], ["Amal"])

    def test_entering_another_room_leaves_the_first(self):
        first, second = Room("1"), Room("2")
        person = Person("Olena")
        person.enter(first)
        person.enter(second)
        self.assertEqual(first.people, [])
        self.assertEqual(len(second.people), 1)

    def test_a_room_makes_its_teacher(self):
        teacher = Room("3").hire("Yusuf")
        self.assertIsInstance(teacher, Teacher)
        self.assertIsInstance(teacher, Person)
        self.assertEqual(teacher.room.name, "3")

    def test_both_modules_know_each_other(self):
        import school

        self.assertIs(school.people.Room, school.room.Room)
        self.assertIs(school.room.Teacher, Teacher)


if __name__ == "__main__":
    unittest.main()
