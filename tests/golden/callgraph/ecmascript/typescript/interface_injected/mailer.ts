export interface Mailer { send(to: string): void; }
