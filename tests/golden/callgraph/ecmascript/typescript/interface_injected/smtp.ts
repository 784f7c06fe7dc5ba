import type { Mailer } from './mailer.js';
export class SmtpMailer implements Mailer { send(to: string): void { this.connect(to); } private connect(to: string): void {} }
