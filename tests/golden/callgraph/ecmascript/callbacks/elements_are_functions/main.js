function a() {}
function b() {}
const steps = [a];
steps.push(b);
steps.forEach((step) => step());
steps[0]();
for (let i = 0; i < steps.length; i++) steps[i]();
