interface Task {
    void run(int n);
}

class Pool {
    void submit(Task task) {
        task.run(1);
    }
}

class Main {
    private final Pool pool = new Pool();

    void start() {
        pool.submit(n -> step(n));
        pool.submit(new Task() {
            public void run(int n) {
                step(n);
                own();
            }

            void own() {
            }
        });
        pool.submit(this::step);
        Task last = n -> {
            Helper helper = new Helper();
            helper.help();
        };
        last.run(3);
    }

    void step(int n) {
    }

    public static void main(String[] args) {
        new Main().start();
    }
}

class Helper {
    void help() {
    }
}
