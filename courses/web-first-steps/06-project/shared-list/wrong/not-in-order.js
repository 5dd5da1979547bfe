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
while (line !== "end") {
  addItem(list, readLine(line));
  line = prompt();
}

const names = Object.keys(list);
for (const name of names) {
  console.log(`- ${name}: ${list[name]}`);
}
console.log(`Things to buy: ${names.length}`);
