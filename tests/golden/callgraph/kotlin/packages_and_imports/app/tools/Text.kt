package app.tools

fun shout(text: String) = text

fun twice(n: Int) = n * 2
