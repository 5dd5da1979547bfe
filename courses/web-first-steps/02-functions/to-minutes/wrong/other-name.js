function tominutes(hours, minutes) {
  return hours * 60 + minutes;
}
