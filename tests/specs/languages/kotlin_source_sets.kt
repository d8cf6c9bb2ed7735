// Kotlin: files of `commonMain` use what is declared for all platforms, and no platform uses what is for another one.
//- lib/src/commonMain/kotlin/Files.kt
package lib
expect abstract class Files {
  abstract fun make(dir: String, must: Boolean = false)
}
expect fun now(): Long
fun Files.makeAll(dir: String) {
  make(dir)
//^ calls Files.make(String,Boolean)@lib/src/commonMain/kotlin/Files.kt
//^ !calls Files.make(String)
  only()
//^ !calls *
  now()
//^ calls now()@lib/src/commonMain/kotlin/Files.kt
}
//- lib/src/jvmMain/kotlin/Files.kt
package lib
actual abstract class Files {
  actual abstract fun make(dir: String, must: Boolean)
  fun make(dir: String) = make(dir, false)
}
actual fun now(): Long = System.nanoTime()
fun only() {}
fun onJvm(files: Files) {
  files.make("a")
//      ^ calls Files.make(String)@lib/src/jvmMain/kotlin/Files.kt
  only()
//^ calls only()@lib/src/jvmMain/kotlin/Files.kt
  onNative()
//^ !calls *
  inTests()
//^ !calls *
}
//- lib/src/nativeMain/kotlin/Native.kt
package lib
fun onNative() {}
fun useAll() {
  only()
//^ !calls *
}
//- lib/src/iosArm64Main/kotlin/Ios.kt
package lib
fun onIos() {
  onNative()
//^ calls onNative()@lib/src/nativeMain/kotlin/Native.kt
}
//- lib/src/commonTest/kotlin/T.kt
package lib
fun inTests() {
  onNative()
//^ !calls *
}
//- lib/src/jvmTest/kotlin/J.kt
package lib
fun onJvmTests() {
  inTests()
//^ calls inTests()@lib/src/commonTest/kotlin/T.kt
  only()
//^ calls only()@lib/src/jvmMain/kotlin/Files.kt
}
//- fake/src/commonMain/kotlin/Fake.kt
package fake
import lib.Files
import lib.only
fun fake(files: Files) {
  files.make("a")
//      ^ calls Files.make(String,Boolean)@lib/src/commonMain/kotlin/Files.kt
  only()
//^ !calls *
}
