const first = prompt("Minutes of the first trip?");
const second = prompt("Minutes of the second trip?");
console.log("Together:", first + second, "minutes");
