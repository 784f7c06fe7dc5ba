typedef struct node node_t;

typedef int (*visit_fn)(node_t *);

struct node {
    node_t *left;
    struct {
        visit_fn enter;
        visit_fn leave;
    } hooks;
    union {
        int number;
        visit_fn callback;
    };
};

typedef struct {
    node_t *root;
    visit_fn fallback;
} tree_t;

static int enter(node_t *n)
{
    return n != 0;
}

static int leave(node_t *n)
{
    return n == 0;
}

static int skip(node_t *n)
{
    return n->callback(n);
}

static int walk(tree_t *t)
{
    t->root->hooks.enter(t->root);
    t->root->left->hooks.leave(t->root);
    return t->fallback(t->root);
}

int main(void)
{
    node_t n;
    tree_t t = { &n, skip };
    n.hooks.enter = enter;
    n.hooks.leave = leave;
    n.callback = leave;
    return walk(&t);
}
