function warmDays(temperatures) {
  return temperatures.map((temperature) => temperature > 20);
}
