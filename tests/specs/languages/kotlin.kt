// Kotlin: types, objects, functions, properties and constructors are symbols with their visibility; local names are not.
//: exact defines
//- Thing.kt
package p
/** A class. */
@A
//< defines Class Thing@Thing.kt
open class Thing<T : Any>(val x: Int, private var y: List<T> = listOf(), z: Int) : B(x) {
//               ^ defines Constructor Thing.Thing(Int,List<T>,Int)@Thing.kt
//                            ^ defines Field Thing.x@Thing.kt
//                                        ^ defines Field Thing.y@Thing.kt
  constructor(a: String) : this(1, listOf(), 2)
//^ defines Constructor Thing.Thing(String)@Thing.kt
  val area: Int get() = x
//    ^ defines Field Thing.area@Thing.kt
  init {
    val local = 1
  }
  companion object {
//^ defines Class Thing.Companion@Thing.kt
    const val MAX = 3
//            ^ defines Field Thing.Companion.MAX@Thing.kt
    @JvmStatic fun make(): Thing<Int> = TODO()
//                 ^ defines Method Thing.Companion.make()@Thing.kt
  }
  inner class In {
//            ^ defines Class Thing.In@Thing.kt
    fun outer() {
//      ^ defines Method Thing.In.outer()@Thing.kt
      fun local(n: Int) {}
//        ^ defines Function Thing.In.outer.local(Int)@Thing.kt
      class Own
//          ^ defines Class Thing.In.outer.Own@Thing.kt
      val (a, b) = pair()
    }
  }
}
sealed interface Shape
//               ^ defines Class Shape@Thing.kt
object Square : Shape {
//     ^ defines Class Square@Thing.kt
  fun side(vararg n: Int, of: (Int) -> Int) = of(1)
//    ^ defines Method Square.side(Int,Function)@Thing.kt
}
enum class Color(val code: Int) {
//         ^ defines Enum Color@Thing.kt
//         ^ defines Constructor Color.Color(Int)@Thing.kt
//                   ^ defines Field Color.code@Thing.kt
  RED(1),
//^ defines Enumerator Color.RED@Thing.kt
  BLUE(2) {
//^ defines Enumerator Color.BLUE@Thing.kt
    override fun toString() = "b"
//               ^ defines Method Color.BLUE.toString()@Thing.kt
  }
}
typealias Handler = (Int) -> Unit
//        ^ defines TypeAlias Handler@Thing.kt
value class Meters(val n: Int)
//          ^ defines Class Meters@Thing.kt
//          ^ defines Constructor Meters.Meters(Int)@Thing.kt
//                     ^ defines Field Meters.n@Thing.kt
fun String.shout(times: Int = 1): String = this
//         ^ defines Function shout(String,Int)@Thing.kt
val String.last: Char get() = this[length - 1]
//         ^ defines Variable last@Thing.kt
private fun <T> T.only() {}
//                ^ defines Function only(T)@Thing.kt
@Retention(RUNTIME) annotation class Mark
//                                   ^ defines Class Mark@Thing.kt
val runner = object : Shape {
//  ^ defines Variable runner@Thing.kt
//           ^ defines Class runner.(anonymous Shape)@Thing.kt
  fun run() {}
//    ^ defines Method runner.(anonymous Shape).run()@Thing.kt
}
//- Apart.kt
package apart
class Options
//    ^ defines Class Options@Apart.kt
//    ^ defines Constructor Options.Options(List<String>)@Apart.kt
  @Suppress("unused")
  private constructor(
    internal val words: List<String>,
//               ^ defines Field Options.words@Apart.kt
  ) {
  class Inner<T : Comparable<T>>
//      ^ defines Class Options.Inner@Apart.kt
//      ^ defines Constructor Options.Inner.Inner(T)@Apart.kt
    constructor(val x: T) {
//                  ^ defines Field Options.Inner.x@Apart.kt
    fun read() = x
//      ^ defines Method Options.Inner.read()@Apart.kt
  }
}
//- Torn.kt
package torn
actual open class Bytes
//                ^ defines Class Bytes@Torn.kt
//                ^ defines Constructor Bytes.Bytes(ByteArray)@Torn.kt
// A comment in front of the constructor.
  // And another.
internal actual constructor(
  internal actual val data: ByteArray,
//                    ^ defines Field Bytes.data@Torn.kt
) : Comparable<Bytes> {
  actual val size
//           ^ defines Field Bytes.size@Torn.kt
    @JvmName("size")
    get() = data.size
  var count = 0
//    ^ defines Field Bytes.count@Torn.kt
    @Get @JvmName("c") get() = field
    @Set
    set(value) {}
  fun read(by: Bytes): Int {
//    ^ defines Method Bytes.read(Bytes)@Torn.kt
    val copy = ByteArray(3)
    get(copy)
    copy.fill(0)
    listOf(
      get(1),
    )
    val other =
      get(2)
    if (copy.size == 1)
      get(3)
    else get(4)
    return 1
  }
  fun after() = 1
//    ^ defines Method Bytes.after()@Torn.kt
}
