class Printer { print() { return 1; } }
const printer = new Printer();
[1].map(printer.print);
[1].map((x) => printer.print(x));
