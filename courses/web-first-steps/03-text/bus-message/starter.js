function busMessage(bus, minutes) {
  return "Bus ";
}
