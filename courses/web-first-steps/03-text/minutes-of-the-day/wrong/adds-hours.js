function minutesOfDay(time) {
  const hours = Number(time.slice(0, 2));
  const minutes = Number(time.slice(3));
  return hours + minutes;
}
