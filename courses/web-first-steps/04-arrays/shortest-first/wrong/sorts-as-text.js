function sortTimes(minutes) {
  return [...minutes].sort();
}

const times = [40, 8, 105, 12];
const ordered = sortTimes(times);
