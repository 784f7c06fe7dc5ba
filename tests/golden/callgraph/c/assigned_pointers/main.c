struct context {
    void (*on_read)(struct context *);
    void (*on_write)(struct context *);
    struct context *parent;
};

static void on_read(struct context *c)
{
    c->on_write(c);
}

static void on_write(struct context *c)
{
    c->parent->on_read(c);
}

static void ignore(struct context *c)
{
}

static void (*global_hook)(struct context *) = ignore;

static void setup(struct context *c)
{
    c->on_read = on_read;
    c->on_write = &on_write;
}

static void set_hook(void (*hook)(struct context *))
{
    global_hook = hook;
}

static void fire(struct context *c)
{
    global_hook(c);
    if (c->on_read)
        c->on_read(c);
    else
        on_read(c);
}

static void quiet(struct context *c)
{
    ignore(c);
}

int main(void)
{
    struct context c = { .parent = 0 };
    setup(&c);
    set_hook(quiet);
    fire(&c);
    return 0;
}
