// Java: the result of an overloaded method by the number of its arguments, and what lambdas are given.
//: exact calls
//- src/lib/Node.java
package lib;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
public class Node {
  public String name() { return ""; }
  public Node name(String name) { return this; }
  public Settings settings() { return new Settings(); }
//       ^ calls Node.Settings@src/lib/Node.java
  public Node settings(Settings settings) { return this; }
  public void forEach(Consumer<? super Node> action) {}
  public void traverse(Visitor visitor) {}
  public void traverse(String path) {}
  public void fold(BiFunction<Node, Settings, Node> step, int depth) {}
  public <T> void any(Consumer<T> action) {}
  public List<Node> children() { return null; }
  public static class Settings {
    public boolean isPretty() { return true; }
  }
  public interface Visitor {
    void head(Node node, int depth);
    default void tail(Node node, int depth) {}
  }
  public interface Both {
    void one(Node node);
    void other(Node node);
  }
  public void both(Both both) {}
}
//- src/lib/Uses.java
package lib;
class Uses {
  void run(Node node) {
    node.settings().isPretty();
//                  ^ calls Node.Settings.isPretty()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.settings()@src/lib/Node.java by a member of the declared type of its receiver
    node.settings(null).settings().isPretty();
//                                 ^ calls Node.Settings.isPretty()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.settings()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.settings(Settings)@src/lib/Node.java by a member of the declared type of its receiver
    node.name("a").name("b").name().length();
//       ^ calls Node.name()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.name(String)@src/lib/Node.java by a member of the declared type of its receiver
    node.forEach(n -> n.name());
//       ^ calls Node.forEach(Consumer<? super Node>)@src/lib/Node.java by a member of the declared type of its receiver
//                      ^ calls Node.name()@src/lib/Node.java by a member of the declared type of its receiver
    node.traverse((n, depth) -> n.name());
//                                ^ calls Node.name()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.traverse(Visitor)@src/lib/Node.java by a member of the declared type of its receiver
    node.fold((n, settings) -> settings.isPretty() ? n : n.settings(settings), 1);
//                                      ^ calls Node.Settings.isPretty()@src/lib/Node.java by a member of the declared type of its receiver
//       ^ calls Node.fold(BiFunction<Node, Settings, Node>,int)@src/lib/Node.java by a member of the declared type of its receiver
//                ^ calls Node.settings(Settings)@src/lib/Node.java by a member of the declared type of its receiver
    node.any(n -> n.name());
//       ^ calls Node.any(Consumer<T>)@src/lib/Node.java by a member of the declared type of its receiver
    node.both(n -> n.name());
//       ^ calls Node.both(Both)@src/lib/Node.java by a member of the declared type of its receiver
    node.children().forEach(n -> n.name());
//       ^ calls Node.children()@src/lib/Node.java by a member of the declared type of its receiver
//                                 ^ calls Node.name()@src/lib/Node.java by a member of the declared type of its receiver
    node.children().stream().filter(n -> n.settings().isPretty()).map(n -> n.name());
//       ^ calls Node.children()@src/lib/Node.java by a member of the declared type of its receiver
//                                                    ^ calls Node.Settings.isPretty()@src/lib/Node.java by a member of the declared type of its receiver
//                                                                           ^ calls Node.name()@src/lib/Node.java by a member of the declared type of its receiver
//                                         ^ calls Node.settings()@src/lib/Node.java by a member of the declared type of its receiver
  }
}
//- src/lib/Open.java
package lib;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.Reader;
class Open {
  static void run(Class<?>... all) {}
  static void run(Node node, Class<?>... all) {}
  static void has(String name, String one) {}
  static void has(String name, String... several) {}
  static void read(InputStream stream) {}
  static void read(Reader reader) {}
  static void use(BufferedReader reader) {
    run(Node.class, Open.class);
//  ^ calls Open.run(Class<?>[]) by the overload that its arguments fit
    run(new Node(), Open.class);
//  ^ calls Open.run(Node,Class<?>[]) by the overload that its arguments fit
//          ^ calls Node@src/lib/Node.java
    has("a", "b");
//  ^ calls Open.has(String,String) by the overload that its arguments fit
    read(reader);
//  ^ calls Open.read(Reader) by the overload that its arguments fit
  }
}
//- src/lib/Builders.java
package lib;
abstract class Base<T, B extends Base<T, B>> {
  B self() { return null; }
  abstract T made();
  <T> T other() { return null; }
}
abstract class Middle<B extends Middle<B>> extends Base<Node, B> {
  B deep() { return self(); }
//                  ^ calls Base.self()
}
class Real extends Middle<Real> {
  void own() {}
  void chain() {
    self().deep().own();
//                ^ calls Real.own() by a member of the declared type of its receiver
//         ^ calls Middle.deep() by a member of a base of its receiver's type
//  ^ calls Base.self()
    made().name();
//         ^ calls Node.name() by a member of the declared type of its receiver
//  ^ calls Base.made()
    other().name();
//  ^ calls Base.other()
  }
}
//- Declared.java
package l;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
class Key { void turn() {} }
class Lock { void open() {} int tries() { return 1; } }
interface OnLock { void locked(Lock lock); }
class Declared {
  Map<Key, Lock> all;
  final BiConsumer<Key, ? super Lock> both = (key, lock) -> {
    key.turn();
//      ^ calls Key.turn() by a member of the declared type of its receiver
    lock.open();
//       ^ calls Lock.open() by a member of the declared type of its receiver
  };
  Function<Lock, Integer> given() {
    if (all == null) return lock -> lock.tries();
//                                       ^ calls Lock.tries() by a member of the declared type of its receiver
    OnLock own = (lock) -> lock.open();
//                              ^ calls Lock.open() by a member of the declared type of its receiver
    var unknown = own;
    all.forEach((key, lock) -> lock.open());
//                                  ^ calls Lock.open() by a member of the declared type of its receiver
    all.forEach((lock, other) -> lock.open());
    Runnable run = () -> { Object o = null; };
    return (Function<Lock, Integer>) lock -> lock.tries();
//                                                ^ calls Lock.tries() by a member of the declared type of its receiver
  }
}
