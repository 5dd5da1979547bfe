function minutesOfDay(time) {
  const hours = time.slice(0, 2);
  const minutes = time.slice(3);
  return hours * 60 + minutes;
}
