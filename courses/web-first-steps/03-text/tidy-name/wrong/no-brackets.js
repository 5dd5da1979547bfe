function tidyName(text) {
  const clean = text.trim.toLowerCase();
  return clean[0].toUpperCase() + clean.slice(1);
}
