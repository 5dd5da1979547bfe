function warmDays(temperatures) {
  return temperatures.filter((temperature) => {
    temperature > 20;
  });
}
