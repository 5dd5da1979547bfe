function sortTimes(minutes) {
  return [...minutes].sort((a, b) => b - a);
}

const times = [40, 8, 105, 12];
const ordered = sortTimes(times);
