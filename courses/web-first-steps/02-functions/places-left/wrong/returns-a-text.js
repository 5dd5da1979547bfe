function placesLeft(places, people) {
  if (people < 0) {
    return "RangeError";
  }
  if (people > places) {
    return 0;
  }
  return places - people;
}
