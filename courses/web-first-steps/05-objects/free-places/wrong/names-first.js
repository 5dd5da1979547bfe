function freeClasses(classes) {
  const names = classes.map((item) => item.name);
  return names.filter((item) => item.places > 0);
}
