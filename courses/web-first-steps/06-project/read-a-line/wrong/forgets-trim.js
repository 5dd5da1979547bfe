function readLine(line) {
  const parts = line.split(" ");
  return { name: parts[0], amount: Number(parts[1] ?? 1) };
}
