class Job { execute() { this.perform(); } perform() { throw new Error('no'); } }
class Mail extends Job { perform() {} }
class Fax extends Job { perform() {} }
for (const job of [new Mail(), new Fax()]) job.execute();
