/** A shop: the types first, then the code that fills them. */
import type { Clock } from "./clock";
import { type Logger, createLogger } from "./logging";
import Store = require("./store");
import * as money from "@shop/money";
export type { Clock } from "./clock";

type Id = string | number;
/** What can be sold. */
export interface Item extends Named, money.Priced<number> {
  readonly id: Id;
  tags?: string[];
  price(currency: string): money.Amount;
  get label(): string;
  new (id: Id): Item;
  (quantity: number): void;
}

export enum Status {
  Open,
  Paid = "paid",
}

declare const enum Flag { On = 1 }

declare module "legacy" {
  function connect(url: string): Store;
}

namespace Rules.Tax {
  export const RATE = 0.2;
  export function apply(amount: number): number {
    return amount * RATE;
  }
}

export abstract class Base<T extends Item> {
  protected items: Map<Id, T> = new Map();
  private static count = 0;
  declare marker: symbol;
  #secret?: Logger;

  constructor(protected readonly store: Store, private clock?: Clock | null) {
    Base.count += 1;
  }

  abstract total(): money.Amount;

  get size(): number {
    return this.items.size;
  }

  protected log = (text: string): void => {
    this.#secret!.info(text, this.clock?.now());
  };
}

@Injectable({ scope: "request" })
export class Cart extends Base<Item> implements Iterable<Item>, money.Sum {
  @Input() owner!: Customer;

  add(item: Item): this;
  add(item: Item, quantity: number): this;
  @audit
  add(item: Item, quantity = 1, ...rest: Item[]): this {
    const known = this.items.get(item.id) as Item;
    for (const other of rest) other.price("EUR");
    this.store.save<Item>(known ?? item);
    return this;
  }

  total(): money.Amount {
    const { amount, currency: unit } = money.sum([...this.items.values()]);
    return money.of(<number>amount, unit);
  }

  static of(this: void, { items, owner: { name } }: CartData = empty): Cart {
    let cart: Cart;
    cart = new Cart(new Store(name));
    items.forEach((item) => cart.add(item));
    return cart satisfies Cart;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    yield await load(this.store);
  }
}

export function find<T extends Item>(id: Id, cart: Cart | undefined): T | undefined;
export function find(id: Id, cart?: Cart) {
  return cart && (cart as any).items.get(id);
}

const isItem = (value: unknown): value is Item => typeof value === "object";
export const registry: Record<string, Cart> = {
  create() {
    return this.fallback;
  },
};
let current: Cart | null = null,
  handler: (event: Event) => void = (event) => dispatch(event.type);

export default function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 0 || !isItem(argv)) throw new UsageError();
  return Rules.Tax.apply(1) ? Promise.resolve() : import("./cli").then((cli) => cli.run());
}
