function sealed(target: unknown): void {}
function logged(level: string) { return function (target: unknown, key: string): void {}; }
@sealed
class Report { @logged('x') print(): void {} }
new Report().print();
