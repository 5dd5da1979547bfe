function countItems(items) {
  const counts = {};
  // Count each word.
  return counts;
}
