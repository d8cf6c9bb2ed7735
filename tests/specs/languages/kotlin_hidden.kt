// Kotlin: what the compiler hides from sources is not called; an overload without defaults goes before one with.
//: exact calls
//- src/Bean.kt
package lib
class Bean(val name: String, val kind: Int, val rest: String? = null) {
    @Deprecated("use the other", level = DeprecationLevel.HIDDEN)
    constructor(name: String, kind: Int) : this(name, kind, null)
//  ^ calls Bean.Bean(String,Int,String)@src/Bean.kt by a member of the declared type of its receiver
}
class Module {
    fun make(name: String, kind: Int): Bean = Bean(name, kind)
//                                     ^ calls Bean.Bean(String,Int,String)@src/Bean.kt by the overload with that number of arguments
    fun make(name: String, kind: Int, rest: String = ""): Bean = Bean(name, kind, rest)
//                                                        ^ calls Bean.Bean(String,Int,String)@src/Bean.kt by the overload with that number of arguments
    @Deprecated("gone", level = DeprecationLevel.HIDDEN)
    fun gone(name: String) {}
}
fun use(module: Module) {
    module.make("a", 1)
//         ^ calls Module.make(String,Int)@src/Bean.kt by a member of the declared type of its receiver
    module.gone("a")
}
