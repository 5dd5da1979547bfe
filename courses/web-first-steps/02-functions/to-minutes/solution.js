function toMinutes(hours, minutes) {
  return hours * 60 + minutes;
}
