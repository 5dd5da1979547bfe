function courseLine(course) {
  return `${course.name}: ${course[day]} at ${course[time]}`;
}
