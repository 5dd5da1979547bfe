function tidyName(text) {
  return text.trim().toUpperCase();
}
