package math2

func Double(n int) int { return n * 2 }

func Half(n int) int { return helper(n) / 2 }

func helper(n int) int { return n }
