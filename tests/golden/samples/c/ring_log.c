/**
 * @file ring_log.c
 * @brief A bounded log of events with pluggable sinks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ring_log.h"
#include "sinks/console.h"

#define RING_DEFAULT_CAPACITY 64
#define RING_MIN(a, b) ((a) < (b) ? (a) : (b))

/** How bad an event is. */
enum severity {
    SEVERITY_DEBUG,
    SEVERITY_INFO = 10, /**< The usual one. */
    SEVERITY_ERROR
};

/** One event of the log. */
typedef struct event {
    unsigned long stamp; /**< Seconds since the start. */
    enum severity level;
    char text[80];
    struct event *previous;
} event_t;

/* A callback that receives every event that leaves the ring. */
typedef int (*sink_fn)(void *context, const event_t *event);

typedef unsigned int ring_size;

union payload {
    long number;
    double real;
};

struct ring {
    event_t *slots;
    ring_size capacity, used;
    ring_size head;
    struct {
        sink_fn call;
        void *context;
    } sink;
};

struct hidden;

static unsigned long dropped_events = 0;
int ring_verbose;
extern int ring_errno;
static const char *const level_names[] = {"debug", "info", "error"};

static int emit(struct ring *ring, const event_t *event);
int ring_flush(struct ring *ring);

/**
 * Allocates an empty ring.
 * @param capacity number of slots; 0 means the default
 * @return the ring, or NULL when memory is short
 */
struct ring *ring_new(ring_size capacity)
{
    struct ring *ring = malloc(sizeof(*ring));
    if (!ring)
        return NULL;
    if (capacity == 0)
        capacity = RING_DEFAULT_CAPACITY;
    ring->slots = calloc(capacity, sizeof(event_t));
    if (ring->slots == NULL) {
        free(ring);
        return NULL;
    }
    ring->capacity = capacity;
    ring->used = 0;
    ring->sink.call = console_sink;
    return ring;
}

/// Gives the memory back.
void ring_free(struct ring *ring)
{
    if (!ring) return;
    ring_flush(ring);
    free(ring->slots);
    free(ring);
}

static int emit(struct ring *ring, const event_t *event)
{
    int status = 0;
    if (ring->sink.call && event->level >= SEVERITY_INFO) {
        status = ring->sink.call(ring->sink.context, event);
    } else {
        dropped_events++;
    }
    return status;
}

/** Writes one event, pushing out the oldest when the ring is full. */
int ring_push(struct ring *ring, enum severity level, const char *text, ...)
{
    event_t *slot;
    if (ring->used == ring->capacity) {
        if (emit(ring, &ring->slots[ring->head]) < 0) {
            ring_errno = -1;
            return -1;
        }
        ring->head = (ring->head + 1) % ring->capacity;
        ring->used -= 1;
    }
    slot = &ring->slots[(ring->head + ring->used) % ring->capacity];
    slot->level = level;
    strncpy(slot->text, text, RING_MIN(sizeof slot->text, strlen(text) + 1));
    ring->used++;
    if (ring_verbose)
        printf("%s: %s\n", level_names[level > SEVERITY_INFO ? 2 : 0], text);
    return 0;
}

int ring_flush(struct ring *ring)
{
    ring_size i;
    for (i = 0; i < ring->used; i++) {
        event_t *event = &ring->slots[(ring->head + i) % ring->capacity];
        switch (event->level) {
        case SEVERITY_DEBUG:
            continue;
        case SEVERITY_ERROR:
            (*ring->sink.call)(ring->sink.context, event);
            break;
        default:
            emit(ring, event);
        }
    }
    ring->used = 0;
    return (int)dropped_events;
}

static inline int count_levels(const struct ring *ring, int (*matches)(enum severity))
{
    int total = 0, index = 0;
    while (index < (int)ring->used) {
        total += matches(ring->slots[index].level) ? 1 : 0;
        index++;
    }
    return total;
}

#ifdef RING_MAIN
static int is_error(enum severity level) { return level == SEVERITY_ERROR; }

int main(int argc, char **argv)
{
    struct ring *ring = ring_new((ring_size)argc);
    struct event first = {.stamp = 1, .level = SEVERITY_INFO};
    ring_push(ring, first.level, argv[0]);
    printf("%d\n", count_levels(ring, is_error));
    ring_free(ring);
    return EXIT_SUCCESS;
}
#endif
