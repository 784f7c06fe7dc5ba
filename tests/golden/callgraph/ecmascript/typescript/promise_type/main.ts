class Reply { body(): string { return ''; } }
declare function ask(): Promise<Reply>;
export async function run(): Promise<void> { const reply = await ask(); reply.body(); }
