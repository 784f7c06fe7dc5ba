/**
 * A job queue in the two module systems at once: what bundlers make people write.
 */
import EventEmitter, { once as waitOnce, default as Emitter } from "events";
import * as clock from "./clock.js";
import "./polyfill.js";
export { retry as retryJob, backoff } from "./retry.js";
export * from "./errors.js";
export * as errors from "./errors.js";

const fs = require("fs");
const { join, resolve: absolute, sep = "/" } = require("path");
const parseArgs = require("./args").parse;

const MAX_JOBS = 64;
export const DEFAULTS = { retries: 3, delay: clock.seconds(2) };
let running = 0,
  failed;
var [head, ...others] = process.argv;
const { env, argv: [program] } = process;

/** Waits.
 *
 * @param {number} ms how long
 */
export function sleep(ms, { unref = false, signal } = {}) {
  const timer = setTimeout(resolve, ms);
  if (unref && timer.unref) timer.unref();
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new AbortError(signal.reason)));
    timer.then(resolve);
  });
}

// Doubles the delay.
const double = (job) => job.delay * 2;
const compose = function (...steps) {
  return steps.reduce((before, step) => (value) => step(before(value)));
};
const asyncMap = async (list, visit) => {
  for (const item of list) await visit(item);
  for (const key in list) delete list[key];
};

export class Queue extends Emitter.Base {
  static instances = new Map();
  #jobs = [];
  limit = MAX_JOBS;
  onError = (error) => this.emit("error", error);

  constructor(name, options = DEFAULTS) {
    super(name);
    this.name = name;
    this.options = { ...options };
    this.drain = () => this.run();
    Queue.instances.set(name, this);
  }

  /** How many jobs wait. */
  get size() {
    return this.#jobs.length;
  }

  set size(value) {
    this.#jobs.length = value;
  }

  static async create(name) {
    const queue = new this(name);
    await queue.load();
    return queue;
  }

  *[Symbol.iterator]() {
    yield* this.#jobs;
  }

  async run() {
    running++;
    while (this.#jobs.length > 0 && running < this.limit) {
      const { task, args: [first] } = this.#jobs.shift();
      try {
        await task.call(this, first);
      } catch (error) {
        failed = error;
        this.onError(error);
      } finally {
        running -= 1;
      }
    }
    function report() {
      return this.name;
    }
    return report() ?? super.run();
  }

  #private() {
    return import("./lazy.js").then(({ work }) => work(this));
  }
}

function Legacy(path) {
  this.path = path;
}

Legacy.prototype.open = function () {
  this.handle = fs.openSync(this.path);
  return this;
};
Legacy.prototype.close = () => fs.closeSync(0);
Legacy.from = function from(path) {
  return new Legacy(join(path, "x"));
};

const handlers = {
  start() {
    return this.stop();
  },
  stop: () => sleep(1),
  "on-error": function (error) {
    throw error;
  },
  limit: MAX_JOBS,
};

const Mixed = class extends compose(Queue) {
  run() {
    return super.run().finally(this.drain);
  }
};

export default class {
  go() {}
}

module.exports = { Queue, sleep, open: Legacy.from, later() {} };
module.exports.asyncMap = asyncMap;
exports.version = () => "1.0";

(function () {
  handlers.start();
})();

switch (program) {
  case "a":
    queue`run ${head}`;
    break;
  default:
    others.map((x) => x).filter(Boolean).forEach(asyncMap);
}

export { Legacy as OldQueue, handlers };
