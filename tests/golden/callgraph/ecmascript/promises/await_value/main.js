async function open() { return { close() {} }; }
async function main() { const door = await open(); door.close(); }
main();
