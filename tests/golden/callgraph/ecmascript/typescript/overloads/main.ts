function parse(text: string): number;
function parse(value: number): number;
function parse(value: unknown): number { return convert(value); }
function convert(value: unknown): number { return Number(value); }
parse('1');
