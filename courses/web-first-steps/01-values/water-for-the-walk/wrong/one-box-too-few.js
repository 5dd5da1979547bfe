const people = 6;
const bottlesEach = 3;
const bottlesInBox = 4;
const bottles = people * bottlesEach;
const boxes = Math.floor(bottles / bottlesInBox);
const left = bottles % bottlesInBox;

console.log(bottles, boxes, left);
