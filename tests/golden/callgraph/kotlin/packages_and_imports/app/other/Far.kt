package app.other

fun far() = shout()

private fun shout() = 1
