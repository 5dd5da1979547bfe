function busMessage(bus, minutes) {
  if (minutes === 1) {
    return `Bus ${bus} comes in 1 minute.`;
  }
  return `Bus ${bus} comes in ${minutes} minutes.`;
}
