export class Engine { start(): void {} stop(): void {} }
