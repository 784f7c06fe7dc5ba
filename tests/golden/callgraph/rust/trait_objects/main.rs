trait Draw {
    fn draw(&self);
    fn size(&self) -> usize;
}

struct Button;
struct Label {
    text: String,
}
struct Gun;

impl Draw for Button {
    fn draw(&self) {}
    fn size(&self) -> usize {
        1
    }
}

impl Draw for Label {
    fn draw(&self) {
        self.size();
    }
    fn size(&self) -> usize {
        self.text.len()
    }
}

impl Gun {
    fn draw(&self) {}
}

struct Screen {
    parts: Vec<Box<dyn Draw>>,
    main: Box<dyn Draw>,
}

impl Screen {
    fn run(&self) {
        for part in self.parts.iter() {
            part.draw();
        }
        self.main.size();
    }
}

fn show(d: &dyn Draw) {
    d.draw();
}

fn make() -> Box<dyn Draw> {
    Box::new(Button)
}

fn main() {
    show(&Button);
    make().size();
    Gun.draw();
    let l: &dyn Draw = &Label { text: String::new() };
    l.draw();
    Screen { parts: vec![], main: make() }.run();
}
