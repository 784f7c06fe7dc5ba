export function twentyone() {}
