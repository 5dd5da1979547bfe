const people = 6;
const bottlesEach = 3;
const bottlesInBox = 4;
// Make bottles, boxes and left here.

// console.log(bottles, boxes, left);
