function toMinutes(hours, minutes) {
  return hours + minutes;
}
