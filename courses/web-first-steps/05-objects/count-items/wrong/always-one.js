function countItems(items) {
  const counts = {};
  for (const item of items) {
    counts[item] = 1;
  }
  return counts;
}
