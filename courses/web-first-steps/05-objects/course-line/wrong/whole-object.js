function courseLine(course) {
  return `${course}: ${course.day} at ${course.time}`;
}
