// Runs instrumented programs (see observe_ecmascript.py) one after the other and prints which functions entered which. Node only.
"use strict";

const path = require("node:path");
const { pathToFileURL, fileURLToPath } = require("node:url");

const marks = require("node:fs").readFileSync(0, "utf8");
const { root, programs } = JSON.parse(marks);
const seen = new Set();
let origin = null;

Error.stackTraceLimit = 60;

function sites() {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  const frames = new Error().stack;
  Error.prepareStackTrace = before;
  return frames.filter((frame) => !frame.isAsync());
}

function place(frame) {
  let file = frame.getFileName() || frame.getEvalOrigin?.() || "";
  if (file.startsWith("file:")) file = fileURLToPath(file);
  if (!file.startsWith(root + path.sep)) return null;
  return [path.relative(root, file), frame.getLineNumber(), frame.getColumnNumber()];
}

// Called at the entry of each function: who stands below it on the stack, directly or with frames of others in between; for a
// callback that runs from the loop, who handed it over.
globalThis.__enter = (file, number) => {
  const frames = sites().slice(2);
  const own = frames.findIndex((frame) => place(frame) !== null);
  let through = false;
  for (const frame of frames.slice(Math.max(own, 0) + 1)) {
    const at = place(frame);
    if (at !== null) return void seen.add(JSON.stringify([file, number, through, ...at]));
    through = true;
  }
  if (origin !== null) seen.add(JSON.stringify([file, number, true, ...origin]));
};

function handedOver(callback) {
  if (typeof callback !== "function") return callback;
  const from = sites().slice(1).map(place).find((at) => at !== null) ?? origin;
  return function (...given) {
    const before = origin;
    origin = from;
    try {
      return Reflect.apply(callback, this, given);
    } finally {
      origin = before;
    }
  };
}

function wrap(owner, name, places) {
  const original = owner[name];
  owner[name] = function (...given) {
    return Reflect.apply(original, this, given.map((each, at) => (places.includes(at) ? handedOver(each) : each)));
  };
}

wrap(Promise.prototype, "then", [0, 1]);
for (const name of ["setTimeout", "setImmediate", "setInterval", "queueMicrotask"]) wrap(globalThis, name, [0]);
wrap(process, "nextTick", [0]);

async function main() {
  const quiet = console.log;
  for (const program of programs) {
    console.log = () => {};
    try {
      await import(pathToFileURL(path.join(root, program)).href);
      await new Promise((done) => setTimeout(done, 15));
    } catch (error) {
      process.stderr.write(`${program}: ${error.stack}\n`);
    }
    console.log = quiet;
  }
  process.stdout.write(JSON.stringify([...seen].map((text) => JSON.parse(text))));
}

main();
