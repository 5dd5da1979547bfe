function minutesOfDay(time) {
  const hours = time.slice(0, 2);
  // Cut out the minutes. Return the minutes of the day.
}
