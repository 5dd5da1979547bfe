function placesLeft(places, people) {
  if (people < 0 || people > places) {
    throw new RangeError("this number of people is not possible");
  }
  return places - people;
}
