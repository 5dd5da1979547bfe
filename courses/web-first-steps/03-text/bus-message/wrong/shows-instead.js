function busMessage(bus, minutes) {
  if (minutes === 1) {
    console.log(`Bus ${bus} comes in 1 minute.`);
  } else {
    console.log(`Bus ${bus} comes in ${minutes} minutes.`);
  }
}
