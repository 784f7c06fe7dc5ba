function Model() {}
Object.assign(Model.prototype, { save() { this.check(); }, check() {} });
new Model().save();
