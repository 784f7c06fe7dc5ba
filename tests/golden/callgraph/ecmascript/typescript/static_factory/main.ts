class Color { private constructor(readonly name: string) {} static of(name: string): Color { return new Color(name); } mix(other: Color): Color { return other; } }
Color.of('red').mix(Color.of('blue')).mix(Color.of('x'));
