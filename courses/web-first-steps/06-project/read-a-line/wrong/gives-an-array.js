function readLine(line) {
  const parts = line.trim().split(" ");
  return [parts[0], Number(parts[1] ?? 1)];
}
