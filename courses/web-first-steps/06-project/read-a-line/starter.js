function readLine(line) {
  const parts = line.split(" ");
  // Return an object with name and amount.
}
