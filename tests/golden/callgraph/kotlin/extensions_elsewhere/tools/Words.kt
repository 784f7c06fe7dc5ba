package tools

import model.Page

fun Page.words(): Int = size()
