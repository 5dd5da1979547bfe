function courseLine(course) {
  return `${course.title}: ${course.day} at ${course.time}`;
}
