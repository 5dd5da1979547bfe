const opens = 9;
console.log("Library");
console.log("Open from 9 to 17");
