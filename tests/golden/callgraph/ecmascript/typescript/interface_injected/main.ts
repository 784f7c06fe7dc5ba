import type { Mailer } from './mailer.js';
import { SmtpMailer } from './smtp.js';
class Signup { private mailer: Mailer; constructor(mailer: Mailer) { this.mailer = mailer; } run(): void { this.mailer.send('x'); } }
new Signup(new SmtpMailer()).run();
