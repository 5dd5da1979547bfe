function readLine(line) {
  const parts = line.trim().split(" ");
  return { name: parts[0], amount: Number(parts[1] ?? 1) };
}

function addItem(list, item) {
  list[item.name] = (list[item.name] ?? 0) + item.amount;
  return list;
}

const list = {};
let line = prompt();
// Read until the line is "end". Put each line on the list.

// Show the list in order, and the number of things.
