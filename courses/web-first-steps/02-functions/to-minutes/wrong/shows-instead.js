function toMinutes(hours, minutes) {
  console.log(hours * 60 + minutes);
}
