struct ops {
    int (*open)(const char *path);
    int (*close)(int fd);
};

struct device {
    const struct ops *ops;
    int (*notify)(int);
};

extern const struct ops disk_ops;
extern const struct ops net_ops;
