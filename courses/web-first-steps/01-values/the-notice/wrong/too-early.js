const opens = 9;
console.log("Library");
console.log("Open from", opens, "to", closes);
const closes = 17;
