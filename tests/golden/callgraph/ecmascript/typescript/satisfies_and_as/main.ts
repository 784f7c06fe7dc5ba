type Table = Record<string, () => void>;
const table = { open() { done(); }, shut: () => done() } satisfies Table;
function done(): void {}
table.open();
(table as Table).shut();
(table.shut as () => void)();
const loose = table as unknown as Table;
loose['open']();
