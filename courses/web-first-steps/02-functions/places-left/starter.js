function placesLeft(places, people) {
  // First test for a wrong number of people.
  // Then return the free places.
}
