class Service { load() {} }
class Page { constructor(service) { this.service = service; } show() { this.service.load(); } }
new Page(new Service()).show();
