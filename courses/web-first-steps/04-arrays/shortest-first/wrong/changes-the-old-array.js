function sortTimes(minutes) {
  return minutes.sort((a, b) => a - b);
}

const times = [40, 8, 105, 12];
const ordered = sortTimes(times);
