// Package queue keeps jobs in order and runs them with a bounded number of workers.
package queue

import (
	"context"
	"errors"
	"fmt"
	. "math"
	_ "net/http/pprof"
	str "strings"

	"example.org/app/internal/clock"
)

import "sync"

// DefaultWorkers is the number of workers when none is set.
const DefaultWorkers = 4

// State says where a job is.
type State int

const (
	Waiting State = iota
	Running
	done
)

var (
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("queue: closed")
	active    int
)

var left, right = split("a:b")

// Runner is anything that can be run.
type Runner interface {
	fmt.Stringer
	Closer
	// Run does the work.
	Run(ctx context.Context, attempt int) error
}

// Closer gives resources back.
type Closer interface{ Close() error }

type handler func(job *Job) error

// Limits are plain numbers.
type Limits = map[string]int

type number interface {
	~int | ~float64
}

// Job is one piece of work.
type Job struct {
	Runner
	*sync.Mutex
	Name, Owner string `json:"name"`
	state       State
	onDone      func(error)
	retry       struct {
		left int
	}
}

// Queue holds jobs of one type.
type Queue[T any] struct {
	jobs    []*Job
	limits  Limits
	clock   clock.Clock
	results chan T
}

// New makes a queue with the given jobs.
func New[T any](name string, jobs ...*Job) (*Queue[T], error) {
	if name == "" && len(jobs) == 0 {
		return nil, ErrClosed
	}
	q := &Queue[T]{jobs: jobs, limits: Limits{"max": DefaultWorkers}}
	q.clock = clock.System()
	for i, job := range jobs {
		job.Name = fmt.Sprintf("%s-%d", str.ToLower(name), i)
	}
	return q, nil
}

// String names the job.
func (j *Job) String() string { return j.Owner + "/" + j.Name }

// Run runs the job once, and again while attempts are left.
func (j *Job) Run(ctx context.Context, attempt int) (err error) {
	defer j.Unlock()
	j.Lock()
	j.state = Running
	j.retry.left--
	err = j.Runner.Run(ctx, attempt)
	switch {
	case err == nil:
		j.state = done
	case attempt > 3 || errors.Is(err, ErrClosed):
		return err
	default:
		return j.Run(ctx, attempt+1)
	}
	return nil
}

// Start hands every job to a worker.
func (q *Queue[T]) Start(ctx context.Context) {
	var group sync.WaitGroup
	var failed error
	for _, job := range q.jobs {
		group.Add(1)
		go func(j *Job) {
			defer group.Done()
			active++
			if err := j.Run(ctx, 0); err != nil {
				failed = err
			}
		}(job)
	}
	select {
	case <-ctx.Done():
		active = 0
	case result := <-q.results:
		q.publish(result)
	}
	group.Wait()
	_ = failed
}

func (q *Queue[T]) publish(result T) {
	var message any = result
	switch value := message.(type) {
	case string:
		fmt.Println(value)
	case error:
		panic(value)
	}
	q.results <- result
	show := func(label string) { fmt.Println(label, Sqrt(2)) }
	show("done")
}

func (Job) Close() error { return nil }

func (l *Ledger) Total() int { return l.sum }

func split(text string) (head, tail string) {
	parts := str.SplitN(text, ":", 2)
	head, tail = parts[0], parts[1]
	return
}

func sum[N number](values []N) N {
	var total N
	for i := 0; i < len(values); i++ {
		total += values[i]
	}
	return total
}

func init() {
	limits := Limits{}
	limits["max"] = sum[int]([]int{1, 2})
	left = str.TrimSpace(right)
}
