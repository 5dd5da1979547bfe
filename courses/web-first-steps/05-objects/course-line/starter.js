function courseLine(course) {
  return course.name;
}
