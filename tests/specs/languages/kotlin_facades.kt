// Kotlin: Java sees the functions of a file in a class, called after the file or as `@file:JvmName` says.
//- src/com/ex/Calls.kt
@file:JvmName("Calling")
package com.ex
class Call
suspend fun Call.answer(): Int = 1
fun Call.wait(seconds: Int) {}
//- src/com/ex/Plain.kt
package com.ex
fun plain() {}
//- src/com/ex/User.java
package com.ex;
class User {
  Object use(Call call, Object continuation) {
    PlainKt.plain();
//          ^ calls plain()
    CallsKt.wait(call, 3);
//          ^ !calls *
    Calling.wait(call, 3);
//          ^ calls wait(Call,Int)
    return Calling.answer(call, continuation);
//                 ^ calls answer(Call)
  }
}
