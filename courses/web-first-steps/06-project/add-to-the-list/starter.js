function addItem(list, item) {
  // Add the amount of the item to the list.
  return list;
}
