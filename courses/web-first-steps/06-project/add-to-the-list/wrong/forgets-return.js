function addItem(list, item) {
  list[item.name] = (list[item.name] ?? 0) + item.amount;
}
