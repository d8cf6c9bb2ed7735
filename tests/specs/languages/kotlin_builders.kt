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
