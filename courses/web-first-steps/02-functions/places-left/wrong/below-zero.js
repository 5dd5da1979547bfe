function placesLeft(places, people) {
  if (people < 0) {
    throw new RangeError("people must not be below 0");
  }
  return places - people;
}
