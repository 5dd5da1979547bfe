function advice(temperature) {
  if (temperature < 10) {
    return "a coat";
  } else if (temperature < 20) {
    return "a jacket";
  } else {
    return "no jacket";
  }
}
