class Poll { start() { const go = () => { this.check(); }; go(); } check() {} }
new Poll().start();
