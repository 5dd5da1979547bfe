const people = 6;
const bottlesEach = 3;
const bottlesInBox = 4;
const bottles = people * bottlesEach;
const boxes = bottles / bottlesInBox;
const left = boxes * bottlesInBox - bottles;

console.log(bottles, boxes, left);
