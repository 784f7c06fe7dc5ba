@file:JvmName("Towers")

package org.signal.tower

import java.io.Closeable
import java.util.*
import kotlin.math.max
import org.signal.wire.Wire as Cable
import org.signal.wire.send

/** How far a tower sees, in metres. */
const val RANGE = 4_000

private var watched: Int = 0

typealias Listener = (Message) -> Unit

/** What is sent from tower to tower. */
sealed interface Message : Comparable<Message>, Dated {
    val text: String

    fun weight(): Int

    fun isLong(): Boolean = weight() > 10
}

/**
 * A message in plain words.
 *
 * @property text the words
 */
data class Plain(override val text: String, val urgent: Boolean = false) : Message {
    override fun weight() = text.length

    override fun compareTo(other: Message): Int {
        return weight().compareTo(other.weight())
    }
}

data object Silence : Message {
    override val text = ""
    override fun weight(): Int = 0
    override fun compareTo(other: Message) = -1
}

/** The colour of a flag. */
enum class Flag(val code: Int) : Coded {
    /** Stop. */
    RED(1) {
        override fun shout() = "stop"
    },
    GREEN(2);

    open fun shout(): String = name.lowercase()
}

annotation class Hot(val degrees: Int)

fun interface Filter { fun accepts(message: Message): Boolean }

@JvmInline
value class Height(val metres: Int)

/** A tower that passes on what it sees. */
@Service("tower")
@Hot(30)
abstract class Tower<T : Message>(
    private val name: String,
    var height: Int = 20,
    wire: Cable,
) : Station<T>(name), Closeable, Iterable<T> by wire.messages {

    private val seen: MutableList<T> = mutableListOf()
    protected lateinit var keeper: Keeper
    val last: T? get() = seen.lastOrNull()
    internal val lamps by lazy { Lamps.light(height) }

    var level: Int = 1
        private set(value) {
            field = max(value, 0)
        }

    init {
        require(height > 0) { "flat" }
        watched += 1
    }

    /** A tower without a height. */
    constructor(name: String, wire: Cable, keeper: Keeper) : this(name, 10, wire) {
        this.keeper = keeper
    }

    companion object {
        const val LIMIT = 3
        private val all = HashMap<String, Tower<*>>()

        /** The tower of that name. */
        @JvmStatic
        fun find(name: String): Tower<*>? = all[name]
    }

    protected abstract fun decode(raw: ByteArray): T

    /** Passes a message on, or keeps it. */
    @Throws(WireException::class)
    open suspend fun pass(message: T, vararg towers: Tower<T>, listener: Listener = {}): Int {
        var sent = 0
        for (tower in towers) {
            if (tower.height > height && !tower.closed || message.isLong()) {
                tower.receive(message)
                sent++
            }
        }
        val result = when (message) {
            is Plain -> message.text.trim()
            Silence -> null
            else -> message.toString()
        } ?: "nothing"
        try {
            listener(message)
            send(result)
        } catch (e: WireException) {
            log.warn("lost ${e.message} at $name")
        } finally {
            super.close()
        }
        while (sent > LIMIT) sent -= 1
        this.level = sent
        keeper.diary.entries[0].text = result
        return sent
    }

    operator fun plus(other: Tower<T>): Int = height + other.height

    override fun close() {
        val task = object : Runnable, Cancelled() {
            override fun run() {
                this@Tower.level = 0
                flush()
            }
        }
        seen.filter { it.weight() > 2 }.forEach { message -> println(message.text) }
        seen.map(fun(message: T): Int { return message.weight() })
        (task as Job).start()
        keeper?.home?.leave()
        keeper!!.sleep()
    }

    inner class Stair {
        fun climb(steps: Int) {
            val (left, right) = split(steps)
            fun pause() = sleep(left)
            pause()
            level = right
        }
    }
}

object Registry : Store<Height>() {
    val heights = mutableMapOf<String, Height>()

    fun remember(name: String, metres: Int) {
        heights[name] = Height(metres)
    }
}

/** The second word, where there is one. */
fun Message.secondWord(): String? = text.split(" ").getOrNull(1)

val Message.shout: String
    get() = text.uppercase()

internal inline fun <reified R : Any> Tower<*>.report(crossinline line: (String) -> R): R where R : Comparable<R> {
    return line(this.toString())
}

class TowerTest {
    @Test
    fun `passes on`() {
        val flag = Flag.RED
        assertEquals("stop", flag.shout())
        Registry.remember("north", 12)
        val wired = ::decodeAll
    }
}
