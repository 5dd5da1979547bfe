function toMinutes(hours, minutes) {
  // Work out the answer and return it.
}
