// Kotlin: a function that is `apply { ... }` gives what it is called on.
//- a.kt
package p
class Held {
  class Builder {
    private var serial = 0
    fun serialNumber(number: Int) = apply { serial = number }
    fun authority(most: Int) =
      apply {
        serialNumber(most)
//      ^ calls p.Held.Builder.serialNumber
      }
    fun checked() = also { it.authority(1) }
    fun build() = Held()
  }
}
fun Held.renewed() = apply { this }
fun user() {
  Held
    .Builder()
    .serialNumber(1)
    .authority(2)
//   ^ calls p.Held.Builder.authority
    .checked()
//   ^ calls p.Held.Builder.checked
    .build()
//   ^ calls p.Held.Builder.build
    .renewed()
//   ^ calls p.renewed
    .renewed()
//   ^ calls p.renewed
}
// A lambda at the end of a call has the receiver that its function declares, by an alias of the type, too.
//- app.kt
package p
class App {
  fun show() {}
  fun named(name: String) = App()
}
class Setting(val with: App.() -> Unit)
fun interface Made { fun make(app: App) }
typealias Declared = App.() -> Unit
typealias Taking = (App) -> Unit
fun app(eager: Boolean = true, declared: Declared? = null): App = App()
fun app(setting: Setting?): App = App()
fun app(eager: Boolean): App = App()
fun taken(taking: Taking) {}
fun made(made: Made) {}
fun made(name: String, declared: Declared) {}
class Sub(declared: Declared) { fun own() {} }
//- use.kt
package p
fun use() {
  app { show() }
//      ^ calls p.App.show
  app(true) { named("a").show() }
//            ^ calls p.App.named
//                       ^ calls p.App.show
  taken { it.show() }
//           ^ calls p.App.show
  taken { show() }
//        ^ !calls p.App.show
  Setting { show() }
//          ^ calls p.App.show
  Sub { own() }
//      ^ !calls p.Sub.own
  Sub { show() }
//      ^ calls p.App.show
  made { show() }
//       ^ !calls p.App.show
}
// Bodies on one line, of which the grammar wants the last member to end.
//- short.kt
package short
@Marked
@Suppress("a")
open class Guarded protected constructor() {
  fun guard() {}
}
fun guarded(one: Guarded) { one.guard() }
//                              ^ calls short.Guarded.guard
interface Made { fun make(app: App): Int }
class App { fun show() {}; val name = "a" }
object One { fun one() = App() }
class Whole { class Inner { val app = App() } }
fun after(made: Made, inner: Whole.Inner) {
  made.make(One.one())
//     ^ calls short.Made.make
//              ^ calls short.One.one
  inner.app.show()
//          ^ calls short.App.show
}
//- marked.kt
package marked
import short.App
annotation class Marked(val of: Int = 1)
annotation class Kept(val of: Int)
annotation class Named(val name: String)

@Marked
//^ references marked.Marked
@Kept(1)
@Named("(")
internal class Held {
  fun held() {}
}

@Kept(
//^ references marked.Kept
  of = 2,
) @Marked interface Made {
//^ references marked.Marked
  fun make() {}
}
fun after(one: Held, two: Made) { one.held(); two.make() }
//                                    ^ calls marked.Held.held
//                                                ^ calls marked.Made.make
// A package that two modules have: what only the other one declares goes behind what an import of all brings.
//- one/src/main/kotlin/perf/Classes.kt
package perf
class A1
class B1
//- two/src/main/kotlin/perf/Perfs.kt
package perf
class Perfs { class A1 }
class Held
//- two/src/main/kotlin/perf/Use.kt
package perf
import perf.Perfs.*
fun make() = listOf(A1(), B1())
//                  ^ calls perf.Perfs.A1
//                        ^ calls perf.B1
// What the type says that is declared of what a lambda is put into; aliases of aliases; builders of texts.
//- declared.kt
package declared
class Context { fun tell() {} }
class Options<A, B>
typealias Nullable<B> = Options<B?, B>
typealias Raw = Nullable<String>
typealias Converter<B> = Context.(String) -> B
fun option(): Raw = Options()
fun <A, B> Options<A, B>.deprecated(message: String = "", error: Boolean = false): Options<A, B> = this
fun <B> Nullable<B>.convert(name: String, converter: Converter<B>): Nullable<B> = this
private fun StringBuilder.line(text: String) {}
private val received: Context.(Int) -> Unit = { tell() }
//                                              ^ calls declared.Context.tell
private val given: (Int, Context) -> Unit = { _, context -> context.tell() }
//                                                                  ^ calls declared.Context.tell
fun made(): (one: Context) -> Unit = { it.tell() }
//                                        ^ calls declared.Context.tell
class Widget {
  var inline = false
  val one = option().deprecated("x", error = true)
//          ^ calls declared.option
//                   ^ calls declared.deprecated
  val two = option().convert("x") { tell(); 1 }
//          ^ calls declared.option
//                   ^ calls declared.convert
//                                  ^ calls declared.Context.tell
  fun set() {
    with(this) {
      inline = true
    }
    buildString { line("x") }
//                ^ calls declared.line
  }
}
class Behind { fun after() = Widget().set() }
//                           ^ calls declared.Widget
//                                    ^ calls declared.Widget.set
