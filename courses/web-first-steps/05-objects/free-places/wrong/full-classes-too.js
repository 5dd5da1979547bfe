function freeClasses(classes) {
  const free = classes.filter((item) => item.places >= 0);
  return free.map((item) => item.name);
}
