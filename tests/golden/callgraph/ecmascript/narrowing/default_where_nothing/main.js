function quiet() {}
function loud() {}
function run(report) {
  if (typeof report !== "function") report = quiet;
  report();
}
run(loud);
run({ report() {} });
