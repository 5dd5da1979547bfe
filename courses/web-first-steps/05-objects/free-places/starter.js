function freeClasses(classes) {
  // Choose the classes with free places. Return their names.
}
