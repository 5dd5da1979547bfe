function readLine(line) {
  const parts = line.trim().split(" ");
  return { name: parts[0], amount: parts[1] ?? 1 };
}
