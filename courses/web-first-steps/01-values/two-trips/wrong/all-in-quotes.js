const first = Number(prompt("Minutes of the first trip?"));
const second = Number(prompt("Minutes of the second trip?"));
console.log("Together: first + second minutes");
