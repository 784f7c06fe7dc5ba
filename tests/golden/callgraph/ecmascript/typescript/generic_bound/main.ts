class Entity { save(): void {} }
class User extends Entity {}
export function store<T extends Entity>(item: T): T { item.save(); return item; }
