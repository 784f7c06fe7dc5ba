class Wheel { turn() {} }
exports.Wheel = Wheel;
