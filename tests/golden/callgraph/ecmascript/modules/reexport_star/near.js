export const near = function () { };
