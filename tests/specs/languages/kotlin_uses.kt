// Kotlin: calls follow scopes, imports, declared types, receivers, companions and extensions; Java is seen, and sees it.
//- com/ex/Node.java
package com.ex;
import com.util.Helper;
//< imports com/util/Helper.kt
public class Node {
  public void visit() {}
  public Node getNext() { return this; }
  void use(Helper helper) {
    helper.help();
//         ^ calls Helper.help()
    helper.getTitle();
//         ^ references Helper.title
    Helper.Companion.make();
//                   ^ calls Helper.Companion.make()
    com.util.Gone.go();
//                ^ !calls *
    HelperKt.top();
//           ^ !calls *
  }
}
//- com/util/Helper.kt
package com.util;
import com.ex.Node
//< imports com/ex/Node.java
open class Helper(val node: Node) {
  val title = "a"
  open fun help() {
    node.visit()
//       ^ calls Node.visit() by a member of the declared type of its receiver
    node.next.visit()
//            ^ calls Node.visit() by a member of the declared type of its receiver
//       ^ references Node.getNext()
    this.hidden()
//       ^ calls Helper.hidden()
    title.shout()
//        ^ calls shout(String) by an extension method of the declared type of its receiver
  }
  private fun hidden() {}
  companion object {
    const val MAX = 3
    fun make(): Helper = Helper(Node())
//                       ^ calls Helper.Helper(Node)
//                              ^ calls Node
  }
}
fun top() {}
fun String.shout() {}
fun Helper.shout() {}
fun Helper.both(): Helper {
  hidden2()
//^ calls hidden2(Helper) by an extension method of the declared type of its receiver
  help()
//^ calls Helper.help()
  return this
}
fun Helper.hidden2() {}
sealed class Made {
  companion object {
    operator fun invoke(n: Int): Node = Node()
  }
}
infix fun Int.and(other: Long) = other
fun build(block: Helper.() -> Unit) {}
fun each(block: (Node) -> Unit) {}
//- com/use/User.kt
package com.use
import com.ex.Node as Knot
//< imports com/ex/Node.java
import com.util.*
//< imports com/util/Helper.kt
import com.util.Missing
//< imports missing com.util.Missing
import kotlin.math.max
//< imports external kotlin.math.max
class User(private val helper: Helper?, n: Int) : Helper(Knot()), Runnable {
//                                                ^ inherits Helper
//                                                ^ calls Helper.Helper(Node)
  private val lazily by lazy { Helper.make() }
//                                    ^ calls Helper.Companion.make()
  override fun help() {
//             ^ overrides Helper.help() by the name and parameters of a method of a base type
    super.help()
//        ^ calls Helper.help()
    helper?.help()
//          ^ calls Helper.help()
    helper!!.both().help()
//           ^ calls both(Helper) by an extension method of the declared type of its receiver
//                  ^ calls Helper.help()
    lazily.help()
//         ^ calls Helper.help()
    val most = MAX
//             ^ references Helper.Companion.MAX
    make().help()
//  ^ calls Helper.Companion.make()
    top()
//  ^ calls top()
  }
  fun overloaded(n: Int) {}
  fun overloaded(s: String) {}
  fun defaults(a: Int, b: Int = 1, block: () -> Unit) {}
  fun lambdas(any: Any, nodes: List<Knot>, unknown: Gone) {
    overloaded("a")
//  ^ calls User.overloaded(String) by the overload that its arguments fit
    overloaded(1)
//  ^ calls User.overloaded(Int) by the overload that its arguments fit
    overloaded(unknown.it())
//  ^ !calls *
    defaults(1) { top() }
//  ^ calls User.defaults(Int,Int,Function)
//                ^ calls top()
    nodes.forEach { it.visit() }
//                     ^ calls Node.visit()
    for (each in nodes) each.visit()
//                           ^ calls Node.visit()
    build { help() }
//          ^ calls Helper.help()
    each { it.visit() }
//            ^ calls Node.visit()
    Knot().apply { visit() }.visit()
//                 ^ calls Node.visit()
//                           ^ calls Node.visit()
    if (any is Knot) any.visit()
//                       ^ calls Node.visit()
    if (any is Knot) max(1, 2) else any.visit()
//                                      ^ !calls *
    when (any) {
      is Knot -> any.visit()
//                   ^ calls Node.visit()
      else -> any.visit()
//                ^ !calls *
    }
    val cast = any as? Knot ?: return
    cast.visit()
//       ^ calls Node.visit()
    unknown.visit()
//          ^ !calls *
    unknown.whatever { it.visit() }
//                        ^ !calls *
    any.shout()
//      ^ !calls *
    val text = "of $lazily"
//                  ^ references User.lazily
    val bits = 1 and 2
//               ^ !calls *
    Made(1).visit()
//  ^ calls Made.Companion.invoke(Int)
//          ^ calls Node.visit()
    fun local() {}
    local()
//  ^ calls User.lambdas.local()
    val shown = ::top
//                ^ references top()
  }
}
//- build.gradle.kts
val only = 1
//- sub/build.gradle.kts
val other = only
//          ^ !references only
//- lib/commonMain/Clock.kt
package clock
expect class Clock {
  fun now(): Long
}
//- lib/jvmMain/Clock.kt
package clock
actual class Clock {
  actual fun now(): Long = 1
}
//- lib/jsMain/Clock.kt
package clock
actual class Clock {
  actual fun now(): Long = 2
}
//- lib/jvmTest/ClockTest.kt
package clock
fun test(clock: Clock) {
  clock.now()
//      ^ calls Clock.now()@lib/commonMain/Clock.kt
//      ^ !calls Clock.now()@lib/jsMain/Clock.kt
}
//- app/src/main/java/app/json/Reader.kt
package app.json
class Reader
//- app/src/main/java/app/json/internal/Record.kt
package app.json.internal
import app.json.Reader
//< imports app/src/main/java/app/json/Reader.kt
class Record(val reader: Reader)
//- app/src/main/java16/app/json/internal/Record.kt
// The same class for another version of Java: what it lacks is of the first folder, not of elsewhere.
package app.json.internal
import app.json.Reader
//< imports app/src/main/java/app/json/Reader.kt
import app.json.internal.Record.Companion.NAME
class Record(val reader: Reader) {
    companion object { const val NAME = "r" }
}
