function tidyName(text) {
  // Clean the text. Then return the first letter and the rest.
  return text;
}
