export class Node { attach() {} }
