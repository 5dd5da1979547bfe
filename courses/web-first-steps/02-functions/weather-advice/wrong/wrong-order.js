function advice(temperature) {
  if (temperature < 20) {
    return "a jacket";
  } else if (temperature < 10) {
    return "a coat";
  } else {
    return "no jacket";
  }
}
