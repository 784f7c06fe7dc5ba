export {};
const lib = await import('./lib.js');
lib.go();
import('./lib.js').then((found) => found.go());
