function advice(temperature) {
  if (temperature < 10) {
    // What does the function return here?
  }
}
