// Kotlin: `X::class` and `X::class.java` are values of their own, which tell overloads and extensions apart.
//: exact calls
//- src/Names.kt
package names
import java.lang.reflect.Type
import kotlin.reflect.KClass
class Name
fun KClass<*>.named(): Name = Name()
//                            ^ calls Name
fun Class<*>.named(): Name = Name()
//                           ^ calls Name
object Builder {
    fun of(type: KClass<*>, vararg more: String) {}
    fun of(type: Class<*>, vararg more: String) {}
    fun of(type: Name, vararg more: String) {}
}
fun use() {
    String::class.named()
//                ^ calls named(KClass<*>) by an extension method of the declared type of its receiver
    String::class.java.named()
//                     ^ calls named(Class<*>) by an extension method of the declared type of its receiver
    Builder.of(String::class)
//          ^ calls Builder.of(KClass<*>,String) by a member of the declared type of its receiver
    Builder.of(String::class.java, "a")
//          ^ calls Builder.of(Class<*>,String) by a member of the declared type of its receiver
}
//- src/Builders.kt
package builders
interface Base<out T : Base<T>> { fun set(): T }
class Real : Base<Real> {
    override fun set(): Real = this
//               ^ overrides Base.set() by the name and parameters of a method of a base type
    fun own() {}
}
abstract class Named : Base<Named> { fun own() {} }
fun use(named: Named) {
    named.set().own()
//        ^ calls Base.set() by a member of a base of its receiver's type
//              ^ calls Named.own() by a member of the declared type of its receiver
}
