function advice(temperature) {
  if (temperature < 10) {
    console.log("a coat");
  } else if (temperature < 20) {
    console.log("a jacket");
  } else {
    console.log("no jacket");
  }
}
