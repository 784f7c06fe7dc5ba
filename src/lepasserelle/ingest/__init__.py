"""What changed, and how it becomes generation n+1: plan, parse in children, build segments, publish. Answers no question."""
