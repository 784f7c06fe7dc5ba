trait Animal {
    fn name(&self) -> String;

    fn greet(&self) -> String {
        self.name() + &Self::kind()
    }

    fn kind() -> String {
        base()
    }
}

struct Dog;
struct Cat;

fn base() -> String {
    String::new()
}

impl Animal for Dog {
    fn name(&self) -> String {
        bark()
    }
}

impl Animal for Cat {
    fn name(&self) -> String {
        base()
    }

    fn greet(&self) -> String {
        self.name()
    }

    fn kind() -> String {
        base()
    }
}

fn bark() -> String {
    String::from("woof")
}

fn main() {
    Dog.greet();
    let c = Cat;
    c.greet();
    Cat::kind();
    Dog::kind();
    Animal::name(&c);
    <Cat as Animal>::greet(&c);
}
