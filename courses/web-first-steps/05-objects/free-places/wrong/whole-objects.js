function freeClasses(classes) {
  return classes.filter((item) => item.places > 0);
}
