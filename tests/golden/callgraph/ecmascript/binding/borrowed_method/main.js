const lender = { list() { this.item(); } };
const borrower = { item() {} };
lender.list.call(borrower);
