function warmDays(temperatures) {
  return temperatures;
}
