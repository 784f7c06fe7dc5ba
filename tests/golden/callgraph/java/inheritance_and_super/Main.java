abstract class Job {
    Job(String name) {
        log(name);
    }

    void run() {
        prepare();
        work();
        finish();
    }

    void prepare() {
    }

    abstract void work();

    private void finish() {
    }

    static void log(String line) {
    }
}

class Print extends Job {
    Print() {
        super("print");
    }

    @Override
    void prepare() {
        super.prepare();
        paper();
    }

    void work() {
        log("work");
    }

    void paper() {
    }
}

class Colour extends Print {
    void paper() {
        super.paper();
        this.prepare();
    }
}

class Main {
    public static void main(String[] args) {
        Colour colour = new Colour();
        colour.run();
        colour.work();
        Job job = colour;
        job.work();
    }
}
