class Node2 { next: Node2 | null = null; visit(): void {} }
const node = new Node2();
node.next = new Node2();
node.next!.visit();
