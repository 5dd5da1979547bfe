function tidyName(text) {
  const small = text.toLowerCase();
  small.trim();
  return small[0].toUpperCase() + small.slice(1);
}
