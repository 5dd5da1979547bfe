const opens = 9;
const closes = 17;
console.log("Library");
console.log("Open from", opens, "to", closes);
