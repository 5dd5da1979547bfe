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

let things = 0;
for (const name of Object.keys(list).sort()) {
  console.log(`- ${name}: ${list[name]}`);
  things = things + list[name];
}
console.log(`Things to buy: ${things}`);
