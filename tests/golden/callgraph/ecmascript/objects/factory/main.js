function make(name) { return { name, greet() { return this.say(); }, say() { return name; } }; }
make('a').greet();
