function total(prices) {
  let sum = 0;
  for (const price of prices) {
    sum = sum + price;
    return sum;
  }
}
