function sortTimes(minutes) {
  // Make a copy. Put it in order. Return it.
}

const times = [40, 8, 105, 12];
const ordered = sortTimes(times);
