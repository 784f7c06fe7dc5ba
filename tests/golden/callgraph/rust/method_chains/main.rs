struct Builder {
    size: u32,
}

struct Plan {
    steps: Vec<Step>,
}

struct Step;

impl Builder {
    fn new() -> Builder {
        Builder { size: 0 }
    }

    fn size(mut self, n: u32) -> Self {
        self.size = n;
        self
    }

    fn plain(self) -> Builder {
        self
    }

    fn build(self) -> Result<Plan, String> {
        Ok(Plan { steps: Vec::new() })
    }
}

impl Plan {
    fn first(&self) -> Option<&Step> {
        self.steps.first()
    }

    fn step(&self) -> &Step {
        &self.steps[0]
    }
}

impl Step {
    fn run(&self) -> bool {
        true
    }
}

fn try_it() -> Result<(), String> {
    let plan = Builder::new().size(1).plain().build()?;
    plan.step().run();
    Ok(())
}

fn main() {
    let b = Builder::new();
    let p = b.size(2).build().unwrap();
    p.step().run();
    if let Some(step) = p.first() {
        step.run();
    }
    let s = p.first().expect("none");
    s.run();
    match Builder::new().build() {
        Ok(plan) => {
            plan.step();
        }
        Err(_) => {}
    }
    try_it().ok();
}
