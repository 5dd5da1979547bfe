function total(prices) {
  let sum = 0;
  for (const price in prices) {
    sum = sum + price;
  }
  return sum;
}
