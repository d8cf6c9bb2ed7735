// Kotlin: the only extension in sight, called on what other packages give, on what is of unknown type, or on what a
// lambda around it has as its receiver.
//- p/Extensions.kt
package p.ext
import lib.Scope
fun Scope.waitForContent(count: Int) {}
fun Scope.map() {}
fun Scope.shared() {}
class Own { fun shared() {} }
//- p/Use.kt
package p
import lib.Shape
import lib.render
import p.ext.waitForContent
import p.ext.*
fun Shape.render() {}
fun run(shape: Shape) {
  lib.measure { waitForContent(1) }
//              ^ calls p.ext.waitForContent by the only extension method in scope of that name
  lib.make().waitForContent(2)
//           ^ calls p.ext.waitForContent by the only extension method in scope of that name
  lib.each { one -> one.waitForContent(3) }
//                      ^ calls p.ext.waitForContent by the only extension method in scope of that name
  shape.waitForContent(4)
//      ^ calls p.ext.waitForContent by the only extension method in scope of that name
  lib.make().waitForContent()
//  ^ !calls *
  lib.make().map()
//  ^ !calls *
  lib.each { it.shared() }
//  ^ !calls *
  render()
//  ^ !calls *
}
//- given/Given.kt
package given
class Given { fun lead() {} }
open class Holder<T>(val held: T) { fun get(): T = held }
class Held(given: Given) : Holder<Given>(given) {
    fun one() { get().lead() }
//                    ^ calls given.Given.lead
    fun two() { held.lead() }
//                   ^ !calls *
}
fun three(held: Held) { held.held.lead() }
//                                ^ !calls *
fun four(any: Any) { any.lead() }
//                       ^ calls given.lead
fun Any.lead() {}
