// Java: calls follow scopes, imports, declared types, bases and overloads.
//- com/ex/Node.java
package com.ex;
class Node {
  void visit() {}
}
//- com/ex/Base.java
package com.ex;
class Base {
  Base(int n) {}
  void close() {}
  public void run() {}
}
//- com/util/Helper.java
package com.util;
public class Helper {
  public static void go() {}
}
//- com/util/Other.java
package com.util;
import com.ex.Node;
//< imports com/ex/Node.java
public class Other {
  public Node thing() { return null; }
}
//- com/ex/Stack.java
package com.ex;
import com.util.Helper;
//< imports com/util/Helper.java
import com.util.*;
//< imports com/util/Other.java
import java.util.List;
//< imports external java.util.List
import com.util.Gone;
//< imports missing com.util.Gone
public class Stack<T extends Node> extends Base implements Runnable {
//                                         ^ inherits Base
  private final List<Node> nodes = make();
  static final int MAX = 3;
  Stack(int n) {
    super(n);
//  ^ calls Base.Base(int)
  }
  void push(T x) {
    x.visit();
//    ^ calls Node.visit() by a member of the declared type of its receiver
    nodes.get(0).visit();
//               ^ calls Node.visit() by a member of the declared type of its receiver
    Helper.go();
//         ^ calls Helper.go()
    int gone = MAX;
//             ^ references Stack.MAX
  }
  void push(T x, String text) {
    for (Node each : nodes) each.visit();
//                               ^ calls Node.visit()
    var made = first();
//             ^ calls Stack.first()
    made.visit();
//       ^ calls Node.visit()
    push(x);
//  ^ calls Stack.push(T) by the overload with that number of arguments
    super.close();
//        ^ calls Base.close() by a member of a base of its receiver's type
    unknown.visit();
//          ^ !calls *
  }
  void set(int n) {}
  void set(String s) {}
  void all(Base base) {
    set("a");
//  ^ calls Stack.set(String) by the overload that its arguments fit
//  ^ !calls Stack.set(int)
    set(base.size());
//  ^ !calls *
  }
  Node first() { return new Node(); }
//                      ^ calls Node
  @Override public void run() {
//                      ^ overrides Base.run() by the name and parameters of a method of a base type
    Runnable later = () -> first().visit();
//                                 ^ calls Node.visit()
    new Other().thing().visit();
//              ^ calls Other.thing()
  }
}
//- src/a/Color.java
package a;
public enum Color {
  RED, BLUE;
  public enum Shade { DARK }
}
//- src/a/Marked.java
package a;
public @interface Marked {}
//- src/b/package-info.java
@Marked
//< references a.Marked
package b;
import a.Marked;
//- src/b/Paint.java
package b;
import a.Color;
class Paint {
  Color.Shade shade;
//^ references a.Color
//      ^ references a.Color.Shade
  int of(Color color) {
    switch (color) {
      case RED: return 1;
//         ^ references a.Color.RED
    }
    return switch (shade) { case DARK -> 2; };
//                               ^ references a.Color.Shade.DARK
  }
}
//- src/b/Locked.java
package b;
import a.Marked;
class Key<T> {}
class Locked {
  private static final Key<String> KEY = new Key<>();
  void open(Key<String> key) {}
  void open(Class<?> of) {}
  void run(Locked locked) {
    new Thread() {
      public void run() {
        locked.open(KEY);
//             ^ calls Locked.open(Key<String>) by a member of the declared type of its receiver
      }
    };
  }
}
