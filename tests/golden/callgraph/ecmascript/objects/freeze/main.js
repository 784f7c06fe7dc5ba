const table = Object.freeze({ run() {} });
table.run();
