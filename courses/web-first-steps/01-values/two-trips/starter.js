const first = prompt("Minutes of the first trip?");
// Read the second trip. Show the sum.
