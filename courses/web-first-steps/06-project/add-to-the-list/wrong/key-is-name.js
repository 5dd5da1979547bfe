function addItem(list, item) {
  list.name = (list.name ?? 0) + item.amount;
  return list;
}
