function minutesOfDay(time) {
  const hours = Number(time.slice(1, 3));
  const minutes = Number(time.slice(3));
  return hours * 60 + minutes;
}
