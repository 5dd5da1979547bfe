function addItem(list, item) {
  list[item.name] = list[item.name] + item.amount;
  return list;
}
