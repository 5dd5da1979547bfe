function total(prices) {
  let sum = 0;
  // Go through all prices. Then return the sum.
}
