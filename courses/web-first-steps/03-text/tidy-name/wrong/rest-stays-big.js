function tidyName(text) {
  const clean = text.trim();
  return clean[0].toUpperCase() + clean.slice(1);
}
