const opens = 9;
consol.log("Library");
console.log("Open from", opens, "to", closes);
const closes = 17;
