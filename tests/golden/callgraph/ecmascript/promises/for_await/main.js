async function* pages() { yield { turn() {} }; yield { turn() { } }; }
for await (const page of pages()) page.turn();
export {};
