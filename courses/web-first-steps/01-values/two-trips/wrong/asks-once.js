const first = Number(prompt("Minutes of the first trip?"));
console.log("Together:", first + first, "minutes");
