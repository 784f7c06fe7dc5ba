struct buffer {
    int size;
    int (*flush)(void);
};

static int flush(void)
{
    return 0;
}

static int flush_all(void)
{
    return 1;
}

int size(struct buffer *b)
{
    return b->size;
}

static int drain(struct buffer *b)
{
    return b->flush() + size(b);
}

static int unknown(void *opaque)
{
    return opaque != 0;
}

int main(void)
{
    struct buffer b = { 0, flush_all };
    unknown(&b);
    flush();
    return drain(&b);
}
