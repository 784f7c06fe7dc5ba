function* numbers() { yield () => 1; }
const { value } = numbers().next();
value();
