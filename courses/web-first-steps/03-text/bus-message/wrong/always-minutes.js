function busMessage(bus, minutes) {
  return `Bus ${bus} comes in ${minutes} minutes.`;
}
