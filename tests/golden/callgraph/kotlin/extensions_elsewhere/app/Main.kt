package app

import model.Page
import tools.words

fun count(page: Page): Int {
    return page.words() + page.size()
}
