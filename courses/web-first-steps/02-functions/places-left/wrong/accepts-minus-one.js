function placesLeft(places, people) {
  if (people > places) {
    return 0;
  }
  return places - people;
}
